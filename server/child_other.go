//go:build !unix

package server

import "errors"

// child is never made: the platform has no ptys.
type child struct{ program }

func startChild(c command, cores coreLimit, cols, rows int) (*child, error) {
	return nil, errors.ErrUnsupported
}
