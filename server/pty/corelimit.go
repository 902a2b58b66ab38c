//go:build unix

package pty

import "golang.org/x/sys/unix"

// CoreLimit is the user's limit on core dumps. The zero value forbids them.
type CoreLimit struct{ unix.Rlimit }

// DisableCoreDumps turns core dumps of this process off and returns the limit before.
// The hard limit stays, so that programs can be started with the user's limit.
func DisableCoreDumps() (users CoreLimit, err error) {
	if err = unix.Getrlimit(unix.RLIMIT_CORE, &users.Rlimit); err != nil {
		return users, err
	}
	none := users.Rlimit
	none.Cur = 0
	return users, unix.Setrlimit(unix.RLIMIT_CORE, &none)
}

// during calls f with the limit in force, which a program that f starts inherits.
func (c CoreLimit) during(f func() error) error {
	none := c.Rlimit
	none.Cur = 0
	if unix.Setrlimit(unix.RLIMIT_CORE, &c.Rlimit) == nil {
		defer unix.Setrlimit(unix.RLIMIT_CORE, &none)
	}
	return f()
}
