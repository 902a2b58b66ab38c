//go:build e2e

package registry

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"gm/server/registry/registrytest"
)

// mount mounts a small file system at dir, which it creates.
func mount(t *testing.T, dir, options string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(dir, 0o700), unix.Mount("none", dir, "tmpfs", 0, options)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
}

// A directory on a full disk, or one that is read-only, is left out: for sockets and locks.
func TestUnusableFileSystems(t *testing.T) {
	readOnly := func(dir string) error {
		return unix.Mount("none", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, "")
	}
	fill := func(dir string) error {
		for i := range 10 {
			if err := os.WriteFile(filepath.Join(dir, string(rune('0'+i))), nil, 0o600); err != nil {
				return nil // no inode is left
			}
		}
		return errors.New("the disk has room for 10 files")
	}
	within := func(do func(string) error) func(string) error {
		return func(dir string) error {
			return errors.Join(os.MkdirAll(filepath.Join(dir, "gm/sessions"), 0o700), do(dir))
		}
	}
	for name, c := range map[string]struct {
		prepare func(dir string) error
		want    string
	}{
		"full":                {fill, "no space left on device"},
		"full directory":      {within(fill), "no space left on device"},
		"read-only":           {readOnly, "read-only file system"},
		"read-only directory": {within(readOnly), "read-only file system"},
	} {
		t.Run(name, func(t *testing.T) {
			base := registrytest.Dir(t)
			dir := filepath.Join(base, "a")
			mount(t, dir, "mode=0700,size=16k,nr_inodes=8")
			if err := c.prepare(dir); err != nil {
				t.Fatal(err)
			}
			r := registryIn(base)
			l := listen(t, r, "work")
			if filepath.Dir(l.Path()) != r.places[1].path() {
				t.Errorf("the socket is in %s", l.Path())
			}
			unlock, err := r.Lock(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			unlock()
			if !exists(filepath.Join(r.places[1].path(), "lock")) {
				t.Error("no lock in the second place")
			}
			alone := Registry{r.places[:1], r.uid}
			second, err := alone.Listen("work", nil, nil)
			if second.Path() != "" || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Listen: %q, %v", second.Path(), err)
			}
			if _, err := alone.Lock(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Lock: %v", err)
			}
			second.Close()
		})
	}
}

// A home on a file system that has directories and no sockets is left out.
func TestFileSystemWithoutSockets(t *testing.T) {
	base := registrytest.Dir(t)
	dir := filepath.Join(base, "a")
	if err := errors.Join(os.Mkdir(dir, 0o700), unix.Mount("none", dir, "cgroup2", 0, "")); err != nil {
		t.Fatal(err)
	}
	group := filepath.Join(dir, "gm-registry-test")
	t.Cleanup(func() {
		os.Remove(filepath.Join(group, "gm/sessions"))
		os.Remove(filepath.Join(group, "gm"))
		if err := errors.Join(os.Remove(group), unix.Unmount(dir, 0)); err != nil {
			t.Error(err)
		}
	})
	if err := errors.Join(os.MkdirAll(filepath.Join(group, "gm/sessions"), 0o700), os.Chmod(filepath.Join(group, "gm/sessions"), 0o700)); err != nil {
		t.Fatal(err)
	}
	r := registryIn(base)
	r.places[0].base = group
	l := listen(t, r, "work")
	if filepath.Dir(l.Path()) != r.places[1].path() {
		t.Errorf("the socket is in %s", l.Path())
	}
	if err := l.bindIn(filepath.Join(group, "gm/sessions")); err == nil || !strings.Contains(err.Error(), "bind") {
		t.Errorf("bind: %v", err)
	}
	if got := names(t, r); len(got) != 1 {
		t.Errorf("sessions %q", got)
	}
}

// A session whose disk was full has a socket once there is room.
func TestRestoreAfterFullDisk(t *testing.T) {
	base := registrytest.Dir(t)
	dir := filepath.Join(base, "a")
	mount(t, dir, "mode=0700,nr_inodes=4")
	filler := filepath.Join(dir, "filler")
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "gm/sessions"), 0o700), os.WriteFile(filler, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	r := registryIn(base)
	r.places = r.places[:1]
	l, err := r.Listen("work", answerAs("work", func() string { return "1-00000000-00000000" }), nil)
	if err == nil {
		t.Fatal("a socket without an inode")
	}
	defer l.Close()
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := l.Restore(); err != nil || len(names(t, r)) != 1 {
		t.Errorf("%q, %v", l.Path(), err)
	}
}

// A session whose directory was unmounted, as /run/user is at logout, moves to the next.
func TestRestoreAfterUnmount(t *testing.T) {
	base := registrytest.Dir(t)
	dir := filepath.Join(base, "a")
	if err := errors.Join(os.MkdirAll(dir, 0o700), unix.Mount("none", dir, "tmpfs", 0, "mode=0700")); err != nil {
		t.Fatal(err)
	}
	r := registryIn(base)
	r.places[0].inHome = false
	l := listen(t, r, "work")
	if err := errors.Join(unix.Unmount(dir, unix.MNT_DETACH), os.Remove(dir)); err != nil {
		t.Fatal(err)
	}
	if err := l.Restore(); err != nil || filepath.Dir(l.Path()) != r.places[1].path() {
		t.Errorf("%q, %v", l.Path(), err)
	}
	if got := names(t, r); len(got) != 1 {
		t.Errorf("sessions %q", got)
	}
}
