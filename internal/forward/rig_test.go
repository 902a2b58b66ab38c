package forward

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"gm/wire/stream"
)

// patience bounds a wait for an event that is certain to come.
const patience = 20 * time.Second

// side is one end of a session: its loop, streams and Mux.
type side struct {
	mux     *Mux
	streams *stream.Conn
	do      chan func()
	watched []watch
	lossy   bool        // every tenth packet to the peer is lost
	sent    int         // packets
	bare    bool        // the Mux does not run: the test has the streams
	packets chan []byte // from the peer
	peer    *side
	logged  chan string
	changed chan *Forward
}

// watch is a condition that the loop checks in each turn.
type watch struct {
	holds func() bool
	done  chan bool
}

// rig is a client and a server, each with a loop in a goroutine.
type rig struct {
	*testing.T
	client, server *side
	stop           context.CancelFunc
	loops          sync.WaitGroup
}

// newRig runs two loops until the test ends.
func newRig(t *testing.T, client, server Config) *rig {
	t.Helper()
	server.Serve = true
	ctx, cancel := context.WithCancel(context.Background())
	r := &rig{T: t, client: newSide(client), server: newSide(server), stop: cancel}
	r.client.peer, r.server.peer = r.server, r.client
	for _, s := range []*side{r.client, r.server} {
		r.loops.Go(func() { s.run(ctx, t) })
	}
	t.Cleanup(func() {
		cancel()
		r.loops.Wait()
	})
	return r
}

func newSide(cfg Config) *side {
	s := &side{
		do: make(chan func()), packets: make(chan []byte, 1<<14),
		logged: make(chan string, 1<<10), changed: make(chan *Forward, 1<<10),
	}
	cfg.Log = func(text string) { s.logged <- text }
	cfg.Changed = func(f *Forward) { s.changed <- f }
	s.streams = stream.New(time.Now(), stream.Config{Client: !cfg.Serve, MaxStreams: 4096})
	s.mux = NewMux(s.streams, cfg)
	return s
}

// run is the loop of a session.
func (s *side) run(ctx context.Context, t *testing.T) {
	defer s.mux.Close()
	timer := time.NewTimer(0)
	for {
		select {
		case p := <-s.packets:
			s.receive(t, p)
		case f := <-s.do:
			f()
		case <-s.mux.Ready():
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		now := time.Now()
		if !s.bare {
			s.mux.Service(now)
		}
		s.watched = slices.DeleteFunc(s.watched, func(w watch) bool {
			holds := w.holds()
			if holds {
				w.done <- true
			}
			return holds
		})
		s.send(now)
		if at := s.streams.Deadline(now); !at.IsZero() {
			timer.Reset(time.Until(at))
		}
	}
}

// receive handles a packet and those that wait behind it.
func (s *side) receive(t *testing.T, p []byte) {
	for range 256 {
		if err := s.streams.Receive(time.Now(), p); err != nil {
			t.Errorf("receive: %v", err)
		}
		select {
		case p = <-s.packets:
		default:
			return
		}
	}
}

func (s *side) send(now time.Time) {
	for {
		p, ok := s.streams.Append(now, nil)
		if !ok {
			return
		}
		if s.sent++; s.lossy && s.sent%10 == 0 {
			continue
		}
		select {
		case s.peer.packets <- p:
		default: // lost: the peer is slow
		}
	}
}

// in runs f in the loop of a side and returns once it has run.
func (s *side) in(f func()) {
	done := make(chan struct{})
	s.do <- func() { f(); close(done) }
	<-done
}

// until waits until a condition holds, which the loop of the side checks.
func (s *side) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	done := make(chan bool, 1)
	s.in(func() { s.watched = append(s.watched, watch{holds, done}) })
	await(t, what, done)
}

// await returns the next value of a channel.
func await[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s", what)
		panic("unreachable")
	}
}

// listen returns a listener on loopback and its address.
func listen(t *testing.T) (net.Listener, Address) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, Address{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}
}

// freePort returns a port that nothing listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, a := listen(t)
	l.Close()
	return a.Port
}

// echo serves connections with their own bytes until they end.
func echo(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			io.Copy(conn, conn)
		}()
	}
}

// local begins a local forward to an address and returns that of its listener.
func (r *rig) local(to Address) string {
	r.Helper()
	spec := Spec{Listen: Address{Host: "127.0.0.1", Port: freePort(r.T)}, HasBind: true, Connect: to}
	r.client.in(func() {
		if _, err := r.client.mux.ListenLocal(spec); err != nil {
			r.Error(err)
		}
	})
	return spec.Listen.netAddress()
}

func (r *rig) dial(network, address string) net.Conn {
	r.Helper()
	conn, err := net.Dial(network, address)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn
}
