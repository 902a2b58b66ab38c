//go:build unix

package port

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"gm/server/registry"
	"gm/wire/control"
	"gm/wire/udp"
)

const (
	// borrowTimeout bounds the wait for a reader, which may just have become it.
	borrowTimeout = 2 * time.Second
	borrowPause   = 20 * time.Millisecond
	// fileTimeout bounds the wait for a reader's file, which may not exist yet.
	fileTimeout = 300 * time.Millisecond
	// answerTimeout bounds the answer of a reader.
	answerTimeout = time.Second
)

// Request describes the socket that a session needs.
type Request struct {
	Registry registry.Registry
	Port     uint16
	Bind     netip.Addr // the zero Addr for all addresses
	// Also is another address at which the session's client reaches the host, so that a
	// socket bound to it will do. It may be zero.
	Also netip.Addr
	// Extensions are those granted to the client. Without "identifiers" the session counts
	// towards maxOpen.
	Extensions []string
}

// Listen binds the port. If the user's sessions have it, it returns a duplicate of their
// socket. The error is udp.ErrPortTaken if the port belongs to another program or user.
func Listen(r Request) (*udp.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), borrowTimeout)
	defer cancel()
	began := time.Now()
	ports := udp.PortRange{Low: r.Port, High: r.Port}
	for {
		conn, err := udp.Listen(r.Bind, ports)
		if !errors.Is(err, udp.ErrPortTaken) {
			return conn, err
		}
		conn, refused, found := r.borrow(ctx)
		if conn != nil || refused != nil {
			return conn, refused
		}
		if !found && time.Since(began) > fileTimeout {
			return nil, err
		}
		select {
		case <-time.After(borrowPause): // the reader is new, or its file is left over
		case <-ctx.Done():
			return nil, err
		}
	}
}

// borrow requests the socket from the readers of those that will do. found reports whether
// there is a reader's file. The error is a reader's refusal.
func (r Request) borrow(ctx context.Context) (conn *udp.Conn, err error, found bool) {
	for _, name := range r.names() {
		for _, path := range r.Registry.FindFiles(name) {
			found = true
			conn, err := r.askReader(ctx, path)
			if _, refused := errors.AsType[*RefusedError](err); conn != nil || refused {
				return conn, err, true
			}
		}
	}
	return nil, nil, found
}

func (r Request) names() []string {
	names := []string{fileName(r.Port, r.Bind), fileName(r.Port, netip.Addr{})}
	if r.Also.IsValid() {
		names = append(names, fileName(r.Port, r.Also))
	}
	return names
}

func fileName(port uint16, bind netip.Addr) string {
	text := "any"
	if bind.IsValid() && !bind.IsUnspecified() {
		text = bind.Unmap().String()
	}
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("port-%d-%x", port, sum[:4])
}

// RefusedError is the refusal of a reader.
type RefusedError struct{ Text, Hint string }

func (e *RefusedError) Error() string { return e.Text }

func (r Request) askReader(ctx context.Context, path string) (*udp.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	request := control.Request{Verb: control.VerbSocket, Attach: &control.AttachRequest{Extensions: r.Extensions}}
	conn, err := call(ctx, path, request)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	buf := make([]byte, control.MaxFrame)
	n, socket, err := udp.Receive(conn, buf)
	if err != nil {
		return nil, err
	}
	err = parseAnswer(buf[:n])
	switch {
	case err != nil && socket != nil:
		socket.Close()
		return nil, err
	case err != nil:
		return nil, err
	case socket == nil:
		return nil, errNoSocket
	}
	return udp.FromFile(socket)
}

var errNoSocket = errors.New("the reader of the port has sent no socket")

// call connects to a reader and sends a request. The connection fails when ctx ends.
func call(ctx context.Context, path string, request control.Request) (*net.UnixConn, error) {
	conn, err := registry.Dial(ctx, path)
	if err != nil {
		return nil, err
	}
	at, _ := ctx.Deadline()
	conn.SetDeadline(at)
	if _, err := conn.Write(request.AppendFrame(nil)); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
