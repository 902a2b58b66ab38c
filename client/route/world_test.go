package route_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gm/client/route"
	"gm/internal/deadline"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
	"gm/wire/wiretest"
)

var epoch = time.Unix(1_000_000_000, 0)

var (
	v4 = datagram.Path{Remote: netip.MustParseAddrPort("192.0.2.1:60001")}
	v6 = datagram.Path{Remote: netip.MustParseAddrPort("[2001:db8::1]:60001")}

	clientAt4 = netip.MustParseAddrPort("198.51.100.7:40000")
	clientAt6 = netip.MustParseAddrPort("[2001:db8:7::7]:40000")
)

// screen is the state of a server that shows how many bytes were typed, and output.
type screen struct {
	typed  uint64
	output string
}

func (s screen) Equal(o screen) bool { return s == o }

func (s screen) AppendDiff(dst []byte, from screen) []byte {
	if s == from {
		return dst
	}
	return fmt.Appendf(dst, "%d %s", s.typed, s.output)
}

func (s screen) Apply(diff []byte) (screen, error) {
	if len(diff) == 0 {
		return s, nil
	}
	number, output, _ := strings.Cut(string(diff), " ")
	_, err := fmt.Sscan(number, &s.typed)
	s.output = output
	return s, err
}

func (s screen) Subtract(screen) screen        { return s }
func (s screen) MemSize(screen) int            { return len(s.output) }
func (s screen) Partway(screen) (screen, bool) { return screen{}, false }

// world is a client with a Chooser and a server, with real transports, over several
// paths in virtual time.
type world struct {
	*wiretest.PathNet
	t       *testing.T
	client  *wire.Transport[state.User, screen]
	server  *wire.Transport[screen, state.User]
	chooser *route.Chooser
	peer    datagram.Peer

	random *rand.Rand

	udp   map[datagram.Path]*wiretest.Road
	open  map[datagram.Path]bool
	up    map[datagram.Path]bool // as moveAtRandom has left it
	pipe  *wiretest.Road         // nil if there is none
	pipes uint32                 // the number of the newest
	ssh   simnet.Config          // of the pipes of later logins
	noSSH bool                   // logins fail

	loginEnds time.Time // of the login that is under way; zero if none is
	manual    bool      // the Chooser is not asked

	seen      state.User // that typed has
	typed     bytes.Buffer
	want      bytes.Buffer
	preferred datagram.Path
	switches  int
	closed    int // how often SSH was closed
	logins    int
	notices   int
	datagrams map[datagram.Path]int // sent by either end
	largest   map[datagram.Path]int // datagram of the server
}

func newWorld(t *testing.T, mode route.Mode, candidates ...datagram.Path) *world {
	t.Helper()
	w := &world{
		PathNet: wiretest.NewPathNet(t, epoch), t: t,
		random:  rand.New(rand.NewPCG(1, 1)),
		chooser: route.New(epoch, route.Config{Mode: mode, Candidates: candidates}),
		udp:     map[datagram.Path]*wiretest.Road{}, open: map[datagram.Path]bool{}, up: map[datagram.Path]bool{},
		datagrams: map[datagram.Path]int{}, largest: map[datagram.Path]int{},
	}
	key, err := datagram.ParseKey("4NeCCCvZFe2RnPgrcc1Qww")
	if err != nil {
		t.Fatal(err)
	}
	w.client, err = wire.New(wire.Config[state.User, screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4, Paths: true,
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	w.server, err = wire.New(wire.Config[screen, state.User]{
		Key: key, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4, Paths: true,
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range candidates {
		from := clientAt4
		if path.Remote.Addr().Is6() {
			from = clientAt6
		}
		w.udp[path] = w.Add(path, datagram.Path{Remote: from}, simnet.Config{Delay: 20 * time.Millisecond}, uint64(10*i))
	}
	w.ssh = simnet.Config{Delay: 20 * time.Millisecond}
	w.Client, w.Server = (*clientEnd)(w), (*serverEnd)(w)
	w.Tap = w.note
	return w
}

func (w *world) note(d datagram.Direction, road *wiretest.Road, data []byte) {
	w.datagrams[road.Client]++
	if d == datagram.ToClient {
		w.largest[road.Client] = max(w.largest[road.Client], len(data))
	}
}

// logIn opens a pipe.
func (w *world) logIn() *world {
	w.closePipe()
	w.pipes++
	path := datagram.PipePath(w.pipes)
	w.pipe = w.Add(path, path, w.ssh, uint64(1000*w.pipes))
	w.chooser.SetPipe(w.Now, path)
	return w
}

func (w *world) closePipe() {
	if w.pipe == nil {
		return
	}
	w.Remove(w.pipe)
	path := w.pipe.Client
	w.pipe = nil
	w.peer.Drop(path)
	w.server.DropPath(w.Now, path)
	w.client.DropPath(w.Now, path)
	w.chooser.PipeClosed(w.Now, path)
}

func (w *world) typeKeys(text string) {
	w.want.WriteString(text)
	w.client.SetLocal(w.Now, w.client.Local().WithKeys([]byte(text)))
	w.client.Expedite(w.Now, 0)
	w.client.Wake(w.Now)
	w.chooser.Typed(w.Now)
}

// showRandom shows output that does not become shorter by compression.
func (w *world) showRandom(bytes int) {
	output := make([]byte, bytes)
	for i := range output {
		output[i] = byte(w.random.Uint32())
	}
	s := w.server.Local()
	s.output = string(output)
	w.server.SetLocal(w.Now, s)
}

// clientEnd is the client of a world as an end of its network.
type clientEnd world

func (w *clientEnd) Receive(now time.Time, data []byte, path datagram.Path) {
	if !path.IsPipe() && !w.open[path] {
		return // the socket is closed
	}
	w.client.Receive(now, data, path, false)
}

func (w *clientEnd) Tick(now time.Time, send func(datagram.Path, []byte)) {
	(*world)(w).decide(now)
	if err := w.client.Tick(now, func(path datagram.Path, data []byte) {
		if path.IsPipe() || w.open[path] {
			send(path, data)
		}
	}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *clientEnd) Deadline(now time.Time) time.Time {
	return deadline.Earliest(w.client.Deadline(now), w.chooser.Deadline(), w.loginEnds)
}

// decide does what the client's loop does with a decision.
func (w *world) decide(now time.Time) {
	if w.manual {
		return
	}
	if !w.loginEnds.IsZero() && !now.Before(w.loginEnds) {
		w.loginEnds = time.Time{}
		if w.noSSH {
			w.chooser.LoginFailed(now, false)
		} else {
			w.logIn()
		}
	}
	w.chooser.SetHeartbeat(w.client.ExpectedBy(now).Sub(w.client.Heard()))
	d := w.chooser.Decide(now, w.client.PathState)
	for _, p := range d.Open {
		w.open[p] = true
	}
	for _, p := range d.Close {
		w.open[p] = false
		w.client.DropPath(now, p)
	}
	if d.CloseSSH {
		w.closed++
		w.closePipe()
	}
	if d.Login != route.NoLogin {
		w.logins++
		w.loginEnds = now.Add(time.Second)
	}
	if d.Notice == route.NoticeSSH {
		w.notices++
	}
	if d.Rerouted {
		w.setRoute(d.Preferred, d.Copies...)
	}
	for _, p := range d.Probes {
		w.client.Probe(p.Path, p.Size)
	}
}

func (w *world) setRoute(preferred datagram.Path, copies ...datagram.Path) {
	w.client.SetRoute(w.Now, preferred, copies...)
	if preferred != w.preferred {
		w.preferred = preferred
		w.switches++
	}
}

// serverEnd is the server of a world as an end of its network.
type serverEnd world

func (w *serverEnd) Receive(now time.Time, data []byte, path datagram.Path) {
	got, _ := w.server.Receive(now, data, path, false)
	if got.Newest {
		w.peer.NoteHeard(now)
	}
	if got.Moves {
		w.peer.Follow(now, path, got.Copy)
		preferred, _ := w.peer.Path(now)
		w.server.SetRoute(now, preferred, w.peer.Copies(nil)...)
	}
	if !got.State {
		return
	}
	user, _ := w.server.Remote()
	for _, e := range user.Since(w.seen) {
		w.typed.Write(e.Keys)
	}
	if user.End() == w.seen.End() {
		return
	}
	w.seen = user
	s := w.server.Local()
	s.typed = uint64(w.typed.Len())
	w.server.SetLocal(now, s)
	w.server.Expedite(now, 0)
}

func (w *serverEnd) Tick(now time.Time, send func(datagram.Path, []byte)) {
	if _, ok := w.peer.Path(now); !ok {
		return
	}
	if err := w.server.Tick(now, send); err != nil {
		w.t.Fatal(err)
	}
}

func (w *serverEnd) Deadline(now time.Time) time.Time {
	if _, ok := w.peer.Path(now); !ok {
		return time.Time{}
	}
	return w.server.Deadline(now)
}

// wantAll checks that all keys have arrived once and in order, and that the client shows
// it.
func (w *world) wantAll() {
	w.t.Helper()
	if !bytes.Equal(w.typed.Bytes(), w.want.Bytes()) {
		w.t.Fatalf("%d bytes were typed, %d have arrived, or in another order", w.want.Len(), w.typed.Len())
	}
	if shown, _ := w.client.Remote(); shown.typed != uint64(w.want.Len()) {
		w.t.Fatalf("the client shows %d bytes, want %d", shown.typed, w.want.Len())
	}
}

func (w *world) wantPreferred(want datagram.Path) {
	w.t.Helper()
	if w.preferred != want {
		w.t.Fatalf("at %v %v is preferred, want %v: %+v", w.Now.Sub(epoch), w.preferred, want, w.chooser.Explain())
	}
}

// typeFor types a key each second.
func (w *world) typeFor(d time.Duration) {
	w.t.Helper()
	for end := w.Now.Add(d); w.Now.Before(end); w.Run(time.Second) {
		w.typeKeys("k")
	}
}
