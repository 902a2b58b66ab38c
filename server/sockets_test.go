//go:build unix

package server

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"gm/wire/datagram"
	"gm/wire/udp"
)

// socketAt returns a socket that is bound to an address and port.
func socketAt(text string) *fakeSocket {
	s := newFakeSocket()
	s.local = netip.MustParseAddrPort(text)
	return s
}

func addrOf(text string) netip.Addr {
	if text == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(text)
}

func TestSocketCovers(t *testing.T) {
	for _, test := range []struct {
		bound, opened string // the socket's own address, and the one that it was opened for
		wanted        string
		ports         udp.PortRange
		want          bool
	}{
		{"[::]:60001", "", "", udp.PortRange{}, true},
		{"[::]:60001", "", "192.0.2.1", udp.PortRange{}, true},
		{"[::]:60001", "", "2001:db8::1", udp.PortRange{}, true},
		{"192.0.2.1:60001", "192.0.2.1", "192.0.2.1", udp.PortRange{}, true},
		{"192.0.2.1:60001", "192.0.2.1", "192.0.2.2", udp.PortRange{}, false},
		{"192.0.2.1:60001", "192.0.2.1", "", udp.PortRange{}, false},
		{"[::]:60001", "192.0.2.9", "192.0.2.2", udp.PortRange{}, true}, // 192.0.2.9 could not be bound
		{"0.0.0.0:60001", "0.0.0.0", "192.0.2.1", udp.PortRange{}, true},
		{"0.0.0.0:60001", "0.0.0.0", "2001:db8::1", udp.PortRange{}, false},
		{"0.0.0.0:60001", "0.0.0.0", "", udp.PortRange{}, false},
		{"[::]:60001", "::", "2001:db8::1", udp.PortRange{}, true},
		{"[::]:60001", "::", "192.0.2.1", udp.PortRange{}, false},
		{"[::]:60001", "", "192.0.2.1", udp.PortRange{Low: 60001, High: 60001}, true},
		{"[::]:60001", "", "192.0.2.1", udp.PortRange{Low: 60002, High: 60009}, false},
		{"[::]:60001", "", "192.0.2.1", udp.PortRange{Low: 59000, High: 60000}, false},
	} {
		t.Run(fmt.Sprintf("%s for %s asked for %s %v", test.bound, test.opened, test.wanted, test.ports), func(t *testing.T) {
			s := newSockets(socketAt(test.bound), addrOf(test.opened), nil)
			if got := s.covering(addrOf(test.wanted), test.ports) != nil; got != test.want {
				t.Errorf("covered is %v", got)
			}
		})
	}
}

// listenFake returns a function that opens sockets in memory, the port after port first.
// It fails for the address broken.
func listenFake(port *uint16, broken string) func(netip.Addr, udp.PortRange) (socket, error) {
	return func(bind netip.Addr, ports udp.PortRange) (socket, error) {
		if broken != "" && bind == addrOf(broken) {
			return nil, errors.New("cannot assign requested address")
		}
		*port++
		if !bind.IsValid() {
			bind = netip.IPv6Unspecified()
		}
		return socketAt(netip.AddrPortFrom(bind, *port).String()), nil
	}
}

func TestAddSocket(t *testing.T) {
	port := uint16(60001)
	s := newSockets(socketAt("192.0.2.1:60001"), addrOf("192.0.2.1"), nil)
	s.listen = listenFake(&port, "198.51.100.1")
	b, err := s.add(addrOf("192.0.2.2"), udp.PortRange{})
	if err != nil || b.Local().String() != "192.0.2.2:60002" || s.covering(addrOf("192.0.2.2"), udp.PortRange{}) != b {
		t.Errorf("added %v, %v", b.Local(), err)
	}
	b, err = s.add(addrOf("198.51.100.1"), udp.PortRange{})
	if err != nil || b.Local().String() != "[::]:60003" || s.covering(addrOf("198.51.100.1"), udp.PortRange{}) != b {
		t.Errorf("added %v, %v instead of an address that cannot be bound", b.Local(), err)
	}
}

func TestAddSocketFails(t *testing.T) {
	s := newSockets(socketAt("192.0.2.1:60001"), addrOf("192.0.2.1"), nil)
	s.listen = func(netip.Addr, udp.PortRange) (socket, error) { return nil, errors.New("no UDP port is free") }
	if b, err := s.add(addrOf("192.0.2.2"), udp.PortRange{}); err == nil || len(s.open) != 1 {
		t.Errorf("added %v", b)
	}
}

// The last socket serves every address, so that no address is refused at the limit.
func TestSocketLimit(t *testing.T) {
	port := uint16(60001)
	s := newSockets(socketAt("192.0.2.1:60001"), addrOf("192.0.2.1"), nil)
	s.listen = listenFake(&port, "")
	for i := 2; i < 100; i++ {
		addr := netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})
		if s.covering(addr, udp.PortRange{}) != nil {
			continue
		}
		if _, err := s.add(addr, udp.PortRange{}); err != nil {
			t.Fatalf("%v: %v", addr, err)
		}
	}
	if len(s.open) != maxSockets || s.open[maxSockets-1].bind.IsValid() {
		t.Errorf("%d sockets, the last one for %v", len(s.open), s.open[len(s.open)-1].bind)
	}
	if b, err := s.add(netip.Addr{}, udp.PortRange{Low: 443, High: 443}); err == nil {
		t.Errorf("a socket beyond the limit: %v", b.Local())
	}
	if maxSockets >= datagramBuffers {
		t.Errorf("%d sockets hold all of %d buffers", maxSockets, datagramBuffers)
	}
}

// An answer leaves from the socket that the client sent to.
func TestWriteChoosesSocket(t *testing.T) {
	for _, test := range []struct {
		name  string
		local string
		port  uint16
		want  int
	}{
		{"first", "192.0.2.1", 60001, 0},
		{"same port, other address", "192.0.2.2", 60001, 1},
		{"same address, other port", "192.0.2.1", 60002, 2},
		{"every address", "203.0.113.5", 60002, 2},
		{"a socket that is gone", "192.0.2.3", 60003, 0},
		{"address of a link", "fe80::1", 60001, 3},
		{"no local address", "", 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := []*fakeSocket{socketAt("192.0.2.1:60001"), socketAt("192.0.2.2:60001"), socketAt("[::]:60002"), socketAt("[fe80::1%eth0]:60001")}
			s := newSockets(all[0], addrOf("192.0.2.1"), nil)
			for _, f := range all[1:] {
				s.open = append(s.open, &boundSocket{f, f.Local().Addr()})
			}
			if err := s.write([]byte("d"), datagram.Path{Local: addrOf(test.local), LocalPort: test.port, Remote: clientAddr}); err != nil {
				t.Fatal(err)
			}
			for i, f := range all {
				if got := len(f.out); got != 1 && i == test.want || got != 0 && i != test.want {
					t.Errorf("%d datagrams from %v", got, f.Local())
				}
			}
		})
	}
}

// A socket that does not report the address that a datagram was sent to has but one.
func TestPathOfBoundSocket(t *testing.T) {
	b := &boundSocket{socketAt("192.0.2.1:60001"), addrOf("192.0.2.1")}
	path := datagram.Path{Remote: clientAddr}
	if b.complete(&path); path != (datagram.Path{Local: serverAddr, LocalPort: 60001, Remote: clientAddr}) || !b.fits(path) {
		t.Errorf("the path is %+v", path)
	}
	path = datagram.Path{Local: serverAddr, Remote: clientAddr}
	if newSockets(newFakeSocket(), netip.Addr{}, nil).open[0].complete(&path); path.LocalPort != serverPort || path.Local != serverAddr {
		t.Errorf("the path is %+v", path)
	}
}

// A client that moves from one socket to another is answered there.
func TestLoopServesSeveralSockets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, first, second := newFakeProgram(), socketAt("192.0.2.1:60001"), socketAt("192.0.2.1:60002")
		r := startLoopRig(t, p, first, second)
		r.run(time.Second)
		r.socket = second
		r.run(5 * time.Second)
		before := len(first.out)
		p.output <- []byte("by the second")
		r.run(time.Second)
		if r.shown() != "by the second" || len(first.out) > before {
			t.Errorf("shown %q, and %d datagrams left by the first socket", r.shown(), len(first.out)-before)
		}
		r.client.Shutdown(time.Now())
		r.run(time.Second)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}

// A socket that fails for good does not end a session that has another one.
func TestLoopExtraSocketFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, broken := newFakeProgram(), socketAt("192.0.2.1:60002")
		broken.err = errors.New("the address is gone")
		r := startLoopRig(t, p, newFakeSocket(), broken)
		r.run(time.Minute)
		p.output <- []byte("alive")
		r.run(time.Second)
		select {
		case <-broken.closed:
		default:
			t.Error("the socket is still open")
		}
		if r.shown() != "alive" {
			t.Errorf("shown %q", r.shown())
		}
		r.client.Shutdown(time.Now())
		r.run(time.Second)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}
