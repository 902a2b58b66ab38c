//go:build e2e

package netlab

import (
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

// patience is how long something may take that must happen.
const patience = time.Minute

// receive gives the next datagram, or "end" if none comes.
func receive(t *testing.T, c *net.UDPConn) string {
	t.Helper()
	var buf [2048]byte
	c.SetReadDeadline(time.Now().Add(patience))
	n, err := c.Read(buf[:])
	if err != nil {
		t.Error(err)
		return "end"
	}
	return string(buf[:n])
}

func TestDelay(t *testing.T) {
	t.Parallel()
	l := newLab(t, "rtt=100ms")
	near, far := socket(t, l.Near), socket(t, l.Far)
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
		took := time.Since(begin)
		if took < 100*time.Millisecond {
			t.Errorf("a round trip takes %v", took)
		}
		if took > 5*time.Second { // the machine may be busy
			t.Errorf("a round trip takes %v, want 100 ms and little more", took)
		}
	}
}

func TestLoss(t *testing.T) {
	t.Parallel()
	const n = 2000
	l := newLab(t, "loss=30%")
	near, far := socket(t, l.Near), socket(t, l.Far)
	counted := func() Count { return l.Traffic()[UDP(addrOf(far).Port())].Up }
	arrived := make(chan int, 1)
	go func() {
		got := 0
		for receive(t, far) != "end" {
			got++
		}
		arrived <- got
	}()
	for i := range n {
		near.WriteToUDPAddrPort([]byte("x"), addrOf(far))
		for i%50 == 49 && counted().Packets <= i { // no faster than the receiver's buffer
		}
	}
	sent := counted()
	if err := l.Set(simnet.Config{}, 1); err != nil {
		t.Fatal(err)
	}
	near.WriteToUDPAddrPort([]byte("end"), addrOf(far))
	got := <-arrived
	if got < n*64/100 || got > n*76/100 {
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
	for range 50 {
		receive(t, far)
	}
	if took := time.Since(begin); took < 500*time.Millisecond || took > 5*time.Second { // the machine may be busy
		t.Errorf("50 packets of 1000 bytes came within %v, want 0.5 s and little more", took)
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
	for n, step := range []struct {
		text string
		loss float64
	}{{"before", 0}, {"lost", 1}, {"after", 0}} {
		if err := l.Set(simnet.Config{Loss: step.loss}, 1); err != nil {
			t.Fatal(err)
		}
		near.WriteToUDPAddrPort([]byte(step.text), addrOf(far))
		for l.Traffic()[UDP(addrOf(far).Port())].Up.Packets <= n {
		}
	}
	if first, second := receive(t, far), receive(t, far); first != "before" || second != "after" {
		t.Errorf("came: %s, then %s", first, second)
	}
	if err := l.Set(simnet.Config{Loss: 2}, 1); err == nil {
		t.Error("a loss of 200% is taken")
	}
}

// TestBlockUDP drops UDP in both directions, connects by TCP meanwhile, and carries UDP
// again.
func TestBlockUDP(t *testing.T) {
	t.Parallel()
	l := newLab(t, "")
	near, far := socket(t, l.Near), socket(t, l.Far)
	service := UDP(addrOf(far).Port())
	send := func(text string) {
		before := l.Traffic()[service]
		near.WriteToUDPAddrPort([]byte(text), addrOf(far))
		far.WriteToUDPAddrPort([]byte(text), addrOf(near))
		for f := l.Traffic()[service].Minus(before); f.Up.Packets*f.Down.Packets == 0; f = l.Traffic()[service].Minus(before) {
		}
	}
	send("before")
	l.BlockUDP(true)
	send("blocked")
	dial(t, l)
	l.BlockUDP(false)
	send("after")
	for _, c := range []*net.UDPConn{near, far} {
		if first, second := receive(t, c), receive(t, c); first != "before" || second != "after" {
			t.Errorf("%v received %s, then %s", addrOf(c), first, second)
		}
	}
}

// dial connects by TCP from Near to Far.
func dial(t *testing.T, l *Lab) {
	t.Helper()
	var listener net.Listener
	err := l.Far.Do(func() (err error) {
		listener, err = net.Listen("tcp4", l.Far.Addr.String()+":0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	err = l.Near.Do(func() error {
		conn, err := net.DialTimeout("tcp4", listener.Addr().String(), patience)
		if err == nil {
			conn.Close()
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
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
