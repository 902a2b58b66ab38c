//go:build unix

package server

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"gm/server/pty"
	"gm/server/session"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

var (
	clientAddr = netip.MustParseAddrPort("192.0.2.7:5000")
	serverAddr = netip.MustParseAddr("192.0.2.1")
)

const serverPort = 60001

// fakeSocket is a network in memory. What the server sends goes to the client
// at once.
type fakeSocket struct {
	in     chan []byte
	out    chan []byte
	err    error // given by every Read, if set
	closed chan struct{}

	failures int            // how many Reads fail first
	again    int            // how many fail after the first datagram
	local    netip.AddrPort // serverPort of all addresses, if not set
	mutex    sync.Mutex
	refused  error // given by every Write, if set
}

// refuse makes every Write fail, or none.
func (s *fakeSocket) refuse(err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.refused = err
}

func newFakeSocket() *fakeSocket {
	return &fakeSocket{in: make(chan []byte, 100), out: make(chan []byte, 100), closed: make(chan struct{})}
}

func (s *fakeSocket) Read(buf []byte) (udp.Packet, error) {
	if s.err != nil {
		return udp.Packet{}, s.err
	}
	if s.failures > 0 {
		s.failures--
		return udp.Packet{}, syscall.ENOBUFS
	}
	select {
	case d := <-s.in:
		s.failures, s.again = s.again, 0
		return udp.Packet{Data: buf[:copy(buf, d)], Path: datagram.Path{Local: serverAddr, Remote: clientAddr}}, nil
	case <-s.closed:
		return udp.Packet{}, net.ErrClosed
	}
}

func (s *fakeSocket) Write(data []byte, path datagram.Path) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.refused == nil {
		s.out <- append([]byte{}, data...)
	}
	return s.refused
}

func (s *fakeSocket) Close() error { close(s.closed); return nil }

func (s *fakeSocket) Local() netip.AddrPort {
	if s.local.IsValid() {
		return s.local
	}
	return netip.AddrPortFrom(netip.IPv6Unspecified(), serverPort)
}

// fakeProgram writes the output that a test sends it. It does not read if deaf is set.
type fakeProgram struct {
	output chan []byte // closed by the test: the program ends its output
	deaf   bool
	read   []byte

	atPrompt   bool
	foreground string
	size       [2]int
	closed     chan struct{}
	once       sync.Once
}

func newFakeProgram() *fakeProgram {
	return &fakeProgram{output: make(chan []byte), closed: make(chan struct{})}
}

var errPtyClosed = errors.New("pty closed")

func (p *fakeProgram) Read(buf []byte) (int, error) {
	select {
	case b, ok := <-p.output:
		if !ok {
			return 0, errPtyClosed
		}
		return copy(buf, b), nil
	case <-p.closed:
		return 0, errPtyClosed
	}
}

func (p *fakeProgram) Write(keys []byte) (int, error) {
	if p.deaf {
		<-p.closed
		return 0, errPtyClosed
	}
	p.read = append(p.read, keys...)
	return len(keys), nil
}

func (p *fakeProgram) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *fakeProgram) Discipline() state.Discipline { return state.Discipline{} }

func (p *fakeProgram) Idle() bool { return p.atPrompt }

func (p *fakeProgram) ForegroundName() string { return p.foreground }

func (p *fakeProgram) SetWriteDeadline(time.Time) error { return nil }

func (p *fakeProgram) FlushStalledInput() bool { return false }

func (p *fakeProgram) Resize(w pty.Winsize) error {
	p.size = [2]int{w.Cols, w.Rows}
	return nil
}

func (p *fakeProgram) Wait() int {
	<-p.closed
	return 129
}

// loopRig is a loop under synctest, with a client.
type loopRig struct {
	t       *testing.T
	socket  *fakeSocket
	program *fakeProgram
	client  *wire.Transport[state.User, state.Screen]
	ended   chan error
	control *fakeControl
	loop    *loop
}

func newLoopRig(t *testing.T, p *fakeProgram) *loopRig {
	t.Helper()
	return startLoopRig(t, p, newFakeSocket())
}

// startLoopRig starts a loop that reads and writes s and the further sockets. The client
// talks to s.
func startLoopRig(t *testing.T, p *fakeProgram, s *fakeSocket, further ...*fakeSocket) *loopRig {
	t.Helper()
	r := &loopRig{t: t, socket: s, program: p, ended: make(chan error, 1)}
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	r.client = newClient(t, key, time.Now())
	launch := func(cols, rows int) (program, []byte, error) {
		p.size = [2]int{cols, rows}
		return p, nil, nil
	}
	r.control = newFakeControl()
	l := newLoop(loopConfig{
		socket: r.socket, launch: launch, changed: func(netip.Addr) {}, logger: t.Logf, control: r.control, open: sharer{log: t.Logf}.open,
		identity: identity{name: "work", id: testID, version: "1.2", program: "sh"},
	})
	r.loop = l
	for _, f := range further {
		l.sockets.open = append(l.sockets.open, &boundSocket{f, f.Local().Addr()})
	}
	go func() {
		r.ended <- l.run(session.Config{}, session.ClientConfig{Key: &key, Dialect: vt.Full(), Extensions: state.ExtSessions, By: "alice@desk"}, func() error { return nil })
	}()
	return r
}

// earliest returns the earlier of the times that are not zero.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// newClient returns the client's end of the protocol.
func newClient(t testing.TB, key datagram.Key, now time.Time) *wire.Transport[state.User, state.Screen] {
	t.Helper()
	client, err := wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// run serves the client for d.
func (r *loopRig) run(d time.Duration) {
	r.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		now := time.Now()
		if err := r.client.Tick(now, func(_ datagram.Path, d []byte) { r.socket.in <- append([]byte{}, d...) }); err != nil {
			r.t.Fatal(err)
		}
		select {
		case d := <-r.socket.out:
			r.client.Receive(time.Now(), d, datagram.Path{}, false)
		case <-time.After(earliest(r.client.Deadline(now), end).Sub(now)):
		}
	}
}

func (r *loopRig) shown() string {
	remote, _ := r.client.Remote()
	return remote.Screen.Text()
}

// TestLoop goes through a session. That no goroutine is left over, synctest
// checks.
func TestLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newFakeProgram()
		r := newLoopRig(t, p)
		r.client.SetLocal(time.Now(), r.client.Local().WithSize(70, 20).WithKeys([]byte("typed")))
		r.run(time.Second)
		p.output <- []byte("out")
		p.output <- []byte("put")
		r.client.SetLocal(time.Now(), r.client.Local().WithSize(60, 10))
		r.run(time.Second)
		if string(p.read) != "typed" || p.size != [2]int{60, 10} || r.shown() != "output" {
			t.Errorf("read %q at %v, shown %q", p.read, p.size, r.shown())
		}
		p.output <- []byte("\r\nlast words")
		close(p.output)
		r.run(2 * time.Second)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		if r.shown() != "output\nlast words" || !r.client.Closed() {
			t.Errorf("at the end the client sees %q", r.shown())
		}
	})
}

// A program that does not read holds up its input and nothing else.
func TestLoopDeafProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newFakeProgram()
		p.deaf = true
		r := newLoopRig(t, p)
		for range 20 {
			keys := strings.Repeat("x", 32<<10)
			r.client.SetLocal(time.Now(), r.client.Local().WithKeys([]byte(keys)))
			r.run(time.Second)
		}
		p.output <- []byte("alive")
		r.run(time.Second)
		if remote, _ := r.client.Remote(); r.shown() != "alive" || remote.EchoAck != 0 {
			t.Errorf("shown %q, echo ack %d of input that was not read", r.shown(), remote.EchoAck)
		}
		r.client.Shutdown(time.Now())
		r.run(time.Second)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}

// A socket that fails for good ends the session and every goroutine.
func TestLoopSocketFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeSocket()
		s.err = errors.New("network is gone")
		l := newLoop(loopConfig{socket: s, logger: t.Logf})
		if err := l.run(session.Config{}, session.ClientConfig{Key: new(datagram.Key)}, func() error { return nil }); err != nil {
			t.Error(err)
		}
	})
}

func TestLoopNotStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop(loopConfig{socket: newFakeSocket(), logger: t.Logf})
		want := errors.New("the first process died")
		if err := l.run(session.Config{}, session.ClientConfig{Key: new(datagram.Key)}, func() error { return want }); err != want {
			t.Errorf("got %v", err)
		}
	})
}

// A network that cannot be sent to, for want of memory, permission or an address,
// loses datagrams: the session goes on when it is back.
func TestLoopSendingFails(t *testing.T) {
	for _, failure := range []error{syscall.ENOBUFS, syscall.EPERM, syscall.ENETUNREACH, syscall.EADDRNOTAVAIL, syscall.EINVAL} {
		synctest.Test(t, func(t *testing.T) {
			p := newFakeProgram()
			r := newLoopRig(t, p)
			r.run(time.Second)
			r.socket.refuse(failure)
			p.output <- []byte("said to nobody")
			r.run(20 * time.Second)
			if r.shown() != "" {
				t.Errorf("%v: shown %q", failure, r.shown())
			}
			r.socket.refuse(nil)
			r.run(5 * time.Second)
			if r.shown() != "said to nobody" {
				t.Errorf("after %v: shown %q", failure, r.shown())
			}
			r.client.Shutdown(time.Now())
			r.run(time.Second)
			if err := <-r.ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// Errors of a socket that pass do no harm.
func TestLoopSocketRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newFakeProgram()
		s := newFakeSocket()
		s.failures, s.again = socketRetries-1, socketRetries-1
		r := startLoopRig(t, p, s)
		r.run(time.Minute)
		p.output <- []byte("alive")
		r.run(time.Second)
		if r.shown() != "alive" {
			t.Errorf("shown %q", r.shown())
		}
		r.client.Shutdown(time.Now())
		r.run(time.Second)
		<-r.ended
	})
}
