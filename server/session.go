package server

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

const (
	// arrowDelay is how long the rest of an arrow key is waited for.
	arrowDelay = 50 * time.Millisecond

	// Between two looks at what else has happened, the program's output is parsed
	// in steps of outputStep bytes, until they are outputSlice or outputTime has
	// passed. A step takes less than that (vt, TestCost).
	outputStep  = 1 << 10
	outputSlice = 16 << 10
	outputTime  = 5 * time.Millisecond

	// initial size of the screen, until the client tells its own
	initialCols, initialRows = 80, 24
)

// transport is the server's end of the protocol.
type transport = wire.Transport[state.Screen, state.User]

// host does what a session asks for. Its methods are called by the session's
// own methods and must not call them.
type host interface {
	// start starts the program on a terminal of that size. The greeting is
	// shown before anything the program writes; an error too, and then the
	// session ends.
	start(cols, rows int) (greeting []byte, err error)
	// write begins to write to the program's terminal; flushes reports whether there
	// is an interrupt that throws away output. session.wrote is to be called when
	// that has ended, and not before write has returned.
	write(input []byte, flushes bool)
	// endWrite ends a write that waits for the program.
	endWrite()
	// flushInput throws away the input that the program has not read, if there is
	// so much that an interrupt would not be seen and would itself do so. It
	// reports whether it has.
	flushInput() bool
	// hangUp closes the program's terminal.
	hangUp()
	// resize changes the size of the program's terminal.
	resize(size winsize)
	// discipline looks at the line discipline of the program's terminal; the
	// zero Discipline if there is none.
	discipline() state.Discipline
	// send sends a datagram; fits is false if it is too long for the path.
	send(data []byte, path datagram.Path) (fits bool)
	// attached tells where the client is, the zero Addr that it went quiet. The
	// program was started before.
	attached(client netip.Addr)
	// log writes a line for the curious (-v).
	log(format string, a ...any)
}

// sessionConfig is what a session is made of.
type sessionConfig struct {
	key      *datagram.Key // wiped by newSession
	dialect  vt.Dialect
	dressed  bool // the client may tell the appearance of the user's terminal
	knows    bool // the client reports what the user's terminal can do
	echoes   bool // the client wants to know what becomes of keys
	exits    bool // the client wants to know how the program ended
	flow     bool // the client wants to know how much input it may send
	terminal vt.Options
	timeouts timeouts
}

// session is one session of a server, from before its client comes to its end.
// It does no I/O and reads no clock.
type session struct {
	cfg  sessionConfig
	host host
	wire *transport
	term *vt.Terminal

	created   time.Time
	peer      datagram.Peer
	client    netip.Addr // where others were told that the client is
	started   bool       // the program was to be started
	contacted time.Time  // when
	running   bool       // and it could be
	ending    bool       // our shutdown has begun
	parting   bool       // the client has ended the session, and the program was hung up
	finished  bool       // nothing is left to do

	departure departure

	seen   state.User // what the user did that was dealt with
	queue  inputQueue
	flow   flow
	looks  state.Appearance
	user   vt.Capabilities
	arrows arrows
	flush  time.Time // when a key held back by arrows is passed on
	events eventAges
	echo   echo
	frames frames
	answer answer

	listening listening
	mtu       int // what the transport was told last
}

func newSession(cfg sessionConfig, h host, now time.Time) (*session, error) {
	s := &session{cfg: cfg, host: h, created: now, mtu: datagram.MTUSmall, flow: newFlow(cfg.flow)}
	blank := state.Screen{Screen: vt.NewScreen(initialCols, initialRows), Credit: s.flow.credit, Dialect: cfg.dialect}
	t, err := wire.New(wire.Config[state.Screen, state.User]{
		Key:       *cfg.key,
		Direction: datagram.ToClient,
		MinDelay:  wire.ServerMinDelay,
		MTU:       datagram.MTUSmall,
		Local:     blank,
		Accept:    s.accepts,
	}, now)
	cfg.key.Wipe()
	if err != nil {
		return nil, err
	}
	s.wire = t
	s.term = vt.NewTerminal(initialCols, initialRows, cfg.terminal)
	if cfg.knows {
		s.term.Await()
	}
	s.frames.last, s.frames.sent = blank, blank
	return s, nil
}

// datagram takes a datagram from the network, whoever sent it.
func (s *session) datagram(now time.Time, p udp.Packet) {
	r, err := s.wire.Receive(now, p.Data, p.Congested)
	if errors.Is(err, wire.ErrVersion) {
		s.fail(err)
		return
	}
	if r.Newest {
		s.follow(now, p)
	}
	var events []state.UserEvent
	if r.State {
		user, _ := s.wire.Remote()
		events = user.Since(s.seen)
		s.seen = user
		s.applyAppearance(events)
		s.resize(now, events)
	}
	if r.Newest || r.State {
		s.start(now)
	}
	if r.Newest {
		s.tell(p.Path.Remote.Addr().Unmap())
	}
	if len(events) > 0 {
		s.input(now, events)
	}
}

// follow sends to where the client is now.
func (s *session) follow(now time.Time, p udp.Packet) {
	if s.peer.Follow(now, p.Path) {
		s.setMTU(p.Path.MTU())
		s.host.log("Server now attached to client at %v", p.Path)
	}
}

// input gives the program what was typed. States without events are not worth
// an echo ack: each side would acknowledge the other for ever.
func (s *session) input(now time.Time, events []state.UserEvent) {
	_, num := s.wire.Remote()
	asTyped := s.cfg.dialect.KeyModes || s.term.ApplicationCursorKeys()
	var keys []byte
	for _, e := range events {
		keys = s.arrows.translate(keys, e.Keys, asTyped)
	}
	s.flush = time.Time{}
	if s.arrows.holding() {
		s.flush = now.Add(arrowDelay)
	}
	s.answer.expect(keys)
	s.enqueue(now, num, keys)
}

// resize takes the last change of size; what was in between nobody saw.
func (s *session) resize(now time.Time, events []state.UserEvent) {
	for _, e := range slices.Backward(events) {
		if e.Cols == 0 {
			continue
		}
		s.term.Resize(e.Cols, e.Rows)
		s.frames.look(now, s.term)
		if s.running {
			s.host.resize(s.winsize())
		}
		s.reply()
		return
	}
}

// size is the terminal's, after its own clamping.
func (s *session) size() (cols, rows int) { return s.term.Snapshot().Size() }

// start starts the program, once. A program that cannot be started says so on
// the user's screen.
func (s *session) start(now time.Time) {
	if s.started || s.wire.Closing() { // the user has changed their mind
		return
	}
	s.started, s.contacted = true, now
	greeting, err := s.host.start(s.size())
	s.running = err == nil
	if s.running && s.looks.Width > 0 {
		s.host.resize(s.winsize())
	}
	s.output(now, greeting)
	if err != nil {
		s.output(now, []byte("gm: "+err.Error()+"\r\n"))
		s.departure.failed(err)
		s.end(now, err.Error())
	}
}

// output takes what the program wrote. Callers give long output in pieces of
// outputStep.
func (s *session) output(now time.Time, p []byte) {
	if len(p) == 0 {
		return
	}
	s.term.Write(p)
	s.listening.output(now)
	s.events.written(now, s.term.EventCount())
	s.frames.look(now, s.term)
	if settle, hurry := s.answer.begin(p, s.drawing()); hurry {
		s.wire.Expedite(now, settle)
	}
	s.reply()
}

// cancel ends a sequence that the program's output is in the middle of (CAN).
func (s *session) cancel() { s.term.Write([]byte{0x18}) }

// drawing says that the program has hidden the cursor since the last frame.
func (s *session) drawing() bool {
	return s.term.CursorHidden() && !s.frames.sent.Screen.Cursor.Hidden
}

// given says that the program has had the input up to state num, which began to
// be given to it at a time before now.
func (s *session) given(now time.Time, num uint64, began time.Time) {
	s.echo.give(now, num)
	if s.listening.give(now, num, began) && s.cfg.echoes {
		s.frames.dirty = true
	}
}

// end begins the shutdown: the last screen, then the handshake. Without a
// client to shake hands with the next tick finishes it.
func (s *session) end(now time.Time, why string) {
	if s.ending {
		return
	}
	s.host.log("session ends: %s", why)
	s.ending = true
	s.offer(now, s.term.Snapshot())
	s.wire.Shutdown(now)
}

// stop ends the session because of a signal to the server.
func (s *session) stop(now time.Time, number int, name string) {
	if !s.ending {
		s.departure.stopped(number, name)
	}
	s.end(now, name)
}

// fail ends the session at once: nothing can be sent any more.
func (s *session) fail(err error) {
	s.host.log("session ends: %v", err)
	s.finished = true
}

// userSignal is SIGUSR1: end, unless the client was heard from lately enough.
func (s *session) userSignal(now time.Time, number int, name string) {
	if limit := s.cfg.timeouts.signal; limit == 0 || now.Sub(s.wire.Heard()) >= limit {
		s.stop(now, number, name)
	}
}
