//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package address

import (
	"errors"
	"io"
)

func openEvents() (io.ReadCloser, error) { return nil, errors.ErrUnsupported }
