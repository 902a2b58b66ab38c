package forwarding

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"

	"gm/internal/forward"
)

const (
	// maxAgentMessage bounds a request to the agent, in bytes, as ssh-agent does.
	maxAgentMessage = 256 << 10
	// agentExtension is the type of a request that its name describes (RFC 9987, 3.8).
	agentExtension = 27
	// signRequest is the type of a request for a signature (RFC 9987, 3.6).
	signRequest = 13
)

// sessionBind is the extension by which an agent learns to which hosts a connection leads.
var sessionBind = []byte("session-bind@openssh.com")

// refusedExtension is a request that every agent fails, as it does not know the name.
var refusedExtension = []byte("\x00\x00\x00\x0f\x1b\x00\x00\x00\x0arefused@gm")

var errAgentMessage = errors.New("malformed request to the agent")

// agentConn is a connection to the agent of which the other end is at the host. It fails what
// would bind it: the agent cannot learn that this login comes first, and would take the host
// that is bound for one that was reached from here. Unbound, it refuses to use keys that are
// constrained to destinations (ssh-add -h).
type agentConn struct {
	*net.UnixConn
	pending []byte // a request that has not arrived whole
	ctx     context.Context
	cancel  context.CancelFunc
	confirm func(ctx context.Context, request []byte) bool
}

// dialAgent returns a function that connects to an agent. confirm reports whether a request for
// a signature is permitted; nil permits all.
func dialAgent(socket string, confirm func(ctx context.Context, request []byte) bool) func(context.Context) (forward.Endpoint, error) {
	return func(ctx context.Context) (forward.Endpoint, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "unix", socket)
		if err != nil {
			return nil, err
		}
		c := &agentConn{UnixConn: conn.(*net.UnixConn), confirm: confirm}
		c.ctx, c.cancel = context.WithCancel(context.Background())
		return c, nil
	}
}

// Close closes the connection, and ends a question about it.
func (c *agentConn) Close() error {
	c.cancel()
	return c.UnixConn.Close()
}

// Write passes on the requests that are whole with b.
func (c *agentConn) Write(b []byte) (int, error) {
	c.pending = append(c.pending, b...)
	for len(c.pending) >= 4 {
		n := binary.BigEndian.Uint32(c.pending)
		if n == 0 || n > maxAgentMessage {
			return 0, errAgentMessage
		}
		if uint32(len(c.pending)-4) < n {
			break
		}
		request := c.pending[:4+n]
		if binds(request[4:]) || !c.permits(request[4:]) {
			request = refusedExtension
		}
		if _, err := c.UnixConn.Write(request); err != nil {
			return 0, err
		}
		c.pending = c.pending[4+n:]
	}
	return len(b), nil
}

// permits reports whether a request may be passed on. It waits for the user's answer.
func (c *agentConn) permits(request []byte) bool {
	return request[0] != signRequest || c.confirm == nil || c.confirm(c.ctx, request)
}

// binds reports whether a request is sessionBind.
func binds(request []byte) bool {
	if request[0] != agentExtension || len(request) < 5 {
		return false
	}
	name := request[5:]
	n := binary.BigEndian.Uint32(request[1:])
	return uint32(len(name)) >= n && bytes.Equal(name[:n], sessionBind)
}
