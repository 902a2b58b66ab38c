//go:build unix

package registry

import (
	"context"
	"errors"
	"net"
	"time"

	"gm/wire/control"
)

const (
	// maxConnections bounds the connections that a session serves at the same time.
	// Others wait in the queue of the socket.
	maxConnections = 8
	// requestTimeout is the time that a peer has to send its request, and to read the
	// response.
	requestTimeout = 5 * time.Second
	// acceptPause is the time before the next attempt after a failure to accept, as for
	// lack of descriptors.
	acceptPause = 100 * time.Millisecond
)

func (l *Listener) accept(socket *net.UnixListener) {
	for {
		select {
		case l.slots <- struct{}{}:
		case <-l.ended.Done():
			return
		}
		conn, err := socket.AcceptUnix()
		if err == nil {
			l.serving.Go(func() {
				l.serve(conn)
				<-l.slots
			})
			continue
		}
		<-l.slots
		if errors.Is(err, net.ErrClosed) {
			return
		}
		select {
		case <-time.After(acceptPause):
		case <-l.ended.Done():
			return
		}
	}
}

func (l *Listener) serve(conn *net.UnixConn) {
	kept := false
	defer func() {
		if !kept {
			conn.Close()
		}
	}()
	if checkPeer(conn) != nil {
		return
	}
	conn.SetDeadline(time.Now().Add(requestTimeout))
	request, err := l.readRequest(conn)
	var response control.Response
	switch {
	case err == nil:
		response = l.handler(request)
	case errors.Is(err, errBadRequest):
		response.Error = err.Error()
	default:
		return
	}
	conn.SetDeadline(time.Now().Add(requestTimeout))
	switch {
	case writeAndWipe(conn, response) != nil:
	case response.Pipe:
		conn.SetDeadline(time.Time{})
		kept = true
		l.keeper(request, conn)
	case request.Verb == control.VerbKill && response.Error == "":
		<-l.ended.Done() // the end of the connection announces the end of the session
	}
}

var errBadRequest = errors.New("bad request")

func (l *Listener) readRequest(conn *net.UnixConn) (control.Request, error) {
	// Close does not wait for a peer that is silent.
	stop := context.AfterFunc(l.ended, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	message, err := control.ReadFrame(conn)
	if err != nil {
		return control.Request{}, err
	}
	request, err := control.ParseRequest(message)
	if err != nil {
		return request, errors.Join(errBadRequest, err)
	}
	return request, nil
}

func writeAndWipe(conn *net.UnixConn, response control.Response) error {
	if response.Seat == nil {
		_, err := conn.Write(response.AppendFrame(nil))
		return err
	}
	buf := make([]byte, 0, control.MaxFrame)
	defer clear(buf[:cap(buf)])
	defer response.Seat.Key.Wipe()
	_, err := conn.Write(response.AppendFrame(buf))
	return err
}
