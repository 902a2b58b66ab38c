package udp

import (
	"net/netip"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"gm/wire/datagram"
)

// TestAnswerFromTheRightAddress sends to a host at several addresses, to a socket
// bound to all of them and to one bound to that address.
func TestAnswerFromTheRightAddress(t *testing.T) {
	everywhere4 := netip.IPv4Unspecified()
	for _, addr := range []string{"127.0.0.1", "127.0.0.2", "127.3.4.5", "::1"} {
		asked := netip.MustParseAddr(addr)
		binds := []netip.Addr{{}, asked}
		if asked.Is4() {
			binds = append(binds, everywhere4)
		}
		for _, bind := range binds {
			server, client := mustListen(t, bind, PortRange{}), mustOpen(t, asked)
			mustWrite(t, client, "question", pathTo(asked, server))
			p := mustRead(t, server, "question")
			if p.Path.Local != asked {
				t.Errorf("%v on %v: came to %v", asked, bind, p.Path.Local)
			}
			mustWrite(t, server, "answer", p.Path)
			if got := mustRead(t, client, "answer"); got.Path.Remote.Addr() != asked {
				t.Errorf("%v on %v: answered from %v", asked, bind, got.Path.Remote)
			}
		}
	}
}

// TestWriteFromALostAddress sends from an address that the host does not have, and
// from one of the other family. The system chooses another.
func TestWriteFromALostAddress(t *testing.T) {
	for _, lost := range []string{"192.0.2.1", "2001:db8::1"} {
		for _, bind := range []netip.Addr{{}, netip.IPv4Unspecified()} {
			server, client := mustListen(t, bind, PortRange{}), mustOpen(t, localhost4)
			mustWrite(t, server, "answer", datagram.Path{Local: netip.MustParseAddr(lost), Remote: at(localhost4, client)})
			if got := mustRead(t, client, "answer"); got.Path.Remote.Addr() != localhost4 {
				t.Errorf("from %s on %v: came from %v", lost, bind, got.Path.Remote)
			}
		}
	}
}

func optionOf(t *testing.T, c *Conn, level, name int) int {
	t.Helper()
	raw, err := c.udp.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	value := -1
	raw.Control(func(fd uintptr) { value, err = unix.GetsockoptInt(int(fd), level, name) })
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestOptions(t *testing.T) {
	v4 := map[string]*Conn{
		"IPv4":       mustOpen(t, localhost4),
		"both":       mustListen(t, netip.Addr{}, PortRange{}),
		"IPv4 bound": mustListen(t, localhost4, PortRange{}),
	}
	for name, c := range v4 {
		if got := optionOf(t, c, unix.IPPROTO_IP, unix.IP_TOS); got != ecnCapable {
			t.Errorf("%s: IP_TOS is %#x", name, got)
		}
		if got := optionOf(t, c, unix.IPPROTO_IP, unix.IP_MTU_DISCOVER); got != unix.IP_PMTUDISC_DONT {
			t.Errorf("%s: IP_MTU_DISCOVER is %d", name, got)
		}
	}
	v6 := map[string]*Conn{"IPv6": mustOpen(t, localhost6), "both": v4["both"]}
	for name, c := range v6 {
		if got := optionOf(t, c, unix.IPPROTO_IPV6, unix.IPV6_TCLASS); got != ecnCapable {
			t.Errorf("%s: IPV6_TCLASS is %#x", name, got)
		}
		if got := optionOf(t, c, unix.IPPROTO_IPV6, unix.IPV6_MTU_DISCOVER); got != unix.IPV6_PMTUDISC_DONT {
			t.Errorf("%s: IPV6_MTU_DISCOVER is %d", name, got)
		}
	}
}

// TestCongestion marks datagrams as a router does.
func TestCongestion(t *testing.T) {
	for _, addr := range []netip.Addr{localhost4, localhost6} {
		for _, bind := range []netip.Addr{{}, addr} {
			server, client := mustListen(t, bind, PortRange{}), mustOpen(t, addr)
			raw, err := client.udp.SyscallConn()
			if err != nil {
				t.Fatal(err)
			}
			for class, want := range map[int]bool{0: false, 1: false, 2: false, 3: true, 0xb8 | 3: true, 0xb8: false} {
				mark(t, raw, addr.Is4(), class)
				mustWrite(t, client, "x", pathTo(addr, server))
				if p := mustRead(t, server, "x"); p.Congested != want {
					t.Errorf("%v on %v: class %#x is congested: %v", addr, bind, class, p.Congested)
				}
			}
		}
	}
}

func mark(t *testing.T, raw syscall.RawConn, v4 bool, class int) {
	t.Helper()
	level, name := unix.IPPROTO_IPV6, unix.IPV6_TCLASS
	if v4 {
		level, name = unix.IPPROTO_IP, unix.IP_TOS
	}
	var err error
	raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), level, name, class) })
	if err != nil {
		t.Fatal(err)
	}
}

// FuzzReadControl reads malformed control messages.
func FuzzReadControl(f *testing.F) {
	f.Add([]byte{})
	source := newSource(true)
	f.Add(append([]byte(nil), source.from(localhost6)...))
	source = newSource(false)
	f.Add(append([]byte(nil), source.from(localhost4)...))
	f.Fuzz(func(t *testing.T, control []byte) {
		var p Packet
		readControl(append(make([]byte, 0, controlSize), control...), &p) // aligned
		if p.Path.Local.Is4In6() {
			t.Errorf("came to %v", p.Path.Local)
		}
	})
}
