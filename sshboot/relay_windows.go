package sshboot

import (
	"context"
	"errors"
	"io"
)

// relay is not available: a console has no counterpart of a read that ends.
func (terminal) relay(context.Context, io.Writer, func()) (relay, error) {
	return nil, errors.New("gm cannot connect a Windows console with the host")
}
