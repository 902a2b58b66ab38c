//go:build unix

package server

import (
	"errors"
	"fmt"
	"net/netip"

	"gm/server/port"
	"gm/server/registry"
	"gm/server/session"
	"gm/wire/control"
	"gm/wire/state"
	"gm/wire/udp"
)

// portVariable contains the port, or the range of ports, of sessions whose client names none.
const portVariable = "GM_SERVER_PORT"

// setDefaultPorts sets the ports from portVariable unless the command line sets them.
func (o *options) setDefaultPorts(getenv func(string) string) {
	text := getenv(portVariable)
	if o.portsSet || text == "" {
		return
	}
	ports, err := udp.ParsePortRange(text)
	if err != nil {
		o.warn("%s: %v: the port is one of %v", portVariable, err, o.ports)
		return
	}
	o.ports, o.portsSet = ports, true
}

// sharesPort reports whether sessions share the port: whether the user has chosen a single one.
func sharesPort(ports udp.PortRange) bool { return ports.Low == ports.High && ports.Low != 0 }

// sharer opens the ports that the user's sessions share.
type sharer struct {
	registry registry.Registry
	client   netip.Addr // at which the first client reaches the host; may be zero
	log      func(format string, a ...any)
}

func (s sharer) listen(bind netip.Addr, ports udp.PortRange, extensions []string) (*udp.Conn, error) {
	if !sharesPort(ports) {
		return udp.Listen(bind, ports)
	}
	conn, err := port.Listen(port.Request{Registry: s.registry, Port: ports.Low, Bind: bind, Also: s.client, Extensions: extensions})
	if refused, ok := errors.AsType[*port.RefusedError](err); ok {
		return nil, &refusal{refused.Text, refused.Hint}
	}
	if errors.Is(err, udp.ErrPortTaken) {
		return nil, &refusal{
			fmt.Sprintf("UDP port %v is in use", ports),
			"another user, another program, or a session that was not begun with this port has it; -p takes another one, -p 60001:60999 the first that is free",
		}
	}
	return conn, err
}

// join returns the session's share of a socket, or conn itself if its port is not shared. The
// warning is not empty if no other session can share the port.
func (s sharer) join(conn *udp.Conn, ports udp.PortRange) (own socket, warning string) {
	if !sharesPort(ports) {
		return conn, ""
	}
	share, err := port.Join(s.registry, conn, s.log)
	if err != nil {
		return conn, fmt.Sprintf("no other session can use UDP port %v: %s", ports, oneLine(err))
	}
	return share, ""
}

func (s sharer) open(bind netip.Addr, ports udp.PortRange) (socket, error) {
	conn, err := s.listen(bind, ports, state.ExtIdentifiers.Names())
	if err != nil {
		return nil, err
	}
	own, warning := s.join(conn, ports)
	if warning != "" {
		s.log("%s", warning)
	}
	return own, nil
}

// routed is a socket that receives datagrams by the session's routes.
type routed interface{ SetRoutes(control.Routes) }

// publishRoutes passes changed routes of the session to the sockets that need them.
func (l *loop) publishRoutes() {
	if !l.session.RoutesChanged() {
		return
	}
	for _, s := range l.sockets.open {
		s.setRoutes(l.session)
	}
}

func (b *boundSocket) setRoutes(s *session.Session) {
	if r, ok := b.socket.(routed); ok {
		routes := s.Routes()
		r.SetRoutes(control.Routes{Identifiers: routes.Identifiers, Addresses: routes.Addresses, Open: routes.Open})
	}
}
