package wire

import (
	"cmp"
	"time"

	"gm/wire/datagram"
)

// Object is a state that the protocol keeps in step on two hosts. Its values
// do not change: every method that makes another state returns it.
type Object[S any] interface {
	// Equal says that the diff between the two is empty.
	Equal(S) bool
	// AppendDiff appends the diff that makes the receiver out of from.
	AppendDiff(dst []byte, from S) []byte
	// Apply gives the state that diff makes out of the receiver.
	Apply(diff []byte) (S, error)
	// Subtract gives the receiver without what prefix, a state that the peer
	// is known to hold, already has. Diffs between subtracted states are as
	// before.
	Subtract(prefix S) S
	// MemSize returns about how many bytes of memory the receiver holds that
	// shared does not hold too. The zero state shares nothing.
	MemSize(shared S) int
	// Partway returns a state between from and the receiver, for when the diff
	// from from is too large to be sent at once. It reports false if there is
	// none.
	Partway(from S) (S, bool)
}

// Config says what one end of a session is.
type Config[L, R any] struct {
	Key       datagram.Key
	Direction datagram.Direction // of the datagrams that this end sends
	MinDelay  time.Duration      // SEND_MINDELAY: how long changes are gathered before they are sent
	MTU       int                // bytes of UDP payload
	Local     L                  // state 0 of the object that this end sends
	Remote    R                  // state 0 of the object that this end receives
	// Accept reports whether a state of the peer may be taken now. One that may
	// not is as if it had been lost: the peer sends it again. nil takes all.
	Accept func(R) bool
}

// Stock values of Config.MinDelay (mosh-protocol, section 7).
const (
	ServerMinDelay = 8 * time.Millisecond
	ClientMinDelay = 1 * time.Millisecond
)

// Transport is one end of a session: it sends states of L and receives states
// of R. It is not safe for concurrent use.
type Transport[L Object[L], R Object[R]] struct {
	conn     *datagram.Conn
	start    time.Time
	assembly assembly
	inflater inflater
	incoming instruction
	received receiver[R]

	sent     sentStates[L]
	haste    haste
	minDelay time.Duration
	ackAt    time.Time // when something must be sent for the sake of ackNum; zero if never
	outgoing instruction
	diff     []byte // from the state that the peer is assumed to hold
	resend   []byte // from the one that it is known to hold
	outbox   outbox
	payload  []byte // the fragment being sent
	lastSize int    // bytes of the datagrams that were sent last
	shutdown shutdown
}

// New begins a session: now is the origin of its clock. Every other time given
// to the Transport must be of the same clock, and not before it.
func New[L Object[L], R Object[R]](cfg Config[L, R], now time.Time) (*Transport[L, R], error) {
	conn, err := datagram.New(cfg.Key, cfg.Direction, now)
	if err != nil {
		return nil, err
	}
	t := &Transport[L, R]{
		conn:     conn,
		start:    now,
		received: newReceiver(cfg.Remote),
		sent:     newSentStates(cfg.Local),
		minDelay: cfg.MinDelay,
		ackAt:    now,
	}
	t.received.accept = cfg.Accept
	t.SetMTU(cfg.MTU)
	return t, nil
}

// Received says what a datagram was.
type Received struct {
	// Newest says that no datagram with a higher sequence number came before:
	// its source is where the peer is now.
	Newest bool
	// State says that Remote has changed.
	State bool
}

// Receive takes a datagram. congested says that it came with the ECN mark CE.
// An error says why it was dropped, and leaves Received valid; only ErrVersion
// ends a session, the others are what any stranger or a bad network can cause.
//
// Remote must be looked at before the next Tick: what Tick acknowledges, the
// peer may ask to forget.
func (t *Transport[L, R]) Receive(now time.Time, datagram []byte, congested bool) (Received, error) {
	payload, newest, err := t.conn.Open(now, datagram, congested)
	got := Received{Newest: newest}
	if err != nil {
		return got, err
	}
	f, err := parseFragment(payload)
	if err != nil {
		return got, err
	}
	packed, whole, err := t.assembly.add(f)
	if !whole {
		return got, err
	}
	plain, err := t.inflater.unpack(packed)
	if err != nil {
		return got, err
	}
	if err := t.incoming.parse(plain); err != nil {
		return got, err
	}
	got.State, err = t.take(now, &t.incoming)
	return got, err
}

// take follows an instruction of the peer.
func (t *Transport[L, R]) take(now time.Time, in *instruction) (newer bool, err error) {
	thanks := t.sent.acknowledge(in.ackNum) && t.shutdown.acknowledge(in.ackNum)
	newer, err = t.received.apply(now, in)
	switch {
	case err == nil && in.announcesEnd():
		t.shutdown.peer = now
		t.ackAt = now
	case thanks:
		t.ackAt = now
	case t.shutdown.done():
		t.ackAt = time.Time{}
	case err == nil && len(in.diff) > 0:
		// What comes again does so for want of an acknowledgement.
		t.ackAt = earlier(t.ackAt, now.Add(t.ackWait()))
	}
	return newer, err
}

// Tick does what is due and calls send with each datagram, which is valid
// during the call only. ErrExhausted ends the session. ErrTooLarge means that
// the current state cannot be sent, not even in parts; the session goes on
// without it.
func (t *Transport[L, R]) Tick(now time.Time, send func(datagram []byte)) error {
	if at := t.Deadline(now); at.IsZero() || now.Before(at) {
		return nil
	}
	t.compose(now, &t.outgoing)
	packErr := t.pack(&t.outgoing)
	t.note(now, &t.outgoing)
	t.lastSize = 0
	err := t.outbox.fragments(func(f fragment) error {
		t.payload = f.append(t.payload[:0])
		datagram, err := t.conn.Seal(now, t.payload)
		if err == nil {
			t.lastSize += len(datagram)
			send(datagram)
		}
		return err
	})
	return cmp.Or(err, packErr)
}

// Deadline is when Tick must be called next if nothing happens before; the
// zero time if nothing is due.
func (t *Transport[L, R]) Deadline(now time.Time) time.Time {
	switch {
	case t.TimedOut(now):
		return time.Time{}
	case t.shutdown.pending():
		return earlier(t.ackAt, t.shutdown.due(t.SendInterval()))
	case t.shutdown.done():
		return t.ackAt
	}
	s := t.situation(now)
	return earlier(t.ackAt, s.sendAt())
}
