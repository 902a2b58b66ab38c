package prompt

import (
	"context"
	"errors"
	"io"
)

// Relay is not available: a console has no counterpart of a read that ends.
func (terminal) Relay(context.Context, io.Writer, func()) (Relay, error) {
	return nil, errors.New("gm cannot connect a Windows console with the host")
}
