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

var (
	// ErrNoSession means that no session has the name or the socket.
	ErrNoSession = errors.New("there is no such session")
	// ErrNoAnswer means that the session has not answered in time, or not ended.
	ErrNoAnswer = errors.New("no answer")
)

// Call sends a request to the session at the socket path and returns the response. It
// fails with ErrNoSession if no process listens there, with another error if that process
// belongs to another user, and with ErrNoAnswer if ctx ends first. After control.VerbKill
// it also waits until the session closes the connection, which it does when it has ended;
// if ctx ends before that, Call returns the response and ErrNoAnswer. Call leaves no other
// copy of a seat's key in memory.
func Call(ctx context.Context, path string, request control.Request) (response control.Response, err error) {
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = ErrNoAnswer
		}
	}()
	conn, err := dial(ctx, path)
	if err != nil {
		return response, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if response, err = exchange(conn, request); err != nil {
		return control.Response{}, fmt.Errorf("ask the session: %w", err)
	}
	if request.Verb == control.VerbKill {
		err = awaitEOF(conn)
	}
	return response, err
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
	message, err := control.ReadFrame(conn)
	if err != nil {
		return response, err
	}
	defer clear(message)
	return control.ParseResponse(message)
}

func awaitEOF(conn io.Reader) error {
	_, err := io.Copy(io.Discard, conn)
	if errors.Is(err, unix.ECONNRESET) {
		return nil
	}
	return err
}
