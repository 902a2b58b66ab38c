//go:build unix

package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gm/server/registry"
	"gm/wire/datagram"
	"gm/wire/pipe"
	"gm/wire/probe"
)

// probeClient is the client of a "gm server probe" in this process.
type probeClient struct {
	t      *testing.T
	in     *io.PipeWriter
	frames *pipe.Reader
	hello  probe.Hello
	sealer *probe.Sealer
	ended  chan error
	seen   []probe.Message // that next has skipped
}

func startProbe(t *testing.T, r registry.Registry, args ...string) *probeClient {
	t.Helper()
	v, _, _ := newVerb(t, r, append([]string{verbProbe}, args...)...)
	in, host := io.Pipe()
	out, stdout := io.Pipe()
	v.stdout = stdout
	c := &probeClient{t: t, in: host, ended: make(chan error, 1)}
	go func() { c.ended <- v.probe(t.Context(), in); stdout.Close() }()
	t.Cleanup(func() { host.Close(); out.Close() })
	buffered := bufio.NewReader(out)
	if line, err := buffered.ReadString('\n'); line != probe.Greeting+"\n" {
		t.Fatalf("%q, %v: %v", line, err, <-c.ended)
	}
	c.frames = pipe.NewReader(buffered)
	c.hello = *c.next(func(m probe.Message) bool { return m.Hello != nil }).Hello
	var err error
	if c.sealer, err = probe.NewSealer(c.hello.Key, datagram.ToServer, time.Now()); err != nil {
		t.Fatal(err)
	}
	return c
}

// next returns the next message that is wanted.
func (c *probeClient) next(wanted func(probe.Message) bool) probe.Message {
	c.t.Helper()
	for {
		frame, err := c.frames.Next()
		if err != nil {
			c.t.Fatal(err)
		}
		m, err := probe.ParseHosts(frame)
		if err != nil {
			c.t.Fatal(err)
		}
		if wanted(m) {
			return m
		}
		c.seen = append(c.seen, m)
	}
}

func (c *probeClient) tell(m probe.Message) {
	c.t.Helper()
	frame, err := pipe.AppendFrame(nil, m.Append(nil))
	if err == nil {
		_, err = c.in.Write(frame)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// exchange sends a request over loopback and returns the reply.
func (c *probeClient) exchange(request probe.Request) probe.Reply {
	c.t.Helper()
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), c.hello.Port)))
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	data, err := c.sealer.SealRequest(time.Now(), request)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := conn.Write(data); err != nil {
		c.t.Fatal(err)
	}
	arrival := c.next(func(m probe.Message) bool { return m.Arrival != nil }).Arrival
	if arrival.Number != request.Number || arrival.Size != request.Size || arrival.From != conn.LocalAddr().(*net.UDPAddr).AddrPort() {
		c.t.Errorf("%+v", arrival)
	}
	buf := make([]byte, probe.MaxSize)
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	n, err := conn.Read(buf)
	if err != nil {
		c.t.Fatal(err)
	}
	reply, err := c.sealer.OpenReply(time.Now(), buf[:n])
	if err != nil {
		c.t.Fatal(err)
	}
	return reply
}

func (c *probeClient) expectEnd() {
	c.t.Helper()
	c.in.Close()
	for {
		if _, err := c.frames.Next(); err == io.EOF {
			break
		} else if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := <-c.ended; err != nil {
		c.t.Error(err)
	}
}

func TestProbe(t *testing.T) {
	c := startProbe(t, testRegistry(t), "-p", "0")
	if c.hello.Version != probe.Version || c.hello.System != runtime.GOOS || c.hello.Ports != "0" {
		t.Errorf("%+v", c.hello)
	}
	if reply := c.exchange(probe.Request{Number: 7, Size: 1400}); reply != (probe.Reply{Number: 7, Size: 1400}) {
		t.Errorf("%+v", reply)
	}
	c.tell(probe.Message{Count: true})
	c.next(func(m probe.Message) bool { return m.Counters != nil })
	sawWall := func() bool {
		for _, m := range c.seen {
			if m.Firewall != nil {
				return true
			}
		}
		return false
	}
	if !sawWall() {
		c.next(func(m probe.Message) bool { return m.Firewall != nil })
	}
	c.expectEnd()
}

// TestProbeOnSharedPort tests the port that the user's sessions have.
func TestProbeOnSharedPort(t *testing.T) {
	r := testRegistry(t)
	first := startProbe(t, r, "-p", "0")
	first.expectEnd()
	port := strconv.Itoa(int(first.hello.Port))
	a, b := startProbe(t, r, "-p", port), startProbe(t, r, "-p", port)
	for range 3 {
		for _, c := range []*probeClient{a, b} {
			if c.hello.Port != first.hello.Port || c.hello.Ports != port {
				t.Errorf("%+v", c.hello)
			}
			if reply := c.exchange(probe.Request{Number: uint32(len(c.seen)) + 1000, Size: 64}); reply.Size != 64 {
				t.Errorf("%+v", reply)
			}
			c.seen = append(c.seen, probe.Message{}) // another number
		}
	}
	a.expectEnd()
	if reply := b.exchange(probe.Request{Number: 5, Size: 64}); reply.Number != 5 {
		t.Errorf("after the other has ended: %+v", reply)
	}
	b.expectEnd()
}

func TestProbeWithoutPort(t *testing.T) {
	conn, err := net.ListenUDP("udp", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	port := fmt.Sprint(conn.LocalAddr().(*net.UDPAddr).Port)
	v, _, _ := newVerb(t, testRegistry(t), verbProbe, "-p", port)
	if err := v.probe(t.Context(), strings.NewReader("")); err == nil || err.Error() != "UDP port "+port+" is in use" {
		t.Error(err)
	}
}

// TestSilentProbe has a client that opens the test and does nothing.
func TestSilentProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &prober{out: io.Discard, quit: make(chan struct{}), messages: make(chan probe.Message), ended: make(chan struct{})}
		var err error
		if p.Responder, err = probe.NewResponder(datagram.Key{}, netip.Addr{}, time.Now()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		p.run()
		if took := time.Since(began); took < probeSilence || took > probeSilence+time.Second {
			t.Errorf("it ends after %v", took)
		}
	})
}

func TestLoopTest(t *testing.T) {
	conn, err := net.ListenUDP("udp", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	here, elsewhere := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.0.2.123")
	var l loopTest
	l.begin([]netip.Addr{here, elsewhere}, uint16(conn.LocalAddr().(*net.UDPAddr).Port))
	if len(l.tokens) != 1 {
		t.Errorf("sent to %v", l.tokens)
	}
	buf := make([]byte, 100)
	n, err := conn.Read(buf)
	if err != nil || !l.arrived(buf[:n]) || l.arrived(buf[:n]) || l.arrived([]byte("another")) {
		t.Errorf("%q, %v", buf[:n], err)
	}
	l.tokens["lost"] = elsewhere
	got := append(l.take(time.Now()), l.take(l.deadline())...)
	if len(got) != 2 || got[0] != (probe.Loop{Addr: here, Arrived: true}) || got[1] != (probe.Loop{Addr: elsewhere}) || !l.deadline().IsZero() {
		t.Errorf("%+v", got)
	}
}
