//go:build unix

package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"time"

	"golang.org/x/sys/unix"

	"gm/wire/control"
)

// ErrNoSession means that no session has the name or the socket.
var ErrNoSession = errors.New("there is no such session")

// Call sends a request to the session at the socket path and returns the response. It
// fails with ErrNoSession if no process listens there, and with another error if that
// process belongs to another user. After control.VerbKill it also waits until the session
// closes the connection, which it does when it has ended; if ctx ends first, Call returns
// the response and an error. Call leaves no other copy of a seat's key in memory.
func Call(ctx context.Context, path string, request control.Request) (control.Response, error) {
	conn, err := dial(ctx, path)
	if err != nil {
		return control.Response{}, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	response, err := exchange(conn, request)
	if err != nil {
		return control.Response{}, fmt.Errorf("ask the session: %w", preferContextError(ctx, err))
	}
	if request.Verb == control.VerbKill {
		if err := awaitEOF(conn); err != nil {
			return response, fmt.Errorf("wait for the end of the session: %w", preferContextError(ctx, err))
		}
	}
	return response, nil
}

func preferContextError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func dial(ctx context.Context, path string) (*net.UnixConn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", path)
	switch {
	case errors.Is(err, unix.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", ErrNoSession, err)
	case err != nil:
		return nil, err
	}
	conn := c.(*net.UnixConn)
	if err := checkPeer(conn); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return conn, nil
}

func exchange(conn io.ReadWriter, request control.Request) (response control.Response, err error) {
	if _, err := conn.Write(request.AppendFrame(nil)); err != nil {
		return response, err
	}
	buf := make([]byte, control.MaxFrame)
	defer clear(buf)
	message, err := control.ReadFrame(conn, buf)
	if err != nil {
		return response, err
	}
	return control.ParseResponse(message)
}

func awaitEOF(conn io.Reader) error {
	_, err := io.Copy(io.Discard, conn)
	if errors.Is(err, unix.ECONNRESET) {
		return nil
	}
	return err
}
