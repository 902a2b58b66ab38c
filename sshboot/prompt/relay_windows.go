package prompt

import (
	"context"
	"errors"
	"io"
)

// Relay returns an error: a read from a console cannot be given a timeout.
func (terminal) Relay(context.Context, io.Writer, func()) (Relay, error) {
	return nil, errors.New("gm cannot connect a Windows console to the host")
}

// CanRelay returns false.
func (terminal) CanRelay() bool { return false }
