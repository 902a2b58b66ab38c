//go:build unix

package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lockInterval is the time between two attempts to lock.
const lockInterval = 20 * time.Millisecond

// Lock locks the choice of a session's name against other processes of the user, until
// unlock is called or the process ends. It waits while another process has the lock. The
// lock is a file in the first directory that can be used; Lock fails if there is none.
func (r Registry) Lock(ctx context.Context) (unlock func(), err error) {
	var file *os.File
	var timeout error
	err = r.inPlaces(func(dir string) (err error) {
		file, err = lockFile(ctx, filepath.Join(dir, "lock"))
		if err != nil && ctx.Err() != nil {
			timeout, err = fmt.Errorf("another process has the lock: %w", ctx.Err()), nil
		}
		return err
	})
	if err = cmp.Or(timeout, err); err != nil {
		return nil, fmt.Errorf("lock the names of sessions: %w", err)
	}
	return func() { file.Close() }, nil
}

func lockFile(ctx context.Context, path string) (*os.File, error) {
	attempts := time.NewTicker(lockInterval)
	defer attempts.Stop()
	for {
		file, err := tryLock(path)
		if file != nil || err != nil {
			return file, err
		}
		select {
		case <-attempts.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tryLock locks the file at path, which it creates if necessary, until the file is closed.
// file is nil if another process has the lock, or the file was replaced meanwhile, as by a program that cleans up
// /tmp.
func tryLock(path string) (file *os.File, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case errors.Is(err, unix.EWOULDBLOCK), errors.Is(err, unix.EINTR):
		f.Close()
		return nil, nil
	case err != nil:
		f.Close()
		return nil, err
	}
	if !isAt(f, path) {
		f.Close()
		return nil, nil
	}
	return f, nil
}

func isAt(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	current, err := os.Lstat(path)
	return err == nil && os.SameFile(opened, current)
}
