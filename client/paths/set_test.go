package paths

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

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func never(datagram.Path) time.Time { return time.Time{} }

// echoServer returns each datagram to its sender, whose address it sends to the channel.
func echoServer(t *testing.T, addr string) (netip.AddrPort, <-chan netip.AddrPort) {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(addr), 0)))
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
	server := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(server.Addr().Unmap(), server.Port()), from
}

func newSet(t *testing.T) *Set {
	t.Helper()
	s := NewSet(Network{}, func(f func()) { go f() })
	t.Cleanup(s.Close)
	return s
}

func openUDP(t *testing.T, s *Set, server netip.AddrPort) datagram.Path {
	t.Helper()
	path, err := s.OpenUDP(epoch, server)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func send(t *testing.T, s *Set, path datagram.Path, text string) {
	t.Helper()
	if err := s.Send(epoch, path, []byte(text)); err != nil {
		t.Fatalf("send %q: %v", text, err)
	}
	s.Flush()
}

// receive waits for a datagram, which must be that text on that path.
func receive(t *testing.T, s *Set, path datagram.Path, text string) {
	t.Helper()
	d := <-s.Incoming()
	if d.Path != path || string(d.Data) != text {
		t.Errorf("%q came on %v, want %q on %v", d.Data, d.Path, text, path)
	}
	s.Release(d)
}

func TestHops(t *testing.T) {
	server, from := echoServer(t, "127.0.0.1")
	s := newSet(t)
	path := openUDP(t, s, server)
	ports := map[uint16]bool{}
	for i := range 15 {
		if moved := s.Maintain(epoch.Add(time.Duration(i)*wire.HopAfter), never); moved != (i > 0) {
			t.Errorf("hop %d: moved is %v", i, moved)
		}
		send(t, s, path, "hello")
		ports[(<-from).Port()] = true
		receive(t, s, path, "hello")
		if want := min(i+1, wire.HopSockets); len(s.udp[0].conns) != want {
			t.Errorf("after %d hops there are %d sockets, want %d", i, len(s.udp[0].conns), want)
		}
	}
	if local := s.Local(path); local.Addr() != netip.MustParseAddr("127.0.0.1") || !ports[local.Port()] {
		t.Errorf("datagrams seem to leave from %v", local)
	}
	if len(ports) < 10 {
		t.Errorf("%d ports in 15 hops", len(ports))
	}
	later := epoch.Add(14*wire.HopAfter + wire.HopKeep)
	s.Maintain(later, func(datagram.Path) time.Time { return later })
	if len(s.udp[0].conns) != 1 {
		t.Errorf("%d sockets after the newest is old", len(s.udp[0].conns))
	}
}

// TestNoHopWithoutAQuestion: a path on which nothing waits for an answer has no deadline,
// however long it is idle.
func TestNoHopWithoutAQuestion(t *testing.T) {
	server, _ := echoServer(t, "127.0.0.1")
	s := newSet(t)
	path := openUDP(t, s, server)
	if at := s.Deadline(never); !at.IsZero() {
		t.Errorf("before the first datagram: a deadline after %v", at.Sub(epoch))
	}
	send(t, s, path, "hello")
	if at := s.Deadline(never); at.Sub(epoch) != wire.HopAfter {
		t.Errorf("before the answer: a deadline after %v", at.Sub(epoch))
	}
	answered := func(datagram.Path) time.Time { return epoch.Add(time.Second) }
	if at := s.Deadline(answered); !at.IsZero() {
		t.Errorf("after the answer: a deadline after %v", at.Sub(epoch))
	}
	s.Maintain(epoch.Add(time.Hour), answered)
	if len(s.udp[0].conns) != 1 {
		t.Error("the idle path has hopped")
	}
}

// TestPathsAreIndependent opens paths to three servers: each sends to its own, datagrams
// are named by the path of their socket, and only the unanswered path hops.
func TestPathsAreIndependent(t *testing.T) {
	s := newSet(t)
	var open []datagram.Path
	for _, addr := range []string{"127.0.0.1", "127.0.0.2", "::1"} {
		server, _ := echoServer(t, addr)
		open = append(open, openUDP(t, s, server))
	}
	for i, path := range open {
		send(t, s, path, "hello")
		receive(t, s, path, "hello")
		if local := s.Local(path); local.Addr() != path.Remote.Addr() && i != 1 {
			t.Errorf("datagrams to %v leave from %v", path, local)
		}
	}
	now := epoch.Add(wire.HopAfter)
	answered := func(path datagram.Path) time.Time {
		if path == open[1] {
			return time.Time{}
		}
		return epoch.Add(time.Second)
	}
	if at := s.Deadline(answered); !at.Equal(now) {
		t.Errorf("the first hop is due after %v", at.Sub(epoch))
	}
	s.Maintain(now, answered)
	for i, want := range []int{1, 2, 1} {
		if got := len(s.udp[i].conns); got != want {
			t.Errorf("path %v has %d sockets, want %d", open[i], got, want)
		}
	}
}

func TestOpenTwice(t *testing.T) {
	server, _ := echoServer(t, "127.0.0.1")
	s := newSet(t)
	if first, second := openUDP(t, s, server), openUDP(t, s, server); first != second || len(s.udp) != 1 {
		t.Errorf("%v and %v are %d paths", first, second, len(s.udp))
	}
}

func TestDrop(t *testing.T) {
	server, from := echoServer(t, "127.0.0.1")
	s := newSet(t)
	path := openUDP(t, s, server)
	send(t, s, path, "nobody takes the answer")
	<-from
	s.Drop(path)
	if err := s.Send(epoch, path, []byte("lost")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a send on a path that was dropped: %v", err)
	}
	if s.Local(path).IsValid() || !s.Deadline(never).IsZero() {
		t.Error("the dropped path is still there")
	}
	s.Maintain(epoch.Add(time.Hour), never)
	s.NoteHeard(path)
	s.Drop(path)
}

func TestCloseEndsTheReaders(t *testing.T) {
	server, from := echoServer(t, "127.0.0.1")
	s := NewSet(Network{}, func(f func()) { go f() })
	send(t, s, openUDP(t, s, server), "nobody takes the answer")
	<-from
	s.Close()
}

// TestTooLong sends a datagram that no path takes.
func TestTooLong(t *testing.T) {
	server, _ := echoServer(t, "127.0.0.1")
	s := newSet(t)
	path := openUDP(t, s, server)
	if err := s.Send(epoch, path, make([]byte, datagram.MaxMTU+1)); !errors.Is(err, udp.ErrTooLong) {
		t.Errorf("after a datagram that is too long: %v", err)
	}
}

// TestHopFailure: if no socket can be opened, the next attempt is HopAfter later, and the
// old socket stays in use.
func TestHopFailure(t *testing.T) {
	server, _ := echoServer(t, "127.0.0.1")
	s := newSet(t)
	path := openUDP(t, s, server)
	s.udp[0].network.Open = func(netip.Addr) (Socket, error) { return nil, errors.New("too many open files") }
	send(t, s, path, "hello")
	now := epoch.Add(wire.HopAfter)
	s.Maintain(now, never)
	if at := s.Deadline(never); at.Sub(now) != wire.HopAfter {
		t.Errorf("the next attempt is %v later", at.Sub(now))
	}
	send(t, s, path, "hello")
	if len(s.udp[0].conns) != 1 {
		t.Errorf("%d sockets", len(s.udp[0].conns))
	}
}
