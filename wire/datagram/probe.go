package datagram

import (
	"encoding/binary"
	"errors"
	"net/netip"
)

// A probe and its reply, as payloads:
//
//	KindProbe[1] || reply_size[2] || padding
//	KindReply[1] || probe_size[2] || address[16] || port[2] || padding
//
// Sizes are those of the whole datagrams, in bytes of UDP payload. The address is the
// one that the probe came from, an IPv4 address in its IPv6 form; zeros from a pipe.
const (
	probeHeader = 3
	replyHeader = 21
)

// maxControl bounds the queued probes and replies.
const maxControl = 16

var errShortProbe = errors.New("probe is too short")

// control is a queued probe or reply.
type control struct {
	path Path
	kind Kind
	size int            // of the datagram
	echo int            // KindProbe: size of the reply; KindReply: size of the probe
	from netip.AddrPort // KindReply: where the probe came from
}

// Probe queues a probe of size bytes of UDP payload on a path, which requests a reply of
// reply bytes; 0 stands for the smallest size. Control sends it. If maxControl are queued,
// Probe does nothing.
func (c *Conn) Probe(path Path, size, reply int) {
	c.queueControl(control{path: path, kind: KindProbe, size: size, echo: reply})
}

func (c *Conn) queueControl(m control) {
	if len(c.controls) < maxControl {
		c.controls = append(c.controls, m)
	}
}

func (m *control) append(dst []byte) []byte {
	begin := len(dst)
	dst = append(dst, byte(m.kind))
	dst = binary.BigEndian.AppendUint16(dst, uint16(m.echo))
	if m.kind == KindReply {
		addr := netip.IPv6Unspecified().As16()
		if m.from.IsValid() {
			addr = m.from.Addr().As16()
		}
		dst = append(dst, addr[:]...)
		dst = binary.BigEndian.AppendUint16(dst, m.from.Port())
	}
	for len(dst)-begin < m.size-overhead {
		dst = append(dst, 0)
	}
	return dst
}

func (c *Conn) handleControl(s *pathState, payload []byte, size int) error {
	if len(payload) < probeHeader {
		return errShortProbe
	}
	echo := int(binary.BigEndian.Uint16(payload[1:]))
	if kindOf(payload) == KindProbe {
		if echo == size {
			s.peerProbe = size
		}
		c.queueControl(control{path: s.path, kind: KindReply, size: min(echo, size), echo: size, from: s.path.Remote})
		return nil
	}
	if len(payload) < replyHeader {
		return errShortProbe
	}
	s.replies++
	s.delivered = max(s.delivered, echo)
	if size >= echo {
		s.largest = max(s.largest, echo)
	}
	addr := netip.AddrFrom16([16]byte(payload[probeHeader:])).Unmap()
	s.observed = netip.AddrPortFrom(addr, binary.BigEndian.Uint16(payload[probeHeader+16:]))
	return nil
}

// Pending reports whether probes or replies are queued.
func (c *Conn) Pending() bool { return len(c.controls) > 0 }
