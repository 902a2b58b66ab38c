//go:build unix

package login

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

func TestRegistry(t *testing.T) {
	r := Registry{filepath.Join(t.TempDir(), "deep", "sessions")}
	alive := func(pid int) bool { return pid != 13 }
	if got := r.detached(alive); got != nil {
		t.Errorf("sessions %v in no directory", got)
	}
	for pid, client := range map[int]netip.Addr{
		11: {}, 12: netip.MustParseAddr("192.0.2.1"), 13: {}, 14: netip.MustParseAddr("192.0.2.1"),
	} {
		if err := r.Set(pid, client); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Set(14, netip.Addr{}); err != nil { // went quiet
		t.Fatal(err)
	}
	write(t, filepath.Join(r.Dir, "notes"), "")
	if got := r.detached(alive); !slices.Equal(got, []int{11, 14}) {
		t.Errorf("detached %v, want 11 and 14", got)
	}
	if _, err := os.Stat(r.file(13)); !os.IsNotExist(err) {
		t.Errorf("a dead session's file is still there: %v", err)
	}
	if err := r.Remove(11); err != nil {
		t.Error(err)
	}
	if got := r.detached(alive); !slices.Equal(got, []int{14}) {
		t.Errorf("detached %v, want 14", got)
	}
}

// Other users can neither list the sessions nor read the address of a client.
func TestRegistryIsPrivate(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	top := filepath.Join(t.TempDir(), "gm")
	r := Registry{filepath.Join(top, "sessions")}
	if err := r.Set(11, netip.MustParseAddr("192.0.2.1")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{top: 0o700, r.Dir: 0o700, r.file(11): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

// The zero Registry writes nothing, least of all in the working directory.
func TestNoRegistry(t *testing.T) {
	t.Chdir(t.TempDir())
	var r Registry
	if err := r.Set(11, netip.Addr{}); err != nil {
		t.Error(err)
	}
	write(t, "11", "")
	if pids := r.detached(func(int) bool { return true }); pids != nil {
		t.Errorf("detached %v", pids)
	}
	if err := r.Remove(11); err != nil {
		t.Error(err)
	}
	if files, err := os.ReadDir("."); err != nil || len(files) != 1 {
		t.Errorf("in the working directory: %v, %v", files, err)
	}
}

func TestUtmpHost(t *testing.T) {
	if got := utmpHost(netip.MustParseAddr("192.0.2.1"), 42); got != "192.0.2.1 via mosh [42]" {
		t.Errorf("connected: %q", got)
	}
	if got := utmpHost(netip.Addr{}, 42); got != "mosh [42]" {
		t.Errorf("quiet: %q", got)
	}
}
