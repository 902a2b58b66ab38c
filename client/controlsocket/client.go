package controlsocket

import (
	"errors"
	"io"
	"net"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
)

// Client is a connection to a master, of gm or of OpenSSH.
type Client struct {
	conn net.Conn
	next uint32 // ID of the next request
}

// Dial connects to the master at a path.
func Dial(path string) (*Client, error) {
	conn, err := net.Dial("unix", path)
	if err != nil {
		return nil, err
	}
	if err := exchangeHello(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return &Client{conn: conn}, nil
}

func (c *Client) Close() error { return c.conn.Close() }

// request sends a request and returns its answer. An error is the master's text.
func (c *Client) request(kind uint32, fields any) (message, error) {
	c.next++
	if err := write(c.conn, kind, c.next, fields); err != nil {
		return message{}, err
	}
	m, err := read(c.conn)
	switch {
	case err != nil:
		return m, err
	case m.ID != c.next:
		return m, errMalformed
	case m.Type == typeFailure || m.Type == typeDenied:
		var why text
		if ssh.Unmarshal(m.Rest, &why) != nil {
			return m, errMalformed
		}
		return m, errors.New(why.Text)
	}
	return m, nil
}

// Check returns the master's process number.
func (c *Client) Check() (pid int, err error) { return c.number(typeAliveCheck, typeAlive, nil) }

// Exit ends the master, which may end before it answers.
func (c *Client) Exit() error {
	_, err := c.request(typeTerminate, nil)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// StopListening closes the master's socket.
func (c *Client) StopListening() error {
	_, err := c.request(typeStopListening, nil)
	return err
}

// Open asks for a forwarding. port is that of a remote one for which the host has chosen it,
// otherwise 0.
func (c *Client) Open(spec forward.Spec) (port int, err error) {
	return c.number(typeOpenForward, typeRemotePort, marshal(spec))
}

// Cancel ends a forwarding.
func (c *Client) Cancel(spec forward.Spec) error {
	_, err := c.request(typeCloseForward, marshal(spec))
	return err
}

// number makes a request whose answer of a kind has a number; 0 for another answer.
func (c *Client) number(request, kind uint32, fields any) (int, error) {
	m, err := c.request(request, fields)
	if err != nil || m.Type != kind {
		return 0, err
	}
	var p port
	if ssh.Unmarshal(m.Rest, &p) != nil {
		return 0, errMalformed
	}
	return int(p.Number), nil
}
