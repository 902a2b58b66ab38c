//go:build unix

package registry

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFilesAreFound(t *testing.T) {
	r := registryIn(t.TempDir())
	if paths := r.FindFiles("port-1"); paths != nil {
		t.Fatalf("found %q", paths)
	}
	path, err := r.NewFile("port-1")
	if err != nil {
		t.Fatal(err)
	}
	lock, err := TryLock(path + ".lock")
	if lock == nil || err != nil {
		t.Fatalf("%v, %v", lock, err)
	}
	defer lock.Close()
	if again, err := TryLock(path + ".lock"); again != nil || err != nil {
		t.Errorf("locked twice: %v", err)
	}
	socket, err := ListenAt(path)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if paths := r.FindFiles("port-1"); len(paths) != 1 || paths[0] != path {
		t.Errorf("found %q, want %q", paths, path)
	}
	if entries, err := r.List(context.Background()); len(entries) > 0 || err != nil {
		t.Errorf("listed as a session: %+v, %v", entries, err)
	}
	if _, err := r.NewFile(strings.Repeat("x", maxPath)); err == nil {
		t.Error("too long a path")
	}
}

func TestListenAtReplacesDeadSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	dead, err := ListenAt(path)
	if err != nil {
		t.Fatal(err)
	}
	dead.UnixListener.Close() // as if killed: the file stays
	if _, err := Dial(context.Background(), path); !errors.Is(err, ErrNoSession) {
		t.Errorf("a dead socket: %v", err)
	}
	live, err := ListenAt(path)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := Dial(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	dead.Close()
	if !live.Refresh() {
		t.Error("the old socket has removed the new one")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	live.Close()
	if live.Refresh() {
		t.Error("the file is still there")
	}
}
