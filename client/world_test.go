package client

import (
	"net/netip"
	"testing"
	"time"

	"gm/client/predict"
	"gm/internal/deadline"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
)

// world is a session, a simulated network, and a host that echoes, in virtual time.
type world struct {
	*testing.T
	now      time.Time
	client   *session
	up, down *simnet.Link

	server   *wire.Transport[state.Screen, state.User]
	program  *vt.Terminal
	seen     state.User
	echo     func(w *world, keys string) // what the program does with keys
	received string
	looks    state.Appearance
	terminal vt.Capabilities
	dressed  int // how often the client told looks
	acks     []echoAck

	longest int // datagram that the network lets through; 0 for any

	display display
	user    *vt.Terminal // the user's terminal, fed with what the client writes
	written int
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
		T: t, now: start,
		up: simnet.NewLink(config, 1, start), down: simnet.NewLink(config, 2, start),
		program: vt.NewTerminal(80, 24, vt.Options{}),
		display: display{dialect: vt.Full()},
		user:    vt.NewTerminal(worldCols, worldRows, vt.Options{}),
		echo:    func(w *world, keys string) { w.prints(keys) },
	}
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	server := netip.MustParseAddrPort("192.0.2.1:60001")
	if w.client, err = newSession(w.now, server, key, worldCols, worldRows, s); err != nil {
		t.Fatal(err)
	}
	w.server, err = wire.New(wire.Config[state.Screen, state.User]{
		Key: key, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4,
		Local: state.Screen{Screen: w.program.Snapshot(), Dialect: vt.Stock()},
	}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.user.Write(w.display.start(nil))
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
	w.server.SetLocal(w.now, local)
}

// turn does the work that is due now at both ends.
func (w *world) turn() {
	for d := w.up.Receive(w.now); d != nil; d = w.up.Receive(w.now) {
		if r, _ := w.server.Receive(w.now, d, false); r.State {
			w.input()
		}
	}
	for d := w.down.Receive(w.now); d != nil; d = w.down.Receive(w.now) {
		if err := w.client.receive(w.now, d, false); err != nil {
			w.Fatalf("the client refuses a datagram: %v", err)
		}
	}
	for len(w.acks) > 0 && !w.acks[0].at.After(w.now) {
		local := w.server.Local()
		local.EchoAck = w.acks[0].num
		w.server.SetLocal(w.now, local)
		w.acks = w.acks[1:]
	}
	w.client.flushPartial(w.now)
	if err := w.client.tick(w.now, func(d []byte) { w.send(w.up, d) }); err != nil {
		w.Fatalf("the client's tick: %v", err)
	}
	if !w.server.Heard().IsZero() {
		if err := w.server.Tick(w.now, func(d []byte) { w.send(w.down, d) }); err != nil {
			w.Fatalf("the server's tick: %v", err)
		}
	}
	w.paint()
}

func (w *world) send(link *simnet.Link, datagram []byte) {
	if w.longest == 0 || len(datagram) <= w.longest {
		link.Send(w.now, datagram)
	}
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
		w.acks = append(w.acks, echoAck{w.now.Add(50 * time.Millisecond), num})
	}
}

func (w *world) paint() {
	w.client.statistics(w.now, func() netip.AddrPort { return netip.MustParseAddrPort("198.51.100.7:4567") })
	out := w.display.frame(nil, w.client.frame(w.now))
	w.written += len(out)
	w.user.Write(out)
	if reply := w.user.TakeReplies(nil); len(reply) > 0 {
		w.Fatalf("the user's terminal is made to answer %q", reply)
	}
}

// run lets d pass.
func (w *world) run(d time.Duration) {
	w.Helper()
	end := w.now.Add(d)
	for turns := 0; ; turns++ {
		if turns > 200_000 {
			w.Fatal("the deadlines do not move on")
		}
		w.turn()
		next := deadline.EarliestAfter(w.now, w.client.deadline(w.now), w.server.Deadline(w.now), w.up.Deadline(), w.down.Deadline())
		if len(w.acks) > 0 {
			next = deadline.EarliestAfter(w.now, next, w.acks[0].at)
		}
		if late := deadline.Earliest(w.client.deadline(w.now), w.server.Deadline(w.now)); !late.IsZero() && !late.After(w.now) {
			next = deadline.EarliestAfter(w.now, next, w.now.Add(time.Millisecond))
		}
		if next.IsZero() || next.After(end) {
			w.now = end
			return
		}
		w.now = next
	}
}

// types has the client read keys from the keyboard at once.
func (w *world) types(keys string) keyActions {
	wish := w.client.handleKeys(w.now, []byte(keys))
	w.turn()
	return wish
}

func (w *world) sees(y int, want string) {
	w.Helper()
	w.turn()
	if got := w.user.Snapshot().RowText(y); got != want {
		w.Errorf("row %d shows %q, want %q", y, got, want)
	}
}
