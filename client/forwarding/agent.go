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
}

// dialAgent returns a function that connects to an agent.
func dialAgent(socket string) func(context.Context) (forward.Endpoint, error) {
	return func(ctx context.Context) (forward.Endpoint, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "unix", socket)
		if err != nil {
			return nil, err
		}
		return &agentConn{UnixConn: conn.(*net.UnixConn)}, nil
	}
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
		if binds(request[4:]) {
			request = refusedExtension
		}
		if _, err := c.UnixConn.Write(request); err != nil {
			return 0, err
		}
		c.pending = c.pending[4+n:]
	}
	return len(b), nil
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
