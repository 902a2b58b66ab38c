//go:build unix

package pty

import (
	"golang.org/x/sys/unix"
)

// A core dump of the server would have the session's key in it, so it makes
// none. Programs in the session may: the limit that the server found stays the
// hard one, and is put back while a program is started.

// CoreLimit is the limit on core dumps that the user has.
type CoreLimit struct{ unix.Rlimit }

// DisableCoreDumps turns them off for this process.
func DisableCoreDumps() (users CoreLimit, err error) {
	if err = unix.Getrlimit(unix.RLIMIT_CORE, &users.Rlimit); err != nil {
		return users, err
	}
	none := users.Rlimit
	none.Cur = 0
	if err = unix.Setrlimit(unix.RLIMIT_CORE, &none); err != nil {
		return users, err
	}
	return users, nil
}

// during calls f with the user's limit in force.
func (c CoreLimit) during(f func() error) error {
	none := c.Rlimit
	none.Cur = 0
	if unix.Setrlimit(unix.RLIMIT_CORE, &c.Rlimit) == nil {
		defer unix.Setrlimit(unix.RLIMIT_CORE, &none)
	}
	return f()
}
