//go:build unix

package registry

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gm/server/registry/registrytest"
)

func TestLockExcludes(t *testing.T) {
	r := newRegistry(t)
	var holders, most int
	var counter sync.Mutex
	count := func(n int) {
		counter.Lock()
		defer counter.Unlock()
		holders += n
		most = max(most, holders)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			unlock, err := r.Lock(soon(t))
			if err != nil {
				t.Error(err)
				return
			}
			count(1)
			count(-1)
			unlock()
		})
	}
	wait.Wait()
	if most != 1 {
		t.Errorf("%d had the lock at the same time", most)
	}
}

func TestLockEndsWithContext(t *testing.T) {
	r := newRegistry(t)
	unlock, err := r.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Lock(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another process has the lock") {
		t.Errorf("second lock: %v", err)
	}
	unlock()
	again, err := r.Lock(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	again()
}

// A file that is replaced between opening and locking it excludes no other process.
func TestIsAt(t *testing.T) {
	path := filepath.Join(registrytest.Dir(t), "lock")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !isAt(f, path) {
		t.Error("not at its path")
	}
	if err := os.Rename(path, path+".old"); err != nil || isAt(f, path) {
		t.Errorf("at its former path, %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil || isAt(f, path) {
		t.Errorf("at the path of another file, %v", err)
	}
}

// A lock that a program has removed, as old files in /tmp are, is not one.
func TestLockOfRemovedFile(t *testing.T) {
	path := filepath.Join(registrytest.Dir(t), "lock")
	first, err := tryLock(path)
	if err != nil || first == nil {
		t.Fatal(first, err)
	}
	defer first.Close()
	if second, err := tryLock(path); second != nil || err != nil {
		t.Fatalf("locked twice: %v, %v", second, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	second, err := tryLock(path)
	if err != nil || second == nil {
		t.Fatalf("a new file is not locked: %v", err)
	}
	defer second.Close()
	if third, err := tryLock(path); third != nil || err != nil {
		t.Errorf("locked twice: %v, %v", third, err)
	}
}

func TestLockDoesNotFollowLinks(t *testing.T) {
	dir := registrytest.Dir(t)
	if err := os.Symlink(filepath.Join(dir, "target"), filepath.Join(dir, "lock")); err != nil {
		t.Fatal(err)
	}
	if f, err := tryLock(filepath.Join(dir, "lock")); err == nil || exists(filepath.Join(dir, "target")) {
		t.Errorf("%v, %v", f, err)
	}
}

// A directory in which no file can be made is left out.
func TestLockInNextPlace(t *testing.T) {
	r := newRegistry(t)
	dir, err := r.places[0].open(r.uid, true)
	if err == nil {
		err = os.Mkdir(filepath.Join(dir, "lock"), 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := r.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if !exists(filepath.Join(r.places[1].path(), "lock")) {
		t.Error("no lock in the second place")
	}
}
