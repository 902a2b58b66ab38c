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
	"gm/wire/stream"
)

// maxAttachments bounds the clients of a session, with those that have not connected yet
// and those that were sent away and do not know it. A datagram from an unknown address
// costs one pass of the cipher for each of them.
const maxAttachments = 16

// ErrFull means that a session has as many clients as it can have.
var ErrFull = errors.New("the session has 16 clients")

// transport is the server's end of the protocol.
type transport = wire.Transport[state.Screen, state.User]

// ClientConfig configures an attachment.
type ClientConfig struct {
	Key        *datagram.Key   // wiped by Attach
	Dialect    vt.Dialect      // the sequences that the client understands
	Extensions state.Extension // granted to the client
	Role       Role
	By         string // the user and host of the client, for the others
	History    int    // lines that the client wants (extension "history"); 0 for the default
}

// Attachment is one client of a session, from before it connects until it has left.
type Attachment struct {
	session    *Session
	dialect    vt.Dialect
	extensions state.Extension
	role       Role
	by         string
	created    time.Time
	wire       *transport
	failed     bool // the transport cannot send any more

	phase      phase
	joined     time.Time        // when the client connected
	detaching  bool             // the client wants the session to go on without it
	announced  bool             // the end was announced to the client
	detachment state.Detachment // why the server has detached the client

	peer   datagram.Peer
	live   bool            // the client was heard within quietTimeout
	copies []datagram.Path // of the route, reused

	typed      uint64 // the later the client typed, the higher; 0 if it has not
	cols, rows int    // of the client's window; zero before it has reported them
	viewport   vt.Viewport

	seen       state.User // the newest state that was handled
	terminal   terminal
	cursorKeys cursorKeyTranslator
	heldUntil  time.Time // when the key that cursorKeys holds is passed on; zero if it holds none
	flow       flow
	echoAck    echoAck
	delivered  uint64 // the newest state that the program's terminal has
	echoed     uint64 // the newest state that the program's terminal has echoed, if it echoes

	frames   framePacer
	history  historyFeed
	pictures pictureFeed
	burst    interactiveBurst
}

// phase is a step in the life of an attachment.
type phase uint8

const (
	seated   phase = iota // the client has not connected yet
	attached              // it is a client of the session
	leaving               // it was sent away, or it leaves
)

// Attach adds a client that has not connected yet. If the session has started, its
// first frame is the current screen. A client that does not connect within 60 s is
// dropped. If there are 16 clients, one that is silent is dropped for the new one, or
// the error is [ErrFull].
func (s *Session) Attach(cfg ClientConfig, now time.Time) (*Attachment, error) {
	defer cfg.Key.Wipe()
	if len(s.attachments) >= maxAttachments && !s.evict() {
		return nil, ErrFull
	}
	a := &Attachment{
		session: s, dialect: cfg.Dialect, extensions: cfg.Extensions, role: cfg.Role, by: cfg.By, created: now,
		flow: newFlow(cfg.Extensions.Has(state.ExtFlow)),
	}
	blank := state.Screen{Screen: s.blankScreen(), Credit: a.flow.credit, Dialect: cfg.Dialect}
	var err error
	a.wire, err = wire.New(wire.Config[state.Screen, state.User]{
		Key:         *cfg.Key,
		Direction:   datagram.ToClient,
		Identifiers: a.extensions.Has(state.ExtIdentifiers),
		Paths:       a.extensions.Has(state.ExtPaths),
		Streams:     a.extensions.Has(state.ExtStreams),
		MinDelay:    wire.ServerMinDelay,
		MTU:         datagram.MTUSmall,
		Local:       blank,
		Accept:      a.accepts,
	}, now)
	if err != nil {
		return nil, err
	}
	if a.extensions.Has(state.ExtTerminal) && !s.started {
		s.term.Await()
	}
	a.frames.last, a.frames.sent, a.frames.dirty = blank, blank, s.started
	if a.extensions.Has(state.ExtHistory) {
		a.history = newHistoryFeed(cfg.History)
	}
	s.attachments = append(s.attachments, a)
	s.keepHistory()
	return a, nil
}

// blankScreen returns the screen that the first frame is a diff from. Bells, clipboard
// texts and events from before the client came are in it, so that they are not sent.
func (s *Session) blankScreen() *vt.Screen {
	blank := vt.NewScreen(state.InitialCols, state.InitialRows)
	if s.started {
		now := s.term.Snapshot()
		blank.Bells, blank.Clipboards, blank.Events = now.Bells, now.Clipboards, now.Events
	}
	return blank
}

// evict drops the client that was heard least recently among those that are not live.
// It reports whether there is one.
func (s *Session) evict() bool {
	oldest := -1
	for i, a := range s.attachments {
		if a.phase == seated || a.phase == attached && a.live {
			continue
		}
		if oldest < 0 || a.wire.Heard().Before(s.attachments[oldest].wire.Heard()) {
			oldest = i
		}
	}
	if oldest < 0 {
		return false
	}
	s.attachments = slices.Delete(s.attachments, oldest, oldest+1)
	return true
}

// Receive handles a datagram that came on path. It need not be authentic. congested
// reports whether the network has marked it (ECN CE). The client that was last heard
// at that address is tried first, then all others.
func (s *Session) Receive(now time.Time, data []byte, path datagram.Path, congested bool) {
	for _, known := range [...]bool{true, false} {
		for _, a := range s.attachments {
			if a.peer.Has(path) == known && a.receive(now, data, path, congested) {
				return
			}
		}
	}
}

// receive reports whether the datagram is the client's.
func (a *Attachment) receive(now time.Time, data []byte, path datagram.Path, congested bool) bool {
	s := a.session
	r, err := a.wire.Receive(now, data, path, congested)
	switch {
	case errors.Is(err, datagram.ErrForged):
		return false
	case errors.Is(err, wire.ErrVersion):
		a.fail(now, err)
		return true
	}
	// A client that cannot be reached is where its probe came from.
	if _, reachable := a.peer.Path(now); r.Moves || r.Newest && !reachable {
		a.follow(now, path, r.Copy)
	}
	if r.Newest {
		a.peer.NoteHeard(now)
		a.contact(now)
	}
	var events []state.UserEvent
	if r.State {
		user, _ := a.wire.Remote()
		events = user.Since(a.seen)
		a.seen = user
		a.applyTerminal(now, events)
		a.applySize(now, events)
		a.applyScrolled(now, events)
	}
	if (r.Newest || r.State) && !s.started && !a.wire.Closing() {
		s.start(now)
	}
	if r.Newest {
		s.notifyClient()
	}
	if len(events) > 0 {
		a.input(now, events)
	}
	if acked, _ := a.wire.Acked(); a.history.acked(now, acked, a.wire.Loss()) {
		a.frames.dirty = true
	}
	if a.wire.Closing() && a.phase == attached {
		a.leave(now)
	}
	return true
}

// Streams returns the client's streams; nil if it has none.
func (a *Attachment) Streams() *stream.Conn { return a.wire.Streams() }

// Has reports whether the client is still there, if only to learn that it has left.
func (s *Session) Has(a *Attachment) bool { return slices.Contains(s.attachments, a) }

// Attached reports whether the client is one of the session's: not before it has connected,
// and not after it has left or was sent away.
func (a *Attachment) Attached() bool { return a.phase == attached && !a.failed }

// Left reports whether the client has left, or was sent away.
func (a *Attachment) Left() bool { return a.phase == leaving }

func (a *Attachment) contact(now time.Time) {
	s := a.session
	s.heard = now
	if a.phase == seated {
		a.connect(now)
	}
	a.live = a.phase == attached
	if a.sentAway() || s.ending {
		a.announceEnd(now)
	}
}

func (a *Attachment) follow(now time.Time, path datagram.Path, isCopy bool) {
	if a.peer.Follow(now, path, isCopy) {
		a.session.host.Log("Server now attached to client at %v", path)
	}
	a.setRoute(now)
}

func (a *Attachment) setRoute(now time.Time) {
	if path, ok := a.peer.Path(now); ok {
		a.copies = a.peer.Copies(a.copies[:0])
		a.wire.SetRoute(now, path, a.copies...)
	}
}

// DropPath forgets a path that is gone, such as a pipe that was closed.
func (s *Session) DropPath(now time.Time, path datagram.Path) {
	for _, a := range s.attachments {
		if a.peer.Has(path) {
			a.peer.Drop(path)
			a.wire.DropPath(now, path)
			a.setRoute(now)
		}
	}
}

func (a *Attachment) connect(now time.Time) {
	s := a.session
	a.phase, a.joined = attached, now
	if a.role != TakeOver {
		return
	}
	for _, other := range s.attachments {
		if other != a {
			other.detach(now, state.Detachment{Reason: state.DetachedTakenOver, By: a.by, From: addrText(a.addr())})
		}
	}
}

func (a *Attachment) addr() netip.Addr { return a.peer.Remote().Addr().Unmap() }

// applySize handles the last change of size among events. Sizes in between were never
// visible.
func (a *Attachment) applySize(now time.Time, events []state.UserEvent) {
	s := a.session
	for _, e := range slices.Backward(events) {
		if e.Cols == 0 {
			continue
		}
		a.cols, a.rows, a.frames.dirty = e.Cols, e.Rows, true
		if a == s.leader() {
			cols, rows := s.wantedSize()
			s.setSize(now, cols, rows)
		} else {
			s.updateSize(now)
		}
		return
	}
}

// view returns the screen as the client is to show it. A client without the extension
// "sessions" cannot show one of another size than its window.
func (a *Attachment) view(screen *vt.Screen) *vt.Screen {
	if a.extensions.Has(state.ExtSessions) || a.cols == 0 {
		return screen
	}
	return a.viewport.Show(screen, a.cols, a.rows)
}

// input passes the keys in events to the program, unless the client may only watch or was
// sent away: its user does not see their effect. The caller omits states without events:
// acknowledging their echo would make both sides acknowledge each other for ever.
func (a *Attachment) input(now time.Time, events []state.UserEvent) {
	_, num := a.wire.Remote()
	asTyped := a.dialect.KeyModes || a.session.term.ApplicationCursorKeys()
	var keys []byte
	for _, e := range events {
		keys = a.cursorKeys.translate(keys, e.Keys, asTyped)
		a.detaching = a.detaching || e.Detach && a.extensions.Has(state.ExtSessions)
	}
	if a.role == ReadOnly || a.sentAway() || len(keys) > 0 && !a.session.controls(now, a) {
		a.dropInput(now, num)
		return
	}
	a.heldUntil = time.Time{}
	if a.cursorKeys.holding() {
		a.heldUntil = now.Add(cursorKeyDelay)
	}
	if typed(keys) {
		a.history.typed = now
		a.session.claim(now, a)
	}
	a.burst.onInput(keys)
	a.session.enqueue(now, a, num, keys)
}

// typed reports whether keys are of the user, and not only reports of the focus.
func typed(keys []byte) bool {
	return len(keys) > 0 && string(keys) != "\x1b[I" && string(keys) != "\x1b[O"
}

func (a *Attachment) dropInput(now time.Time, num uint64) {
	a.cursorKeys, a.delivered = cursorKeyTranslator{}, num
	a.echoAck.inputDelivered(now, num)
	if a.flow.update(a.seen.End(), 0) {
		a.frames.dirty = true
	}
}

func (a *Attachment) onOutput(now time.Time, p []byte) {
	a.history.output = now
	a.echoed = a.delivered // a terminal echoes while it is given input
	a.frames.markDirty(now, a.session.term)
	if settle, hurry := a.burst.onOutput(p, a.drawing()); hurry {
		a.wire.Expedite(now, settle)
	}
}

func (a *Attachment) drawing() bool {
	return a.session.term.CursorHidden() && !a.frames.sent.Screen.Cursor.Hidden
}

// inputDelivered notes that the program's terminal has the input up to state num, in
// a write that began at began.
func (a *Attachment) inputDelivered(now time.Time, num uint64, began time.Time) {
	a.echoAck.inputDelivered(now, num)
	a.delivered = num
	if a.session.termios.inputDelivered(now, began) {
		a.echoed = num
		if a.extensions.Has(state.ExtEcho) {
			a.frames.dirty = true
		}
	}
}
