package netlab

import (
	"encoding/binary"
	"maps"

	"golang.org/x/sys/unix"
)

// Service is a port of the host Far.
type Service struct {
	Protocol uint8 // protocol number of IP: unix.IPPROTO_TCP or unix.IPPROTO_UDP
	Port     uint16
}

// UDP and TCP return the service at a port.
func UDP(port uint16) Service { return Service{unix.IPPROTO_UDP, port} }
func TCP(port uint16) Service { return Service{unix.IPPROTO_TCP, port} }

// Count is a number of packets and their bytes, IP headers included.
type Count struct{ Packets, Bytes int }

// Flow is the traffic to a service and from it.
type Flow struct{ Up, Down Count }

// Minus returns the traffic since an earlier count.
func (f Flow) Minus(before Flow) Flow {
	return Flow{f.Up.minus(before.Up), f.Down.minus(before.Down)}
}

func (c Count) minus(before Count) Count {
	return Count{c.Packets - before.Packets, c.Bytes - before.Bytes}
}

// Traffic is the flow of each service.
type Traffic map[Service]Flow

func (t Traffic) clone() Traffic { return maps.Clone(t) }

// IPv4 (RFC 791, section 3.1), and the ports that TCP and UDP begin with.
const (
	protocolAt  = 9
	portsSize   = 4
	leastHeader = 20
)

func (t Traffic) add(a arrival) {
	service, ok := serviceOf(a)
	if !ok {
		return
	}
	flow := t[service]
	c := &flow.Down
	if a.up {
		c = &flow.Up
	}
	c.Packets++
	c.Bytes += len(a.packet)
	t[service] = flow
}

// isUDP reports whether a is a packet of UDP over IPv4, also a fragment without ports.
func (a arrival) isUDP() bool {
	return len(a.packet) >= leastHeader && a.packet[0]>>4 == 4 && a.packet[protocolAt] == unix.IPPROTO_UDP
}

func serviceOf(a arrival) (s Service, ok bool) {
	p := a.packet
	if len(p) < leastHeader || p[0]>>4 != 4 {
		return s, false
	}
	header := int(p[0]&0xf) * 4
	if header < leastHeader || len(p) < header+portsSize {
		return s, false
	}
	from, to := binary.BigEndian.Uint16(p[header:]), binary.BigEndian.Uint16(p[header+2:])
	s = Service{p[protocolAt], from}
	if a.up {
		s.Port = to
	}
	return s, s.Protocol == unix.IPPROTO_TCP || s.Protocol == unix.IPPROTO_UDP
}
