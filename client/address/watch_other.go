//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package address

import (
	"errors"
	"io"
)

// openEvents fails: the addresses are not watched on this system.
func openEvents() (io.ReadCloser, error) { return nil, errors.ErrUnsupported }
