//go:build unix

package udp

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gm/wire/datagram"
)

func share(t *testing.T, addr string) *Shared {
	t.Helper()
	var bind netip.Addr
	if addr != "" {
		bind = netip.MustParseAddr(addr)
	}
	conn, err := Listen(bind, PortRange{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := conn.Share()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// unixPair returns the two ends of a Unix socket.
func unixPair(t *testing.T) (a, b *net.UnixConn) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: t.TempDir() + "/s", Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err = l.AcceptUnix()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); b.Close() })
	return c.(*net.UnixConn), b
}

func TestSharedExchange(t *testing.T) {
	for name, c := range map[string]struct{ bind, peer string }{
		"IPv4": {"127.0.0.1", "127.0.0.1"}, "IPv6": {"::1", "::1"},
		"all, by IPv4": {"", "127.0.0.1"}, "all, by IPv6": {"", "::1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := share(t, c.bind)
			client, err := Open(netip.MustParseAddr(c.peer))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			to := netip.AddrPortFrom(netip.MustParseAddr(c.peer), s.Local().Port())
			if err := client.Write([]byte("hello"), datagram.Path{Remote: to}); err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, ReadSize)
			p, err := s.Read(buf)
			want := netip.AddrPortFrom(netip.MustParseAddr(c.peer), client.Local().Port())
			if err != nil || string(p.Data) != "hello" || p.Path.Remote != want || p.Path.Local != want.Addr() || p.Congested {
				t.Fatalf("%q on %+v, %v", p.Data, p.Path, err)
			}
			if err := s.Write([]byte("answer"), p.Path); err != nil {
				t.Fatal(err)
			}
			if p, err := client.Read(buf); err != nil || string(p.Data) != "answer" || p.Path.Remote != to {
				t.Errorf("%q from %v, %v", p.Data, p.Path.Remote, err)
			}
		})
	}
}

func TestSharedStop(t *testing.T) {
	s := share(t, "127.0.0.1")
	ended := make(chan error)
	go func() {
		_, err := s.Read(make([]byte, 10))
		ended <- err
	}()
	s.Stop()
	s.Stop()
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read: %v", err)
	}
	if _, err := s.Read(nil); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the next Read: %v", err)
	}
}

func TestSharedWriteErrors(t *testing.T) {
	s := share(t, "127.0.0.1")
	to := netip.MustParseAddrPort("127.0.0.1:9")
	if err := s.Write(make([]byte, 70000), datagram.Path{Remote: to}); !errors.Is(err, ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
	if err := s.Write([]byte("x"), datagram.Path{Remote: netip.MustParseAddrPort("[::1]:9")}); !errors.Is(err, errFamily) {
		t.Errorf("IPv6 from IPv4: %v", err)
	}
	all := share(t, "")
	foreign := datagram.Path{Local: netip.MustParseAddr("192.0.2.77"), Remote: to}
	if err := all.Write([]byte("x"), foreign); err != nil {
		t.Errorf("from an address that the host has lost: %v", err)
	}
}

// A duplicate that came over a Unix socket is the same socket: it sends from the same port
// and reads what was not read.
func TestSocketIsPassedOn(t *testing.T) {
	s := share(t, "127.0.0.1")
	a, b := unixPair(t)
	if err := s.SendTo(a, []byte("data")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	n, file, err := Receive(b, buf)
	if err != nil || string(buf[:n]) != "data" || file == nil {
		t.Fatalf("%q, %v, %v", buf[:n], file, err)
	}
	conn, err := FromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	twin, err := conn.Share()
	if err != nil {
		t.Fatal(err)
	}
	defer twin.Close()
	if twin.Local() != s.Local() {
		t.Errorf("%v and %v", twin.Local(), s.Local())
	}
	if err := twin.Write([]byte("to itself"), datagram.Path{Remote: s.Local()}); err != nil {
		t.Fatal(err)
	}
	if p, err := s.Read(buf); err != nil || string(p.Data) != "to itself" || p.Path.Remote != s.Local() {
		t.Errorf("%q, %v", p.Data, err)
	}
	if flags, err := unix.FcntlInt(uintptr(twin.fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Error("the duplicate is inherited by children")
	}
	a.Write([]byte("plain"))
	if n, file, err := Receive(b, buf); err != nil || string(buf[:n]) != "plain" || file != nil {
		t.Errorf("%q, %v, %v", buf[:n], file, err)
	}
	a.Close()
	if _, _, err := Receive(b, buf); err == nil {
		t.Error("no error at the end")
	}
}

// The end of one of two sockets does not end the other.
func TestSharedOutlivesTwin(t *testing.T) {
	s := share(t, "127.0.0.1")
	a, b := unixPair(t)
	s.SendTo(a, []byte("x"))
	_, file, err := Receive(b, make([]byte, 1))
	if err != nil {
		t.Fatal(err)
	}
	conn, _ := FromFile(file)
	twin, _ := conn.Share()
	got := make(chan string)
	go func() {
		p, _ := twin.Read(make([]byte, 100))
		got <- string(p.Data)
	}()
	local := s.Local()
	s.Stop()
	client, _ := Open(local.Addr())
	defer client.Close()
	client.Write([]byte("after"), datagram.Path{Remote: local})
	select {
	case text := <-got:
		if text != "after" {
			t.Errorf("%q", text)
		}
	case <-time.After(5 * time.Second):
		t.Error("nothing arrived")
	}
	twin.Close()
}
