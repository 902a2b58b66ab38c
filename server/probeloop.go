//go:build unix

package server

import (
	"crypto/rand"
	"net"
	"net/netip"
	"time"

	"gm/wire/probe"
)

// loopTest sends a datagram to each address of this host, to its own socket. One that does
// not arrive was dropped by a firewall here: it never left.
type loopTest struct {
	tokens map[string]netip.Addr // of those that have not arrived
	done   []probe.Loop
	ends   time.Time // zero after the test
}

func (l *loopTest) begin(addrs []netip.Addr, port uint16) {
	l.tokens, l.ends = map[string]netip.Addr{}, time.Now().Add(loopTimeout)
	for _, addr := range addrs {
		conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, port)))
		if err != nil {
			continue
		}
		token := rand.Text()
		// One that leaves this host is not of this host's address.
		if local, ok := conn.LocalAddr().(*net.UDPAddr); ok && local.AddrPort().Addr().Unmap() == addr {
			if _, err := conn.Write([]byte(token)); err == nil {
				l.tokens[token] = addr
			}
		}
		conn.Close()
	}
}

// arrived reports whether a datagram is one of the test's.
func (l *loopTest) arrived(data []byte) bool {
	addr, ok := l.tokens[string(data)]
	if ok {
		delete(l.tokens, string(data))
		l.done = append(l.done, probe.Loop{Addr: addr, Arrived: true})
	}
	return ok
}

// take returns the new results.
func (l *loopTest) take(now time.Time) (out []probe.Loop) {
	out, l.done = l.done, nil
	if !l.ends.IsZero() && !l.ends.After(now) {
		l.ends = time.Time{}
		for _, addr := range l.tokens {
			out = append(out, probe.Loop{Addr: addr})
		}
		l.tokens = nil
	}
	return out
}

// deadline returns when the test ends; zero if it has ended.
func (l *loopTest) deadline() time.Time { return l.ends }
