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
	conn       *datagram.Conn
	start      time.Time
	reassembly reassembly
	inflater   inflater
	incoming   instruction
	received   receiver[R]

	sent       sentStates[L]
	expedite   expedite
	minDelay   time.Duration
	ackAt      time.Time // when something must be sent for the sake of ackNum; zero if never
	outgoing   instruction
	diff       []byte // from the state that the peer is assumed to hold
	resend     []byte // from the one that it is known to hold
	fragmenter fragmenter
	payload    []byte // the fragment being sent
	lastSize   int    // bytes of the datagrams that were sent last
	shutdown   shutdown
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
	packed, whole, err := t.reassembly.add(f)
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
	t.recordSent(now, &t.outgoing)
	t.lastSize = 0
	err := t.fragmenter.fragments(func(f fragment) error {
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
	s := t.timing(now)
	return earlier(t.ackAt, s.sendAt())
}

// Local is the current state of the object that this end sends.
func (t *Transport[L, R]) Local() L { return t.sent.current }

// SetLocal makes s the current state. After Shutdown it does nothing: what was
// current then is the last that the peer gets.
func (t *Transport[L, R]) SetLocal(now time.Time, s L) {
	if !t.shutdown.ours() {
		t.sent.set(now, s)
	}
}

// Urge says that the user waits for the current state, or the one that is about
// to be current: it is sent once nobody has urged for settle, ahead of the
// timings for changes that come by themselves as far as the allowance goes.
func (t *Transport[L, R]) Expedite(now time.Time, settle time.Duration) {
	t.expedite.request(now, settle, !t.sent.changed.IsZero())
}

// Remote is the newest state received, and its number.
func (t *Transport[L, R]) Remote() (s R, num uint64) {
	newest := t.received.newest()
	return newest.state, newest.num
}

// Sent is the number of the newest state sent; the next news get the number
// after it.
func (t *Transport[L, R]) Sent() uint64 { return t.sent.last().num }

// Acked is the newest state that the peer is known to hold, and when that was
// sent ("round trip success"; zero if never).
func (t *Transport[L, R]) Acked() (num uint64, at time.Time) {
	known := t.sent.first()
	return known.num, known.at
}

// Heard is when the newest authentic datagram came; zero if never.
func (t *Transport[L, R]) Heard() time.Time { return t.conn.Heard() }

// HeardUs is when the newest datagram came that shows that the peer hears us: it
// had one of ours less than a second before; zero if none did.
func (t *Transport[L, R]) HeardUs() time.Time { return t.conn.HeardUs() }

// SetMTU sets the bytes of UDP payload, for the family of the peer's address
// or after EMSGSIZE; less than datagram.MTUSmall is taken for that. It may be called
// while Tick sends, and counts from the next instruction.
func (t *Transport[L, R]) SetMTU(bytes int) {
	t.fragmenter.mtu = min(max(bytes, datagram.MTUSmall), datagram.MaxMTU)
}

// SRTT is the smoothed round trip time, 1 s before the first sample.
func (t *Transport[L, R]) SRTT() time.Duration { return t.conn.RTT().Smoothed() }

// RTTVariation is how much the round trip time varies, 0.5 s before the first
// sample.
func (t *Transport[L, R]) RTTVariation() time.Duration { return t.conn.RTT().Variation() }

// Loss is the share of datagrams that the network seems to lose.
func (t *Transport[L, R]) Loss() float64 { return t.conn.Loss().Rate() }

// Traffic is what was sent and received so far.
func (t *Transport[L, R]) Traffic() (sent, received datagram.Traffic) {
	return t.conn.Traffic()
}

// SendInterval is the time between frames: half an SRTT, 20 to 250 ms.
func (t *Transport[L, R]) SendInterval() time.Duration { return t.conn.RTT().SendInterval() }

// Shutdown begins to close the session: nothing more is sent but the
// announcement, with the current state. It is safe to call twice.
func (t *Transport[L, R]) Shutdown(now time.Time) { t.shutdown.begin(now) }

// Closing reports whether the peer announced shutdown.
func (t *Transport[L, R]) Closing() bool { return t.shutdown.theirs() }

// Closed reports whether this end is done: its shutdown was acknowledged, or the
// peer's was and the acknowledgement has been sent. That may get lost: see
// LingerUntil.
func (t *Transport[L, R]) Closed() bool { return t.shutdown.done() }

// LingerUntil is until when the owner of a Transport that is closed should go on
// with Receive and Tick, which acknowledge repeated announcements of the peer; zero
// if the peer needs no more. It moves with each announcement.
func (t *Transport[L, R]) LingerUntil() time.Time { return t.shutdown.lingerUntil() }

// Lossy reports whether datagrams were lost of late.
func (t *Transport[L, R]) Lossy() bool { return t.conn.Loss().Lossy() }

// TimedOut reports whether our announcement was not answered in 16 tries, and the
// peer was not heard of late, or in 10 s.
func (t *Transport[L, R]) TimedOut(now time.Time) bool {
	return t.shutdown.timedOut(now, t.conn.Heard(), t.SendInterval())
}
