//go:build unix

package registry

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/server/registry/registrytest"
	"gm/wire/control"
)

func TestListenerIsPrivate(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	l := listen(t, newRegistry(t), "work")
	dir := filepath.Dir(l.Path())
	for path, want := range map[string]os.FileMode{l.Path(): 0o600, dir: 0o700, filepath.Dir(dir): 0o700} {
		if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
	if parsed, ok := parseID(filepath.Base(l.Path())); !ok || parsed.text != l.ID() || parsed.pid != os.Getpid() {
		t.Errorf("socket %s of the session %s", l.Path(), l.ID())
	}
}

// A home whose file system has no sockets, or whose path is too long for one, is left out.
func TestListenInNextPlace(t *testing.T) {
	long := strings.Repeat("d", maxPath-30)
	for name, change := range map[string]func(r *Registry, base string){
		"path too long": func(r *Registry, base string) { r.places[0].base = filepath.Join(base, long) },
		"no directory":  func(r *Registry, base string) { os.WriteFile(filepath.Join(base, "a"), nil, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			base := registrytest.Dir(t)
			r := registryIn(base)
			change(&r, base)
			l := listen(t, r, "work")
			if dir := filepath.Dir(l.Path()); dir != r.places[1].path() {
				t.Errorf("the socket is in %s", dir)
			}
			if got := names(t, Registry{r.places[1:], r.uid}); len(got) != 1 {
				t.Errorf("sessions %q", got)
			}
		})
	}
}

// The longest path that is accepted has maxPath bytes on every system.
func TestListenAtPathLimit(t *testing.T) {
	base := registrytest.Dir(t)
	id := newID(os.Getpid(), "work").text
	fill := maxPath - len(base) - len("/gm/sessions/") - len(id) - 1
	for extra, want := range map[int]bool{0: true, 1: false} {
		r := registryIn(base)
		r.places = r.places[:1]
		r.places[0].base = filepath.Join(base, strings.Repeat("d", fill+extra))
		l, err := r.Listen("work", answerAs("work", func() string { return id }), nil)
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "has 104 bytes, and the path of a socket at most 103") {
			t.Errorf("%d bytes: %v", len(r.places[0].path())+1+len(id), err)
		}
		if err == nil {
			if got := names(t, r); len(got) != 1 {
				t.Errorf("sessions %q", got)
			}
		}
		l.Close()
	}
}

// A session without a socket gets one as soon as there is a place.
func TestRestoreAfterFailedListen(t *testing.T) {
	base := registrytest.Dir(t)
	r := registryIn(base)
	blocked := []string{filepath.Join(base, "a"), filepath.Join(base, "b")}
	for _, path := range blocked {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := r.Listen("work", answerAs("work", func() string { return "1-00000000-00000000" }), nil)
	if err == nil || l.Path() != "" || !strings.Contains(err.Error(), base+"/a") || !strings.Contains(err.Error(), base+"/b") {
		t.Fatalf("%q, %v", l.Path(), err)
	}
	defer l.Close()
	if err := l.Restore(); err == nil {
		t.Error("restored without a place")
	}
	os.Remove(blocked[1])
	if err := l.Restore(); err != nil || filepath.Dir(l.Path()) != r.places[1].path() {
		t.Errorf("%q, %v", l.Path(), err)
	}
	if got := names(t, Registry{r.places[1:], r.uid}); len(got) != 1 {
		t.Errorf("sessions %q", got)
	}
}

func TestRestore(t *testing.T) {
	for name, remove := range map[string]func(l *Listener) error{
		"socket":    func(l *Listener) error { return os.Remove(l.Path()) },
		"directory": func(l *Listener) error { return os.RemoveAll(filepath.Dir(filepath.Dir(l.Path()))) },
		"renamed":   func(l *Listener) error { return os.Rename(l.Path(), l.Path()+".old") },
		"replaced": func(l *Listener) error {
			return errors.Join(os.Remove(l.Path()), os.WriteFile(l.Path()+"x", nil, 0o600), os.WriteFile(l.Path(), nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			l := listen(t, r, "work")
			path, id := l.Path(), l.ID()
			if err := l.Restore(); err != nil || l.Path() != path {
				t.Fatalf("restored to %s, %v", l.Path(), err)
			}
			if err := remove(l); err != nil {
				t.Fatal(err)
			}
			if got := names(t, r); len(got) != 0 {
				t.Errorf("sessions %q without a socket", got)
			}
			if err := l.Restore(); err != nil || l.Path() != path || l.ID() != id {
				t.Errorf("restored to %s, %v", l.Path(), err)
			}
			if got := names(t, r); len(got) != 1 || got[0] != "work" {
				t.Errorf("sessions %q", got)
			}
		})
	}
}

// Programs that clean up /tmp remove files that are not used for days.
func TestRestoreMarksSocketAsUsed(t *testing.T) {
	l := listen(t, newRegistry(t), "work")
	old := time.Now().Add(-9 * 24 * time.Hour)
	for _, path := range []string{l.Path(), filepath.Dir(l.Path())} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Restore(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{l.Path(), filepath.Dir(l.Path())} {
		if info, err := os.Lstat(path); err != nil || time.Since(info.ModTime()) > time.Hour {
			t.Errorf("%s is of %v, %v", path, info.ModTime(), err)
		}
	}
}

// A socket of another process that is in the way is neither replaced nor removed.
func TestRestoreDoesNotSteal(t *testing.T) {
	r := newRegistry(t)
	l := listen(t, r, "work")
	path := l.Path()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	other, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := l.Restore(); err != nil || filepath.Dir(l.Path()) != r.places[1].path() {
		t.Errorf("restored to %s, %v", l.Path(), err)
	}
	l.Close()
	if conn, err := net.Dial("unix", path); err != nil {
		t.Errorf("the other socket is gone: %v", err)
	} else {
		conn.Close()
	}
}

// A session that was replaced in its place leaves the other's socket alone when it ends.
func TestCloseLeavesOtherSocket(t *testing.T) {
	l := listen(t, newRegistry(t), "work")
	path := l.Path()
	if err := errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if !exists(path) {
		t.Error("the file is gone")
	}
}

// Close leaves no file, goroutine or descriptor.
func TestCloseLeavesNothing(t *testing.T) {
	r := newRegistry(t)
	listen(t, r, "other")
	before := runtime.NumGoroutine()
	var dir string
	for range 50 {
		l, err := r.Listen("work", answerAs("work", func() string { return "1-00000000-00000000" }), nil)
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Dir(l.Path())
		idle, err := net.Dial("unix", l.Path())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Call(soon(t), l.Path(), control.Request{Verb: control.VerbStatus}); err != nil {
			t.Fatal(err)
		}
		l.Close()
		l.Close()
		idle.Close()
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("files %v, %v", files, err)
	}
	if after := runtime.NumGoroutine(); after > before+1 {
		t.Errorf("%d goroutines, before %d", after, before)
	}
}
