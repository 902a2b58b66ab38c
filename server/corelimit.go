//go:build unix

package server

import (
	"golang.org/x/sys/unix"

	"gm/internal/nodump"
)

// A core dump of the server would have the session's key in it, so it makes
// none. Programs in the session may: the limit that the server found stays the
// hard one, and is put back while a program is started.

// coreLimit is the limit on core dumps that the user has.
type coreLimit struct{ unix.Rlimit }

// forbidCoreDumps turns them off for this process.
func forbidCoreDumps() (users coreLimit, err error) {
	if err = unix.Getrlimit(unix.RLIMIT_CORE, &users.Rlimit); err != nil {
		return users, err
	}
	none := users.Rlimit
	none.Cur = 0
	if err = unix.Setrlimit(unix.RLIMIT_CORE, &none); err != nil {
		return users, err
	}
	return users, nodump.Disable()
}

// during calls f with the user's limit in force.
func (c coreLimit) during(f func() error) error {
	none := c.Rlimit
	none.Cur = 0
	if unix.Setrlimit(unix.RLIMIT_CORE, &c.Rlimit) == nil {
		defer unix.Setrlimit(unix.RLIMIT_CORE, &none)
	}
	return f()
}
