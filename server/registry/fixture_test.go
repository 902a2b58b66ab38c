//go:build unix

package registry

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gm/server/registry/registrytest"
	"gm/wire/control"
)

// deadline bounds the waiting of tests for events that must come.
const deadline = 20 * time.Second

// registryIn returns a registry with two places, a/gm/sessions and b/gm/sessions in base.
func registryIn(base string) Registry {
	r := Registry{uid: os.Getuid()}
	for _, name := range []string{"a", "b"} {
		r.places = append(r.places, place{base: filepath.Join(base, name), below: [2]string{"gm", "sessions"}, inHome: true})
	}
	return r
}

func newRegistry(t testing.TB) Registry {
	t.Helper()
	return registryIn(registrytest.Dir(t))
}

// answerAs returns a handler that answers every request with the status of a session.
func answerAs(name string, id func() string) Handler {
	return func(r control.Request) control.Response {
		return control.Response{Status: &control.Status{Name: name, ID: id(), State: control.Detached, Pid: os.Getpid()}}
	}
}

// listen begins a session.
func listen(t testing.TB, r Registry, name string) *Listener {
	t.Helper()
	var l *Listener
	ready := make(chan struct{})
	l, err := r.Listen(name, answerAs(name, func() string { <-ready; return l.ID() }), nil)
	close(ready)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// leave makes the socket of a session that was killed.
func leave(t testing.TB, r Registry, name string) (path string) {
	t.Helper()
	dir, err := r.places[0].open(r.uid, true)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, newID(99999, name).text)
	socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	socket.SetUnlinkOnClose(false)
	socket.Close()
	return path
}

// names lists the registry and returns the names of its sessions.
func names(t testing.TB, r Registry) (names []string) {
	t.Helper()
	entries, err := r.List(t.Context())
	if err != nil {
		t.Error(err)
	}
	for _, e := range entries {
		if e.Err != nil {
			t.Errorf("%s: %v", e.Path, e.Err)
		}
		names = append(names, e.Status.Name)
	}
	return names
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	t.Cleanup(cancel)
	return ctx
}
