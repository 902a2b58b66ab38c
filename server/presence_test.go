//go:build unix

package server

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestRegistry(t *testing.T) {
	r := registry{filepath.Join(t.TempDir(), "deep", "sessions")}
	alive := func(pid int) bool { return pid != 13 }
	if got := r.detached(alive); got != nil {
		t.Errorf("sessions %v in no directory", got)
	}
	for pid, client := range map[int]netip.Addr{
		11: {}, 12: netip.MustParseAddr("192.0.2.1"), 13: {}, 14: netip.MustParseAddr("192.0.2.1"),
	} {
		if err := r.note(pid, client); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.note(14, netip.Addr{}); err != nil { // went quiet
		t.Fatal(err)
	}
	write(t, filepath.Join(r.dir, "notes"), "")
	if got := r.detached(alive); !slices.Equal(got, []int{11, 14}) {
		t.Errorf("detached %v, want 11 and 14", got)
	}
	if _, err := os.Stat(r.file(13)); !os.IsNotExist(err) {
		t.Errorf("a dead session's file is still there: %v", err)
	}
	if err := r.remove(11); err != nil {
		t.Error(err)
	}
	if got := r.detached(alive); !slices.Equal(got, []int{14}) {
		t.Errorf("detached %v, want 14", got)
	}
}

func TestUserRegistry(t *testing.T) {
	tests := []struct {
		env  []string
		want string
	}{
		{[]string{"XDG_RUNTIME_DIR=/run/user/1", "HOME=/h"}, "/run/user/1/gm/sessions"},
		{[]string{"XDG_CACHE_HOME=/c", "HOME=/h"}, "/c/gm/sessions"},
		{[]string{"HOME=/h"}, "/h/.cache/gm/sessions"},
		{[]string{"XDG_RUNTIME_DIR=run", "XDG_CACHE_HOME=cache", "HOME=/h"}, "/h/.cache/gm/sessions"},
		{[]string{"HOME=."}, ""},
		{[]string{"HOME="}, ""},
		{nil, ""},
	}
	for _, test := range tests {
		if got := userRegistry(test.env).dir; got != test.want {
			t.Errorf("%q: %s, want %s", test.env, got, test.want)
		}
	}
}

// Without a home nothing is noted, least of all in the working directory.
func TestNoRegistry(t *testing.T) {
	t.Chdir(t.TempDir())
	r := userRegistry([]string{"XDG_CACHE_HOME=relative"})
	if err := r.note(11, netip.Addr{}); err != nil {
		t.Error(err)
	}
	write(t, "11", "")
	if pids := r.detached(func(int) bool { return true }); pids != nil {
		t.Errorf("detached %v", pids)
	}
	if err := r.remove(11); err != nil {
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
