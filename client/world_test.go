package client

import (
	"net/netip"
	"testing"
	"time"

	"gm/client/display"
	"gm/client/predict"
	"gm/internal/deadline"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
	"gm/wire/wiretest"
)

// world is a session, a simulated network, and a host that echoes, in virtual time.
type world struct {
	*wiretest.Net
	t      *testing.T
	client *session

	server   *wire.Transport[state.Screen, state.User]
	program  *vt.Terminal
	seen     state.User
	echo     func(w *world, keys string) // what the program does with keys
	received string
	looks    state.Appearance
	terminal vt.Capabilities
	dressed  int // how often the client told looks
	acks     []echoAck

	display *display.Display
	user    *vt.Terminal // the user's terminal, fed with what the client writes
	written int
	output  []byte // what the client has written
}

type echoAck struct {
	at  time.Time
	num uint64
}

const worldCols, worldRows = 40, 6

func newWorld(t *testing.T, network string, s settings) *world {
	t.Helper()
	return newWorldAt(t, ms(0), network, s)
}

// newWorldAt returns a world whose time begins at start.
func newWorldAt(t *testing.T, start time.Time, network string, s settings) *world {
	t.Helper()
	config, err := simnet.Parse(network)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		Net: wiretest.NewNet(t, start, config, 1), t: t,
		program: vt.NewTerminal(80, 24, vt.Options{}),
		display: display.New(vt.Full()),
		user:    vt.NewTerminal(worldCols, worldRows, vt.Options{}),
		echo:    func(w *world, keys string) { w.prints(keys) },
	}
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	server := netip.MustParseAddrPort("192.0.2.1:60001")
	if w.client, err = newSession(w.Now, server, key, worldCols, worldRows, s); err != nil {
		t.Fatal(err)
	}
	w.server, err = wire.New(wire.Config[state.Screen, state.User]{
		Key: key, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4,
		Local:       state.Screen{Screen: w.program.Snapshot(), Dialect: vt.Stock()},
		Identifiers: s.extensions.Has(state.ExtIdentifiers),
		Streams:     s.extensions.Has(state.ExtStreams),
	}, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.Client, w.Server = (*clientEnd)(w), (*serverEnd)(w)
	w.user.Write(w.display.Start(nil, 80, 24))
	return w
}

func plainSettings() settings {
	return settings{predict: predict.Never, escape: defaultEscapeKey(), titlePrefix: "[gm] "}
}

// prints writes output of the program.
func (w *world) prints(text string) {
	w.program.Write([]byte(text))
	w.publish()
}

func (w *world) publish() {
	local := w.server.Local()
	local.Screen = w.program.Snapshot()
	w.server.SetLocal(w.Now, local)
}

// clientEnd is the client of a world as an end of its network.
type clientEnd world

func (w *clientEnd) Receive(now time.Time, data []byte) {
	if err := w.client.receive(now, data, w.client.transport.Route()[0], false); err != nil {
		w.t.Fatalf("the client refuses a datagram: %v", err)
	}
}

func (w *clientEnd) Tick(now time.Time, send func([]byte)) {
	w.client.flushPartial(now)
	if err := w.client.tick(now, wiretest.OnePath(send)); err != nil {
		w.t.Fatalf("the client's tick: %v", err)
	}
	(*world)(w).paint()
}

func (w *clientEnd) Deadline(now time.Time) time.Time { return w.client.deadline(now) }

// serverEnd is the host of a world as an end of its network. It acknowledges
// echoes, and sends nothing before it has heard of the client.
type serverEnd world

func (w *serverEnd) Receive(now time.Time, data []byte) {
	if r, _ := w.server.Receive(now, data, datagram.Path{}, false); r.State {
		(*world)(w).input()
	}
}

func (w *serverEnd) Tick(now time.Time, send func([]byte)) {
	for len(w.acks) > 0 && !w.acks[0].at.After(now) {
		local := w.server.Local()
		local.EchoAck = w.acks[0].num
		w.server.SetLocal(now, local)
		w.acks = w.acks[1:]
	}
	if w.server.Heard().IsZero() {
		return
	}
	if err := w.server.Tick(now, wiretest.OnePath(send)); err != nil {
		w.t.Fatalf("the server's tick: %v", err)
	}
}

func (w *serverEnd) Deadline(now time.Time) (at time.Time) {
	if !w.server.Heard().IsZero() {
		at = w.server.Deadline(now)
	}
	if len(w.acks) > 0 {
		at = deadline.Earliest(at, w.acks[0].at)
	}
	return at
}

// input passes the user's new events to the program.
func (w *world) input() {
	user, num := w.server.Remote()
	events := user.Since(w.seen)
	for _, e := range events {
		if e.Appearance != nil {
			w.looks = e.Appearance.Merge(w.looks)
			w.dressed++
			continue
		}
		if e.Terminal != nil {
			w.terminal = *e.Terminal
			continue
		}
		if e.Keys == nil {
			w.program.Resize(e.Cols, e.Rows)
			w.publish()
			continue
		}
		w.received += string(e.Keys)
		w.echo(w, string(e.Keys))
	}
	w.seen = user
	if len(events) > 0 { // else each side would acknowledge the other for ever
		w.acks = append(w.acks, echoAck{w.Now.Add(50 * time.Millisecond), num})
	}
}

// localAddress is that of a client with one path.
type localAddress netip.AddrPort

func (localAddress) OpenPaths() []datagram.Path { return nil }

func (a localAddress) Local(datagram.Path) netip.AddrPort { return netip.AddrPort(a) }

func (w *world) paint() {
	w.client.statistics(w.Now, localAddress(netip.MustParseAddrPort("198.51.100.7:4567")))
	out := w.display.Frame(nil, w.client.frame(w.Now), display.ScrolledOff{})
	w.written += len(out)
	w.output = append(w.output, out...)
	w.user.Write(out)
	if reply := w.user.TakeReplies(nil); len(reply) > 0 {
		w.t.Fatalf("the user's terminal is made to answer %q", reply)
	}
}

// types has the client read keys from the keyboard at once.
func (w *world) types(keys string) keyActions {
	wish := w.client.handleKeys(w.Now, []byte(keys))
	w.Settle()
	return wish
}

func (w *world) sees(y int, want string) {
	w.t.Helper()
	w.Settle()
	if got := w.user.Snapshot().RowText(y); got != want {
		w.t.Errorf("row %d shows %q, want %q", y, got, want)
	}
}
