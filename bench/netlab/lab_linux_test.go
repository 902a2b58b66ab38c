package netlab

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"gm/wire/simnet"
)

func newLab(t *testing.T, config string) *Lab {
	t.Helper()
	c, err := simnet.Parse(config)
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// socket opens a UDP socket on h.
func socket(t *testing.T, h *Host) (conn *net.UDPConn) {
	t.Helper()
	err := h.Do(func() (err error) {
		conn, err = net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(h.Addr, 0)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetReadBuffer(1 << 20)
	return conn
}

func addrOf(c *net.UDPConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

// receive counts the datagrams that come until none has come for quiet, and says
// when the last did.
func receive(c *net.UDPConn, quiet time.Duration) (n int, last time.Time) {
	var buf [2048]byte
	for {
		c.SetReadDeadline(time.Now().Add(quiet))
		if _, err := c.Read(buf[:]); err != nil {
			return n, last
		}
		n, last = n+1, time.Now()
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	l := newLab(t, "rtt=100ms")
	near, far := socket(t, l.Near), socket(t, l.Far)
	best := time.Hour // of several: the machine may be busy
	for range 5 {
		begin := time.Now()
		if _, err := near.WriteToUDPAddrPort([]byte("ping"), addrOf(far)); err != nil {
			t.Fatal(err)
		}
		var buf [16]byte
		_, from, err := far.ReadFromUDPAddrPort(buf[:])
		if err != nil || from != addrOf(near) {
			t.Fatalf("from %v, %v", from, err)
		}
		if took := time.Since(begin); took < 50*time.Millisecond {
			t.Errorf("one way takes %v", took)
		}
		far.WriteToUDPAddrPort([]byte("pong"), from)
		near.Read(buf[:])
		best = min(best, time.Since(begin))
	}
	if best < 100*time.Millisecond || best > 120*time.Millisecond {
		t.Errorf("a round trip takes %v, want 100 ms and little more", best)
	}
}

func TestLoss(t *testing.T) {
	t.Parallel()
	const n = 2000
	l := newLab(t, "loss=30%")
	near, far := socket(t, l.Near), socket(t, l.Far)
	arrived := make(chan int)
	go func() {
		got, _ := receive(far, time.Second)
		arrived <- got
	}()
	counted := func() Count { return l.Traffic()[UDP(addrOf(far).Port())].Up }
	for i := range n {
		near.WriteToUDPAddrPort([]byte("x"), addrOf(far))
		for i%50 == 49 && counted().Packets <= i { // no faster than the receiver's buffer
		}
	}
	sent := counted()
	if got := <-arrived; got < n*64/100 || got > n*76/100 {
		t.Errorf("%d of %d arrived, want 70%%", got, n)
	}
	if want := (Count{n, n * (20 + 8 + 1)}); sent != want {
		t.Errorf("counted %+v, want %+v", sent, want)
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	l := newLab(t, "rate=800k,queue=2s")
	near, far := socket(t, l.Near), socket(t, l.Far)
	begin := time.Now()
	for range 50 {
		near.WriteToUDPAddrPort(make([]byte, 1000-28), addrOf(far))
	}
	n, last := receive(far, 500*time.Millisecond)
	if took := last.Sub(begin); n != 50 || took < 500*time.Millisecond || took > 600*time.Millisecond {
		t.Errorf("%d packets of 1000 bytes came within %v, want 50 within 0.5 s", n, took)
	}
}

// TestTCP sends a megabyte over a wire that loses some of it.
func TestTCP(t *testing.T) {
	t.Parallel()
	l := newLab(t, "rtt=2ms,loss=0.5%")
	var listener net.Listener
	err := l.Far.Do(func() (err error) {
		listener, err = net.Listen("tcp4", l.Far.Addr.String()+":0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		if conn, err := listener.Accept(); err == nil {
			conn.Write(make([]byte, 1<<20))
			conn.Close()
		}
	}()
	var conn net.Conn
	err = l.Near.Do(func() (err error) {
		conn, err = net.Dial("tcp4", listener.Addr().String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	n, err := io.Copy(io.Discard, conn)
	if n != 1<<20 || err != nil {
		t.Errorf("%d bytes came, %v", n, err)
	}
	port := uint16(listener.Addr().(*net.TCPAddr).Port)
	if down := l.Traffic()[TCP(port)].Down; down.Bytes < 1<<20 {
		t.Errorf("counted %+v", down)
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	l := newLab(t, "")
	near, far := socket(t, l.Near), socket(t, l.Far)
	send := func() { near.WriteToUDPAddrPort([]byte("x"), addrOf(far)) }
	if send(); !arrives(far) {
		t.Error("nothing comes over a perfect wire")
	}
	if err := l.Set(simnet.Config{Loss: 1}, 1); err != nil {
		t.Fatal(err)
	}
	if send(); arrives(far) {
		t.Error("something comes over a wire that loses all")
	}
	if err := l.Set(simnet.Config{Loss: 2}, 1); err == nil {
		t.Error("a loss of 200% is taken")
	}
}

func arrives(c *net.UDPConn) bool {
	n, _ := receive(c, 300*time.Millisecond)
	return n > 0
}

// The hosts are not this machine: a program there has the host's address only.
func TestProgramsLiveThere(t *testing.T) {
	l := newLab(t, "")
	for _, h := range []*Host{l.Near, l.Far} {
		var addrs []net.Addr
		err := h.Do(func() (err error) {
			addrs, err = net.InterfaceAddrs()
			return err
		})
		if err != nil || len(addrs) == 0 {
			t.Fatal(err)
		}
		for _, a := range addrs {
			if ip := a.(*net.IPNet).IP; !ip.IsLoopback() && ip.String() != h.Addr.String() {
				t.Errorf("%v has the address %v", h.Addr, a)
			}
		}
	}
	if _, err := os.Stat("/sys/class/net/" + device); err == nil {
		t.Errorf("%s is on this machine", device)
	}
	if err := l.Near.run("ip", "link", "show", "dev", "nothing0"); err == nil {
		t.Error("a command that fails gives no error")
	}
}

func TestServiceOf(t *testing.T) {
	packet := []byte{0x45, 9: 17, 19: 0, 20: 0xea, 21: 0x61, 22: 0, 23: 53}
	for _, test := range []struct {
		a    arrival
		want string
	}{
		{arrival{true, packet}, "{17 53} true"},
		{arrival{false, packet}, "{17 60001} true"},
		{arrival{true, packet[:23]}, "{0 0} false"},
		{arrival{true, nil}, "{0 0} false"},
		{arrival{true, append([]byte{0x60}, packet[1:]...)}, "{0 0} false"},
		{arrival{true, append([]byte{0x4f}, packet[1:]...)}, "{0 0} false"},
	} {
		s, ok := serviceOf(test.a)
		if got := fmt.Sprint(s, ok); got != test.want {
			t.Errorf("serviceOf(%v) = %s, want %s", test.a, got, test.want)
		}
	}
}
