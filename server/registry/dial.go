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
	response, conn, err := CallPipe(ctx, path, request)
	if conn != nil {
		conn.Close()
	}
	return response, err
}

// CallPipe is Call for requests that ask for a pipe. It returns the connection if the
// response has Pipe set, and else nil.
func CallPipe(ctx context.Context, path string, request control.Request) (response control.Response, pipe *net.UnixConn, err error) {
	conn, err := dial(ctx, path)
	if err != nil {
		return response, nil, noAnswer(ctx, err)
	}
	defer func() {
		if pipe == nil {
			conn.Close()
		}
	}()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	if response, err = exchange(conn, request); err != nil {
		err = fmt.Errorf("ask the session: %w", err)
	} else if request.Verb == control.VerbKill {
		err = awaitEOF(conn)
	}
	if intime := stop(); intime && err == nil && response.Pipe {
		pipe = conn
	}
	return response, pipe, noAnswer(ctx, err)
}

// noAnswer returns ErrNoAnswer in place of an error if ctx has ended.
func noAnswer(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ErrNoAnswer
	}
	return err
}

func dial(ctx context.Context, path string) (*net.UnixConn, error) {
	var d net.Dialer
	conn, err := d.DialUnix(ctx, "unix", nil, &net.UnixAddr{Net: "unix", Name: path})
	switch {
	case errors.Is(err, unix.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", ErrNoSession, err)
	case err != nil:
		return nil, err
	}
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
