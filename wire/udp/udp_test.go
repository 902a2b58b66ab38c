package udp

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"gm/wire/datagram"
)

var (
	localhost4 = netip.MustParseAddr("127.0.0.1")
	localhost6 = netip.MustParseAddr("::1")
)

// patience bounds waits that end at once unless something is broken.
const patience = time.Minute

func mustListen(t testing.TB, addr netip.Addr, ports PortRange) *Conn {
	t.Helper()
	c, err := Listen(addr, ports)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func mustOpen(t testing.TB, peer netip.Addr) *Conn {
	t.Helper()
	c, err := Open(peer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func mustWrite(t testing.TB, c *Conn, data string, path datagram.Path) {
	t.Helper()
	if err := c.Write([]byte(data), path); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t testing.TB, c *Conn, want string) Packet {
	t.Helper()
	c.udp.SetReadDeadline(time.Now().Add(patience))
	p, err := c.Read(make([]byte, ReadSize))
	if err != nil {
		t.Fatal(err)
	}
	if string(p.Data) != want {
		t.Fatalf("read %q, want %q", p.Data, want)
	}
	return p
}

func at(addr netip.Addr, c *Conn) netip.AddrPort {
	return netip.AddrPortFrom(addr, c.Local().Port())
}

func pathTo(addr netip.Addr, c *Conn) datagram.Path {
	return datagram.Path{Remote: at(addr, c)}
}

func TestListenOnAnyPort(t *testing.T) {
	c := mustListen(t, localhost4, PortRange{})
	if got := c.Local(); got.Addr() != localhost4 || got.Port() == 0 {
		t.Errorf("bound to %v", got)
	}
}

// TestListenTakesTheFirstFree listens until a range of ports is used up.
func TestListenTakesTheFirstFree(t *testing.T) {
	low := freeRange(t, 3)
	ports := PortRange{low, low + 2}
	for i := range uint16(3) {
		if got := mustListen(t, localhost4, ports).Local().Port(); got != low+i {
			t.Errorf("socket %d is on port %d, want %d", i, got, low+i)
		}
	}
	_, err := Listen(localhost4, ports)
	if want := "no UDP port is free in " + ports.String(); err == nil || err.Error() != want {
		t.Errorf("with no port free: %v, want %s", err, want)
	}
}

// freeRange returns the first of n consecutive free ports.
func freeRange(t *testing.T, n uint16) uint16 {
	t.Helper()
	for low := uint16(20_000); low < 60_000; low += n {
		free := true
		for port := low; port < low+n; port++ {
			c, err := Listen(localhost4, PortRange{port, port})
			if free = err == nil; !free {
				break
			}
			c.Close()
		}
		if free {
			return low
		}
	}
	t.Fatal("no free ports in a row")
	return 0
}

func TestListenRefuses(t *testing.T) {
	if _, err := Listen(localhost4, PortRange{9, 7}); err == nil || err.Error() != "no port in the range 9:7" {
		t.Errorf("an empty range: %v", err)
	}
	_, err := Listen(netip.MustParseAddr("192.0.2.1"), PortRange{60001, 65535})
	if err == nil || !strings.HasPrefix(err.Error(), "listen on UDP port 60001: ") {
		t.Errorf("an address of another host: %v", err)
	}
}

// TestListenAtTheLastPort checks that the search ends after port 65535.
func TestListenAtTheLastPort(t *testing.T) {
	taken, err := Listen(localhost4, PortRange{65535, 65535})
	if err == nil {
		defer taken.Close()
	}
	if _, err := Listen(localhost4, PortRange{65535, 65535}); err == nil {
		t.Error("port 65535 is bound twice")
	}
}

// TestDualStack sends to one socket over both families.
func TestDualStack(t *testing.T) {
	server := mustListen(t, netip.Addr{}, PortRange{})
	if !server.Local().Addr().IsUnspecified() {
		t.Errorf("bound to %v, want all addresses", server.Local())
	}
	for _, addr := range []netip.Addr{localhost4, localhost6} {
		client := mustOpen(t, addr)
		mustWrite(t, client, "question", pathTo(addr, server))
		p := mustRead(t, server, "question")
		if p.Path.Remote != at(addr, client) {
			t.Errorf("came from %v, want %v", p.Path.Remote, at(addr, client))
		}
		mustWrite(t, server, "answer", p.Path)
		if got := mustRead(t, client, "answer"); got.Path.Remote != at(addr, server) {
			t.Errorf("the answer came from %v, want %v", got.Path.Remote, at(addr, server))
		}
	}
}

func TestOpenForEachFamily(t *testing.T) {
	for peer, v4 := range map[netip.Addr]bool{
		localhost4: true, localhost6: false,
		netip.MustParseAddr("::ffff:127.0.0.1"): true, netip.MustParseAddr("fe80::1%lo"): false,
	} {
		if got := mustOpen(t, peer).Local().Addr(); got.Is4() != v4 {
			t.Errorf("socket for %v is on %v", peer, got)
		}
	}
}

func TestReadAfterClose(t *testing.T) {
	c := mustListen(t, localhost4, PortRange{})
	done := make(chan error)
	go func() {
		_, err := c.Read(make([]byte, ReadSize))
		done <- err
	}()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("Read returns %v, want net.ErrClosed", err)
		}
	case <-time.After(patience):
		t.Fatal("Read does not end")
	}
	if err := c.Write([]byte("x"), datagram.Path{Local: localhost4, Remote: at(localhost4, c)}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Write returns %v, want net.ErrClosed", err)
	}
}

func TestTooLong(t *testing.T) {
	for _, addr := range []netip.Addr{localhost4, localhost6} {
		server, client := mustListen(t, addr, PortRange{}), mustOpen(t, addr)
		if err := client.Write(make([]byte, 65_536), pathTo(addr, server)); !errors.Is(err, ErrTooLong) {
			t.Errorf("%v: 65536 bytes: %v, want ErrTooLong", addr, err)
		}
	}
}

// TestHandOver passes a bound socket on as a file, as from a server's parent
// process.
func TestHandOver(t *testing.T) {
	for _, addr := range []netip.Addr{localhost4, localhost6, {}} {
		first := mustListen(t, addr, PortRange{})
		f, err := first.File()
		if err != nil {
			t.Fatal(err)
		}
		second, err := FromFile(f)
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		if err := f.Close(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("the file is not closed: %v", err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		if second.Local() != first.Local() {
			t.Errorf("bound to %v, want %v", second.Local(), first.Local())
		}
		peer := addr
		if !peer.IsValid() {
			peer = localhost4
		}
		client := mustOpen(t, peer)
		mustWrite(t, client, "question", pathTo(peer, second))
		p := mustRead(t, second, "question")
		mustWrite(t, second, "answer", p.Path)
		mustRead(t, client, "answer")
	}
}

func TestFromFileRefuses(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := FromFile(r); err == nil {
		t.Error("a pipe is taken for a socket")
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	f, err := tcp.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := FromFile(f); err == nil {
		t.Error("a TCP socket is taken for one of UDP")
	}
	if err := f.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the file is not closed: %v", err)
	}
}

func TestLongDatagrams(t *testing.T) {
	server, client := mustListen(t, localhost4, PortRange{}), mustOpen(t, localhost4)
	long := strings.Repeat("x", ReadSize)
	mustWrite(t, client, long, pathTo(localhost4, server))
	mustRead(t, server, long)
	mustWrite(t, client, "", pathTo(localhost4, server))
	mustRead(t, server, "")
	mustWrite(t, client, long, pathTo(localhost4, server))
	if p, err := server.Read(make([]byte, 10)); err != nil || len(p.Data) != 10 {
		t.Errorf("into ten bytes: %d, %v", len(p.Data), err)
	}
}

// TestNoAllocations checks that Read and Write allocate nothing.
func TestNoAllocations(t *testing.T) {
	for _, addr := range []netip.Addr{localhost4, localhost6} {
		server, client := mustListen(t, netip.Addr{}, PortRange{}), mustOpen(t, addr)
		buf, data, path := make([]byte, ReadSize), bytes.Repeat([]byte("x"), 1000), pathTo(addr, server)
		allocs := testing.AllocsPerRun(100, func() {
			if err := client.Write(data, path); err != nil {
				t.Fatal(err)
			}
			p, err := server.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			if err := server.Write(p.Data, p.Path); err != nil {
				t.Fatal(err)
			}
			if _, err := client.Read(buf); err != nil {
				t.Fatal(err)
			}
		})
		if allocs != 0 {
			t.Errorf("%v: %v allocations for two datagrams", addr, allocs)
		}
	}
}

func BenchmarkPingPong(b *testing.B) {
	server, client := mustListen(b, netip.Addr{}, PortRange{}), mustOpen(b, localhost4)
	buf, data, path := make([]byte, ReadSize), make([]byte, 1000), pathTo(localhost4, server)
	b.ReportAllocs()
	for b.Loop() {
		if err := client.Write(data, path); err != nil {
			b.Fatal(err)
		}
		p, err := server.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		if err := server.Write(p.Data, p.Path); err != nil {
			b.Fatal(err)
		}
		if _, err := client.Read(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func TestLocalTo(t *testing.T) {
	for _, ip := range []string{"127.0.0.1", "::1"} {
		here := netip.MustParseAddr(ip)
		if got := LocalTo(netip.AddrPortFrom(here, 60001)); got != here {
			t.Errorf("to %v from %v", here, got)
		}
	}
	if got := LocalTo(netip.MustParseAddrPort("[fe80::1%nowhere]:60001")); got.IsValid() {
		t.Errorf("to nowhere from %v", got)
	}
}
