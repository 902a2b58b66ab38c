package client

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// echoServer returns each datagram to its sender, whose address it sends to the channel.
func echoServer(t *testing.T) (netip.AddrPort, <-chan netip.AddrPort) {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	from := make(chan netip.AddrPort, 100)
	go func() {
		buf := make([]byte, 2048)
		for {
			n, peer, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			from <- peer
			conn.WriteToUDPAddrPort(buf[:n], peer)
		}
	}()
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort(), from
}

func TestPathHops(t *testing.T) {
	server, from := echoServer(t)
	s, err := openPaths(ms(0), server, func(f func()) { go f() })
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	ports := map[uint16]bool{}
	for i := range 15 {
		now := ms(0).Add(time.Duration(i) * wire.HopAfter)
		s.maintain(now, time.Time{})
		if err := s.send([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		ports[(<-from).Port()] = true
		d := <-s.incoming
		if string(d.data) != "hello" {
			t.Errorf("%q came", d.data)
		}
		s.release(d)
		if want := min(i+1, wire.HopSockets); len(s.udp.conns) != want {
			t.Errorf("after %d hops there are %d sockets, want %d", i, len(s.udp.conns), want)
		}
	}
	if local := s.local(); local.Addr() != netip.MustParseAddr("127.0.0.1") || !ports[local.Port()] {
		t.Errorf("datagrams seem to leave from %v", local)
	}
	if len(ports) < 10 {
		t.Errorf("%d ports in 15 hops", len(ports))
	}
	later := ms(0).Add(14*wire.HopAfter + wire.HopKeep)
	s.maintain(later, later)
	if len(s.udp.conns) != 1 {
		t.Errorf("%d sockets after the newest is old", len(s.udp.conns))
	}
}

func TestClosingPathsEndsTheReaders(t *testing.T) {
	server, from := echoServer(t)
	s, err := openPaths(ms(0), server, func(f func()) { go f() })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.send([]byte("nobody takes the answer")); err != nil {
		t.Fatal(err)
	}
	<-from
	s.close()
}

// TestPathMTU sends a datagram that no path takes: from then on the MTU is small.
func TestPathMTU(t *testing.T) {
	server, _ := echoServer(t)
	s, err := openPaths(ms(0), server, func(f func()) { go f() })
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if s.kind() != pathUDP || s.mtu() != datagram.MTUv4 {
		t.Errorf("path of kind %d with an MTU of %d", s.kind(), s.mtu())
	}
	if err := s.send(make([]byte, datagram.MaxMTU+1)); err == nil || s.mtu() != datagram.MTUSmall {
		t.Errorf("after a datagram that is too long: %v, MTU %d", err, s.mtu())
	}
}

// TestSessionUsesThePathsMTU sends a paste on a path whose MTU has become small.
func TestSessionUsesThePathsMTU(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.echo = func(*world, string) {}
	w.Run(time.Second)
	w.client.sent(w.Now, datagram.MTUSmall, nil)
	w.MTU = datagram.MTUSmall // the network swallows longer ones
	text := lines(20_000)
	w.types(text)
	w.Run(5 * time.Second)
	if w.received != text {
		t.Errorf("the program got %d bytes of %d", len(w.received), len(text))
	}
}

// TestHopFailure: if no socket can be opened, the next attempt is HopAfter later, and the
// old socket stays in use.
func TestHopFailure(t *testing.T) {
	server, _ := echoServer(t)
	s, err := openPaths(ms(0), server, func(f func()) { go f() })
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.udp.dial = func(netip.Addr) (*udp.Conn, error) { return nil, errors.New("too many open files") }
	now := ms(0).Add(wire.HopAfter)
	s.maintain(now, time.Time{})
	if at := s.deadline(time.Time{}); at.Sub(now) != wire.HopAfter {
		t.Errorf("the next attempt is %v later", at.Sub(now))
	}
	if err := s.send([]byte("hello")); err != nil || len(s.udp.conns) != 1 {
		t.Errorf("%d sockets, %v", len(s.udp.conns), err)
	}
}
