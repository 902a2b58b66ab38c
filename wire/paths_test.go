package wire_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/wiretest"
)

// pathSession is a client and a server that know several paths, in virtual time.
type pathSession struct {
	*wiretest.PathNet
	t      *testing.T
	client *wire.Transport[stream, page]
	server *wire.Transport[page, stream]
	peer   datagram.Peer

	udp, pipe *wiretest.Road
	sent      map[*wiretest.Road][2]int // datagrams by direction
	typed     strings.Builder
	seen      stream
}

var (
	udpAtClient  = datagram.Path{Remote: netip.MustParseAddrPort("203.0.113.1:60001")}
	udpAtServer  = datagram.Path{Remote: netip.MustParseAddrPort("192.0.2.7:5000")}
	pipeAtClient = datagram.PipePath(1)
	pipeAtServer = datagram.PipePath(9)
)

func newPathSession(t *testing.T, udp, pipe simnet.Config) *pathSession {
	t.Helper()
	w := &pathSession{t: t, PathNet: wiretest.NewPathNet(t, epoch), sent: map[*wiretest.Road][2]int{}}
	w.udp = w.Add(udpAtClient, udpAtServer, udp, 1)
	w.pipe = w.Add(pipeAtClient, pipeAtServer, pipe, 3)
	var err error
	w.client, err = wire.New(wire.Config[stream, page]{
		Key: datagram.Key{1}, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4, Paths: true, Streams: true,
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	w.server, err = wire.New(wire.Config[page, stream]{
		Key: datagram.Key{1}, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4, Paths: true, Streams: true,
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	w.Client, w.Server = (*pathClient)(w), (*pathServer)(w)
	w.Tap = func(d datagram.Direction, road *wiretest.Road, _ []byte) {
		n := w.sent[road]
		n[d]++
		w.sent[road] = n
	}
	w.client.SetRoute(epoch, udpAtClient)
	return w
}

type pathClient pathSession

func (w *pathClient) Receive(now time.Time, data []byte, path datagram.Path) {
	if _, err := w.client.Receive(now, data, path, false); err != nil && !benign(err) {
		w.t.Fatalf("client: %v", err)
	}
}

func (w *pathClient) Tick(now time.Time, send func(datagram.Path, []byte)) {
	if err := w.client.Tick(now, send); err != nil {
		w.t.Fatalf("client: %v", err)
	}
}

func (w *pathClient) Deadline(now time.Time) time.Time { return w.client.Deadline(now) }

type pathServer pathSession

func (w *pathServer) Receive(now time.Time, data []byte, path datagram.Path) {
	got, err := w.server.Receive(now, data, path, false)
	if err != nil && !benign(err) {
		w.t.Fatalf("server: %v", err)
	}
	if got.Moves {
		w.peer.Follow(now, path, got.Copy)
		preferred, _ := w.peer.Path(now)
		w.server.SetRoute(now, preferred, w.peer.Copies(nil)...)
	}
	if got.State {
		user, _ := w.server.Remote()
		w.typed.WriteString(user.since(w.seen))
		w.seen = user
	}
}

func (w *pathServer) Tick(now time.Time, send func(datagram.Path, []byte)) {
	if w.server.Heard().IsZero() {
		return
	}
	if err := w.server.Tick(now, send); err != nil {
		w.t.Fatalf("server: %v", err)
	}
}

func (w *pathServer) Deadline(now time.Time) time.Time {
	if w.server.Heard().IsZero() {
		return time.Time{}
	}
	return w.server.Deadline(now)
}

func (w *pathSession) typeKeys(s string) { w.client.SetLocal(w.Now, w.client.Local().with(s)) }

func (w *pathSession) shows(s string) bool {
	got, _ := w.client.Remote()
	return got == page(s)
}

// count returns the datagrams that are sent on a road while f runs, by direction.
func (w *pathSession) count(road *wiretest.Road, f func()) (sent [2]int) {
	before := w.sent[road]
	f()
	after := w.sent[road]
	return [2]int{after[0] - before[0], after[1] - before[1]}
}

var slow, quick = simnet.Config{Delay: 50 * time.Millisecond}, simnet.Config{Delay: 10 * time.Millisecond}

func TestRoundTripBelongsToThePath(t *testing.T) {
	w := newPathSession(t, slow, quick)
	w.Run(time.Second)
	w.client.SetRoute(w.Now, pipeAtClient)
	w.typeKeys("x")
	w.Run(2 * time.Second)
	for path, want := range map[datagram.Path]time.Duration{udpAtClient: 100 * time.Millisecond, pipeAtClient: 20 * time.Millisecond} {
		if got := w.client.PathState(path).SRTT; (got - want).Abs() > 3*time.Millisecond {
			t.Errorf("%v has a round trip of %v, want %v", path, got, want)
		}
	}
	if w.server.Route()[0] != pipeAtServer {
		t.Errorf("the server sends on %v", w.server.Route())
	}
}

func TestCopiesTravelOnAllPaths(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.udp.SetDown(true)
	w.client.SetRoute(w.Now, udpAtClient, pipeAtClient)
	w.typeKeys("x")
	w.WaitFor(time.Second, "the key has not arrived", func() bool { return w.typed.String() == "x" })
	w.server.SetLocal(w.Now, "echo")
	w.WaitFor(time.Second, "no echo", func() bool { return w.shows("echo") })
	w.udp.SetDown(false)
	w.Run(time.Second)
	if got := w.server.Route(); len(got) != 2 {
		t.Errorf("the server sends on %v", got)
	}
	w.client.SetRoute(w.Now, udpAtClient)
	w.Run(time.Second)
	if got := w.server.Route(); !slices.Equal(got, []datagram.Path{udpAtServer}) {
		t.Errorf("after the doubt the server sends on %v", got)
	}
}

func TestProbe(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.udp.MTU = 1000
	w.Run(time.Second)
	route := slices.Clone(w.server.Route())
	for _, size := range []int{0, 600, 1252} {
		w.client.Probe(pipeAtClient, size)
		w.client.Probe(udpAtClient, size)
	}
	w.Run(time.Second)
	pipe, udp := w.client.PathState(pipeAtClient), w.client.PathState(udpAtClient)
	if pipe.Probes != 3 || pipe.Replies != 3 || pipe.Largest != 1252 || pipe.Observed.Addr().IsGlobalUnicast() {
		t.Errorf("pipe: %+v", pipe)
	}
	if udp.Probes != 3 || udp.Replies != 2 || udp.Largest != 600 || udp.Observed != udpAtServer.Remote {
		t.Errorf("UDP: %+v", udp)
	}
	if !slices.Equal(w.server.Route(), route) {
		t.Errorf("probes have moved the server to %v", w.server.Route())
	}
}

// TestChangeOfPathSendsAgain breaks a path while a change is on its way: it arrives
// one way after the change of path.
func TestChangeOfPathSendsAgain(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.Run(time.Second)
	w.udp.SetDown(true)
	w.typeKeys("lost")
	w.Run(20 * time.Millisecond)
	w.client.SetRoute(w.Now, pipeAtClient)
	w.Run(55 * time.Millisecond)
	if got := w.typed.String(); got != "lost" {
		t.Errorf("after the change of path the server has %q", got)
	}
}

// TestPipeSendsNothingAgain stalls a pipe for 5 s: the change is sent once.
func TestPipeSendsNothingAgain(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.client.SetRoute(w.Now, pipeAtClient)
	w.Run(time.Second)
	w.pipe.SetStalled(true)
	sent := w.count(w.pipe, func() {
		w.typeKeys("x")
		w.Run(2 * time.Second)
	})
	if sent[datagram.ToServer] != 1 {
		t.Errorf("%d datagrams", sent[datagram.ToServer])
	}
	w.pipe.SetStalled(false)
	w.WaitFor(time.Second, "the key has not arrived", func() bool { return w.typed.String() == "x" })
}

func TestDroppedPipe(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.client.SetRoute(w.Now, pipeAtClient)
	w.Run(time.Second)
	w.pipe.SetDown(true)
	w.typeKeys("x")
	w.Run(100 * time.Millisecond)
	w.client.DropPath(w.Now, pipeAtClient)
	w.client.SetRoute(w.Now, udpAtClient)
	w.WaitFor(60*time.Millisecond, "the key was not sent again at once", func() bool { return w.typed.String() == "x" })
}

// TestOneFrameOnAPipe floods a client behind a pipe: at most one frame is on its way, and
// each is the newest when it is sent.
func TestOneFrameOnAPipe(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.client.SetRoute(w.Now, pipeAtClient)
	w.Run(time.Second)
	rng := rand.New(rand.NewPCG(1, 2))
	frame := make([]byte, 8000)
	frames, before := 0, uint64(0)
	for range 200 { // 2 s
		for i := range frame {
			frame[i] = byte(rng.Uint32())
		}
		w.server.SetLocal(w.Now, page(frame))
		w.Run(10 * time.Millisecond)
		if n := w.server.Sent(); n != before {
			before, frames = n, frames+1
		}
	}
	if frames < 15 || frames > 22 {
		t.Errorf("%d frames in 20 round trips", frames)
	}
	w.Run(300 * time.Millisecond)
	if !w.shows(string(frame)) {
		t.Error("the last frame is not shown")
	}
}

// TestSmallChangesDoNotWaitOnAPipe types quicker than the round trip.
func TestSmallChangesDoNotWaitOnAPipe(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.client.SetRoute(w.Now, pipeAtClient)
	w.Run(time.Second)
	for n := range 20 {
		want := strings.Repeat("k", n+1)
		w.typeKeys("k")
		w.Run(55 * time.Millisecond)
		if got := w.typed.String(); got != want {
			t.Fatalf("key %d is late: the server has %q", n, got)
		}
	}
}

// TestKeysCarryAcknowledgementsOnAPipe shows each key typed. A client whose key is 300 ms
// apart from the next sends no acknowledgement of its own between them.
func TestKeysCarryAcknowledgementsOnAPipe(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.client.SetRoute(w.Now, pipeAtClient)
	w.Run(5 * time.Second)
	const keys = 10
	sent := w.count(w.pipe, func() {
		for n := range keys {
			w.typeKeys("k")
			w.Run(60 * time.Millisecond)
			w.server.SetLocal(w.Now, page(strings.Repeat("k", n+1)))
			w.Run(240 * time.Millisecond)
		}
	})
	if n := sent[datagram.ToServer]; n > keys+1 {
		t.Errorf("the client sends %d datagrams for %d keys", n, keys)
	}
	sent = w.count(w.pipe, func() { w.Run(time.Second) })
	if n := sent[datagram.ToServer]; n != 1 {
		t.Errorf("%d datagrams acknowledge the last change", n)
	}
	if acked, _ := w.server.Acked(); acked != w.server.Sent() {
		t.Errorf("the client has acknowledged %d of %d", acked, w.server.Sent())
	}
}

// TestManySmallChangesOnAPipe changes some bytes 20 times a second, while nothing is typed:
// the acknowledgements come in time, so that no change is held.
func TestManySmallChangesOnAPipe(t *testing.T) {
	w := newPathSession(t, quick, quick)
	w.client.SetRoute(w.Now, pipeAtClient)
	for range 50 { // the round trip is known
		w.typeKeys("k")
		w.Run(100 * time.Millisecond)
	}
	change := make([]byte, 150)
	random := rand.NewChaCha8([32]byte{})
	for n := range 500 {
		random.Read(change)
		w.server.SetLocal(w.Now, page(change))
		w.Run(50 * time.Millisecond)
		if !w.shows(string(change)) {
			t.Fatalf("change %d is late", n)
		}
	}
}

// TestAcknowledgementsPassAHeldChange holds a change of the server's and types: the keys
// are acknowledged meanwhile, without the change.
func TestAcknowledgementsPassAHeldChange(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.client.SetRoute(w.Now, pipeAtClient)
	w.Run(time.Second)
	w.pipe.Down.SetDown(true) // frames get no acknowledgement
	large := make([]byte, 10_000)
	rand.NewChaCha8([32]byte{}).Read(large)
	w.server.SetLocal(w.Now, page(large))
	w.Run(100 * time.Millisecond)
	w.pipe.Down.SetDown(false)
	w.server.SetLocal(w.Now, "held")
	w.typeKeys("x")
	w.Run(time.Second)
	if acked, _ := w.client.Acked(); acked != w.client.Sent() {
		t.Errorf("state %d is acknowledged, want %d", acked, w.client.Sent())
	}
	if w.shows("held") {
		t.Error("a held change was sent")
	}
}

// TestEndOverTwoPaths ends sessions whose paths have the same delay, so that both copies of a
// confirmation arrive in one turn: no end waits for more.
func TestEndOverTwoPaths(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.client.SetRoute(w.Now, udpAtClient, pipeAtClient)
	w.typeKeys("x")
	w.Run(time.Second)
	w.server.Shutdown(w.Now)
	w.WaitFor(time.Second, "the ends are not closed", func() bool { return w.client.Closed() && w.server.Closed() })
	w.Run(60 * time.Millisecond)
	if until := w.client.LingerUntil(); !until.IsZero() {
		t.Errorf("the client lingers for %v", until.Sub(w.Now))
	}
}
