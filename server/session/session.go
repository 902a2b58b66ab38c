package session

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

const (
	// arrowDelay bounds how long the rest of a cursor key is waited for.
	arrowDelay = 50 * time.Millisecond

	// OutputStep is the most output in bytes that Output should be given at once.
	OutputStep = 1 << 10

	// InitialCols and InitialRows are the size of the screen until the client
	// reports its own.
	InitialCols, InitialRows = 80, 24
)

// transport is the server's end of the protocol.
type transport = wire.Transport[state.Screen, state.User]

// Host does the I/O of a session. Its methods are called by the session's own
// methods and must not call them.
type Host interface {
	// Start starts the program on a terminal of that size. The greeting is shown
	// before the program's output. An error is shown too and ends the session.
	Start(cols, rows int) (greeting []byte, err error)
	// Write begins to write input to the program's terminal. flushes reports whether
	// it contains an interrupt that discards output. The caller of the session calls
	// Wrote when the write has ended, and not before Write has returned.
	Write(input []byte, flushes bool)
	// EndWrite ends a write that blocks.
	EndWrite()
	// FlushInput discards the input that the program has not read, if there is so much
	// that the line discipline would not see an interrupt. It reports whether it did.
	FlushInput() bool
	// HangUp closes the program's terminal.
	HangUp()
	// Resize changes the size of the program's terminal.
	Resize(size Winsize)
	// Discipline returns the line discipline of the program's terminal; the zero
	// Discipline if there is none.
	Discipline() state.Discipline
	// Send sends a datagram; fits is false if it is too long for the path.
	Send(data []byte, path datagram.Path) (fits bool)
	// ClientChanged reports the client's new address, the zero Addr once the client is
	// silent. It is not called before Start.
	ClientChanged(client netip.Addr)
	// Log writes a line of the verbose log (-v).
	Log(format string, a ...any)
}

// Config configures a session.
type Config struct {
	Key        *datagram.Key   // wiped by New
	Dialect    vt.Dialect      // the sequences that the client understands
	Extensions state.Extension // granted to the client
	Terminal   vt.Options
	Timeouts   Timeouts
}

// Session is one session of a server, from before its client comes to its end.
// It does no I/O and reads no clock.
type Session struct {
	cfg  Config
	host Host
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

// New returns a session whose client has not connected yet.
func New(cfg Config, h Host, now time.Time) (*Session, error) {
	s := &Session{cfg: cfg, host: h, created: now, mtu: datagram.MTUSmall, flow: newFlow(cfg.Extensions.Has(state.ExtFlow))}
	blank := state.Screen{Screen: vt.NewScreen(InitialCols, InitialRows), Credit: s.flow.credit, Dialect: cfg.Dialect}
	t, err := wire.New(wire.Config[state.Screen, state.User]{
		Key:       *cfg.Key,
		Direction: datagram.ToClient,
		MinDelay:  wire.ServerMinDelay,
		MTU:       datagram.MTUSmall,
		Local:     blank,
		Accept:    s.accepts,
	}, now)
	cfg.Key.Wipe()
	if err != nil {
		return nil, err
	}
	s.wire = t
	s.term = vt.NewTerminal(InitialCols, InitialRows, cfg.Terminal)
	if cfg.Extensions.Has(state.ExtTerminal) {
		s.term.Await()
	}
	s.frames.last, s.frames.sent = blank, blank
	return s, nil
}

// Receive handles a datagram that came on path. It need not be authentic.
// congested reports whether the network has marked it (ECN CE).
func (s *Session) Receive(now time.Time, data []byte, path datagram.Path, congested bool) {
	r, err := s.wire.Receive(now, data, congested)
	if errors.Is(err, wire.ErrVersion) {
		s.Fail(err)
		return
	}
	if r.Newest {
		s.follow(now, path)
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
		s.tell(path.Remote.Addr().Unmap())
	}
	if len(events) > 0 {
		s.input(now, events)
	}
}

// follow sends to where the client is now.
func (s *Session) follow(now time.Time, path datagram.Path) {
	if s.peer.Follow(now, path) {
		s.setMTU(path.MTU())
		s.host.Log("Server now attached to client at %v", path)
	}
}

// input gives the program what was typed. States without events are not worth
// an echo ack: each side would acknowledge the other for ever.
func (s *Session) input(now time.Time, events []state.UserEvent) {
	_, num := s.wire.Remote()
	asTyped := s.cfg.Dialect.KeyModes || s.term.ApplicationCursorKeys()
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
func (s *Session) resize(now time.Time, events []state.UserEvent) {
	for _, e := range slices.Backward(events) {
		if e.Cols == 0 {
			continue
		}
		s.term.Resize(e.Cols, e.Rows)
		s.frames.look(now, s.term)
		if s.running {
			s.host.Resize(s.winsize())
		}
		s.reply()
		return
	}
}

// size is the terminal's, after its own clamping.
func (s *Session) size() (cols, rows int) { return s.term.Snapshot().Size() }

// start starts the program, once. A program that cannot be started says so on
// the user's screen.
func (s *Session) start(now time.Time) {
	if s.started || s.wire.Closing() { // the user has changed their mind
		return
	}
	s.started, s.contacted = true, now
	greeting, err := s.host.Start(s.size())
	s.running = err == nil
	if s.running && s.looks.Width > 0 {
		s.host.Resize(s.winsize())
	}
	s.Output(now, greeting)
	if err != nil {
		s.Output(now, []byte("gm: "+err.Error()+"\r\n"))
		s.departure.failed(err)
		s.end(now, err.Error())
	}
}

// Output takes what the program wrote. Callers give long output in pieces of
// OutputStep.
func (s *Session) Output(now time.Time, p []byte) {
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

// CancelSequence ends a sequence that the program's output is in the middle of (CAN).
func (s *Session) CancelSequence() { s.term.Write([]byte{0x18}) }

// drawing says that the program has hidden the cursor since the last frame.
func (s *Session) drawing() bool {
	return s.term.CursorHidden() && !s.frames.sent.Screen.Cursor.Hidden
}

// given says that the program has had the input up to state num, which began to
// be given to it at a time before now.
func (s *Session) given(now time.Time, num uint64, began time.Time) {
	s.echo.give(now, num)
	if s.listening.give(now, num, began) && s.cfg.Extensions.Has(state.ExtEcho) {
		s.frames.dirty = true
	}
}

// end begins the shutdown: the last screen, then the handshake. Without a
// client to shake hands with the next tick finishes it.
func (s *Session) end(now time.Time, why string) {
	if s.ending {
		return
	}
	s.host.Log("session ends: %s", why)
	s.ending = true
	s.offer(now, s.term.Snapshot())
	s.wire.Shutdown(now)
}

// Stop ends the session because of a signal to the server.
func (s *Session) Stop(now time.Time, number int, name string) {
	if !s.ending {
		s.departure.stopped(number, name)
	}
	s.end(now, name)
}

// Fail ends the session at once: nothing can be sent any more.
func (s *Session) Fail(err error) {
	s.host.Log("session ends: %v", err)
	s.finished = true
}

// UserSignal is SIGUSR1: end, unless the client was heard from lately enough.
func (s *Session) UserSignal(now time.Time, number int, name string) {
	if limit := s.cfg.Timeouts.Signal; limit == 0 || now.Sub(s.wire.Heard()) >= limit {
		s.Stop(now, number, name)
	}
}

// Finished reports whether nothing is left to do: the session can be dropped.
func (s *Session) Finished() bool { return s.finished }
