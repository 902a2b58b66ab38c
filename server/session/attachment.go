package session

import (
	"errors"
	"net/netip"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// transport is the server's end of the protocol.
type transport = wire.Transport[state.Screen, state.User]

// ClientConfig configures an attachment.
type ClientConfig struct {
	Key        *datagram.Key   // wiped by Attach
	Dialect    vt.Dialect      // the sequences that the client understands
	Extensions state.Extension // granted to the client
}

// Attachment is one client of a session, from before it connects until it has left.
type Attachment struct {
	session    *Session
	dialect    vt.Dialect
	extensions state.Extension
	wire       *transport
	failed     bool // the transport cannot send any more

	peer     datagram.Peer
	reported netip.Addr // the last one given to Host.ClientChanged
	mtu      int        // the last one given to the transport

	seen       state.User // the newest state that was handled
	appearance state.Appearance
	cursorKeys cursorKeyTranslator
	heldUntil  time.Time // when the key that cursorKeys holds is passed on; zero if it holds none
	flow       flow
	echoAck    echoAck
	delivered  uint64 // the newest state that the program's terminal has
	echoed     uint64 // the newest state that the program's terminal has echoed, if it echoes

	frames framePacer
	burst  interactiveBurst
}

// Attach adds a client that has not connected yet. Once the session has started,
// its first frame is the current screen.
func (s *Session) Attach(cfg ClientConfig, now time.Time) (*Attachment, error) {
	a := &Attachment{
		session: s, dialect: cfg.Dialect, extensions: cfg.Extensions,
		mtu: datagram.MTUSmall, flow: newFlow(cfg.Extensions.Has(state.ExtFlow)),
	}
	blank := state.Screen{Screen: vt.NewScreen(InitialCols, InitialRows), Credit: a.flow.credit, Dialect: cfg.Dialect}
	var err error
	a.wire, err = wire.New(wire.Config[state.Screen, state.User]{
		Key:       *cfg.Key,
		Direction: datagram.ToClient,
		MinDelay:  wire.ServerMinDelay,
		MTU:       a.mtu,
		Local:     blank,
		Accept:    a.accepts,
	}, now)
	cfg.Key.Wipe()
	if err != nil {
		return nil, err
	}
	if a.extensions.Has(state.ExtTerminal) && !s.started {
		s.term.Await()
	}
	a.frames.last, a.frames.sent, a.frames.dirty = blank, blank, s.started
	s.attachments = append(s.attachments, a)
	return a, nil
}

// Receive handles a datagram that came on path. It need not be authentic.
// congested reports whether the network has marked it (ECN CE).
func (a *Attachment) Receive(now time.Time, data []byte, path datagram.Path, congested bool) {
	s := a.session
	r, err := a.wire.Receive(now, data, congested)
	if errors.Is(err, wire.ErrVersion) {
		a.fail(now, err)
		return
	}
	if r.Newest {
		a.follow(now, path)
	}
	var events []state.UserEvent
	if r.State {
		user, _ := a.wire.Remote()
		events = user.Since(a.seen)
		a.seen = user
		a.applyAppearance(events)
		s.resize(now, events)
	}
	if (r.Newest || r.State) && !s.started && !a.wire.Closing() {
		s.start(now)
	}
	if r.Newest {
		a.notifyClientAddr(path.Remote.Addr().Unmap())
	}
	if len(events) > 0 {
		a.input(now, events)
	}
}

func (a *Attachment) follow(now time.Time, path datagram.Path) {
	if a.peer.Follow(now, path) {
		a.setMTU(path.MTU())
		a.session.host.Log("Server now attached to client at %v", path)
	}
}

func (a *Attachment) notifyClientAddr(client netip.Addr) {
	if a.reported != client && !a.session.hungUp {
		a.reported = client
		a.session.host.ClientChanged(a, client)
	}
}

// input passes the keys in events to the program. The caller omits states without
// events: acknowledging their echo would make both sides acknowledge each other
// for ever.
func (a *Attachment) input(now time.Time, events []state.UserEvent) {
	_, num := a.wire.Remote()
	asTyped := a.dialect.KeyModes || a.session.term.ApplicationCursorKeys()
	var keys []byte
	for _, e := range events {
		keys = a.cursorKeys.translate(keys, e.Keys, asTyped)
	}
	a.heldUntil = time.Time{}
	if a.cursorKeys.holding() {
		a.heldUntil = now.Add(cursorKeyDelay)
	}
	a.burst.onInput(keys)
	a.session.enqueue(now, a, num, keys)
}

func (a *Attachment) onOutput(now time.Time, p []byte) {
	a.echoed = a.delivered // a terminal echoes while it is given input
	a.frames.markDirty(now, a.session.term)
	if settle, hurry := a.burst.onOutput(p, a.drawing()); hurry {
		a.wire.Expedite(now, settle)
	}
}

// drawing reports whether the program has hidden the cursor since the last frame.
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

func (a *Attachment) fail(now time.Time, err error) {
	a.session.host.Log("session ends: %v", err)
	a.failed = true
	a.session.removeGone(now)
}

// gone reports whether nothing is left to send to the client, or the client cannot be
// reached while the session ends.
func (a *Attachment) gone(now time.Time) bool {
	_, reachable := a.peer.Path(now)
	switch {
	case a.failed:
		return true
	case !reachable:
		return a.session.ending
	case a.session.ending && a.wire.TimedOut(now):
		return true
	}
	return a.wire.Closed() && !a.wire.LingerUntil().After(now)
}
