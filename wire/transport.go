package wire

import (
	"cmp"
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
	"gm/wire/stream"
)

// Object is a state that the protocol keeps in step on two hosts. Values are
// immutable: a method that makes another state returns it.
type Object[S any] interface {
	// Equal reports whether the diff between the two states is empty.
	Equal(S) bool
	// AppendDiff appends the diff that turns from into the receiver.
	AppendDiff(dst []byte, from S) []byte
	// Apply returns the state that diff makes of the receiver.
	Apply(diff []byte) (S, error)
	// Subtract returns the receiver without the part that it shares with prefix, a
	// state that the peer is known to hold. Diffs between subtracted states are
	// the same as between the originals.
	Subtract(prefix S) S
	// MemSize returns the approximate memory of the receiver in bytes, less the
	// memory shared with another state. The zero state shares nothing.
	MemSize(shared S) int
	// Partway returns a state between from and the receiver, used if the diff from
	// from is too large to be sent at once. It reports false if there is none.
	Partway(from S) (S, bool)
}

// Config configures one end of a session.
type Config[L, R any] struct {
	Key       datagram.Key
	Direction datagram.Direction // of the datagrams that this end sends
	MinDelay  time.Duration      // SEND_MINDELAY: how long changes are gathered before they are sent
	MTU       int                // bytes of UDP payload until SetRoute is called
	Paths     bool               // the peer has the extension "paths"
	// Identifiers makes both ends number their datagrams with identifiers (protocol,
	// section 11.12).
	Identifiers bool
	// Streams carries streams beside the states. The peer must have the extension "streams".
	Streams bool
	Local   L // state 0 of the object that this end sends
	Remote  R // state 0 of the object that this end receives
	// Accept reports whether a state of the peer is accepted now. A state that is
	// not counts as lost: the peer sends it again. If nil, all are accepted.
	Accept func(R) bool
}

// Stock values of Config.MinDelay (protocol, section 7).
const (
	ServerMinDelay = 8 * time.Millisecond
	ClientMinDelay = 1 * time.Millisecond
)

// Transport is one end of a session. It sends states of L and receives states
// of R. It is not safe for concurrent use.
type Transport[L Object[L], R Object[R]] struct {
	conn       *datagram.Conn
	streams    *stream.Conn // nil without the extension "streams"
	start      time.Time
	client     bool // it sends to the server
	several    bool // the peer knows several paths
	reassembly reassembly
	inflater   inflater
	incoming   instruction
	received   receiver[R]

	sent       sentStates[L]
	expedite   expedite
	minDelay   time.Duration
	ackAt      time.Time // when an instruction is due to carry ackNum; zero if none is
	unacked    int       // bytes of datagrams received since the last instruction was sent
	keepalive  keepalive
	outgoing   instruction
	diff       []byte // from the state that the peer is assumed to hold
	resend     []byte // from the state that the peer is known to hold
	fragmenter fragmenter
	payload    []byte // the fragment being sent
	lastSize   int    // bytes of the datagrams of the last instruction
	shutdown   shutdown
}

// New returns one end of a session whose clock starts now. All times passed to
// the Transport must be of the same clock, and none before now.
func New[L Object[L], R Object[R]](cfg Config[L, R], now time.Time) (*Transport[L, R], error) {
	conn, err := datagram.New(cfg.Key, cfg.Direction, now)
	if err != nil {
		return nil, err
	}
	if cfg.Identifiers {
		conn.UseIdentifiers(cfg.Key)
	}
	t := &Transport[L, R]{
		conn:     conn,
		start:    now,
		client:   cfg.Direction == datagram.ToServer,
		several:  cfg.Paths,
		received: newReceiver(cfg.Remote),
		sent:     newSentStates(cfg.Local),
		minDelay: cfg.MinDelay,
		ackAt:    now,
	}
	t.keepalive = newKeepalive(now, t.several, t.client)
	t.received.accept = cfg.Accept
	conn.SetMTU(datagram.Path{}, cfg.MTU)
	if t.several {
		conn.AllowPaths()
	}
	if cfg.Streams {
		if err := t.carryStreams(now, cfg.Key); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Received is the result of Transport.Receive.
type Received struct {
	// Newest reports whether the datagram's sequence number is the highest so far.
	Newest bool
	// Moves reports whether it is the highest of those with fragments or packets of
	// streams: a peer with one path is now where the datagram came from.
	Moves bool
	// Copy reports whether the peer sends the fragment on other paths too, and expects the
	// same of this end.
	Copy bool
	// State reports whether Remote has changed.
	State bool
}

// Receive handles a datagram that came on a path. congested reports whether it carried
// the ECN mark CE. An error is the reason why the datagram was dropped; Received is valid
// nevertheless. Only ErrVersion ends a session: any stranger or a bad network can
// cause the other errors.
//
// The caller must read Remote before the next Tick, because the peer may ask to
// forget a state that Tick acknowledges.
func (t *Transport[L, R]) Receive(now time.Time, data []byte, path datagram.Path, congested bool) (Received, error) {
	opened, err := t.conn.Open(now, data, path, congested)
	got := Received{Newest: opened.Newest, Moves: opened.Moves, Copy: opened.Copy}
	if opened.Newest && t.streams != nil {
		t.streams.Alive(now)
	}
	if err != nil {
		return got, err
	}
	if opened.Streams != nil {
		return got, t.streams.Receive(now, opened.Streams)
	}
	if opened.Payload == nil {
		t.observe(now, path)
		return got, nil
	}
	t.unacked += len(data)
	f, err := parseFragment(opened.Payload)
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
	got.State, err = t.handle(now, &t.incoming)
	return got, err
}

func (t *Transport[L, R]) handle(now time.Time, in *instruction) (newer bool, err error) {
	endConfirmed := t.acknowledge(in.ackNum) && t.shutdown.acknowledge(in.ackNum)
	newer, err = t.received.apply(now, in)
	switch {
	case err == nil && in.announcesEnd():
		t.shutdown.peerAnnounced = now
		t.ackAt = now
	case endConfirmed:
		t.ackAt = now
	case t.shutdown.done(): // an answer that is due stays due, as the confirmation may come twice
	case err == nil && len(in.diff) > 0:
		// A diff that was applied before came again because its acknowledgement
		// was lost.
		t.ackAt = deadline.Earliest(t.ackAt, now.Add(t.ackWait()))
		t.keepalive.noteChange(now)
	}
	return newer, err
}

// Tick does the work that is due and calls send with each datagram, which is
// valid during the call only. The error ErrExhausted of package datagram ends the
// session. ErrTooLarge means that the current state cannot be sent, not even in
// parts; the session continues without it.
func (t *Transport[L, R]) Tick(now time.Time, send func(path datagram.Path, data []byte)) error {
	t.probeIfIdle(now)
	if err := t.sendControl(now, send); err != nil {
		return err
	}
	var err error
	if at := t.instructionDeadline(now); !at.IsZero() && !now.Before(at) {
		t.compose(now, &t.outgoing)
		packErr := t.pack(&t.outgoing)
		t.recordSent(now, &t.outgoing)
		err = cmp.Or(t.acknowledgeStreams(now, send), t.sendInstruction(now, send), packErr)
	}
	return cmp.Or(err, t.sendStreams(now, send))
}

func (t *Transport[L, R]) sendInstruction(now time.Time, send func(path datagram.Path, data []byte)) error {
	var sent sentSize
	route := t.conn.Route()
	err := t.fragmenter.fragments(func(f fragment) error {
		t.payload = f.append(t.payload[:0])
		for i, path := range route {
			data, err := t.seal(now, path, len(route) > 1)
			if err != nil {
				return err
			}
			if i == 0 {
				sent.add(len(data))
			}
			send(path, data)
		}
		return nil
	})
	t.lastSize = sent.bytes
	if len(route) > 1 {
		sent.longest = 0 // the acknowledgement does not name the path of the copy that arrived
	}
	t.sent.recordSize(t.outgoing.newNum, sent)
	return err
}

func (t *Transport[L, R]) seal(now time.Time, path datagram.Path, isCopy bool) ([]byte, error) {
	if isCopy {
		return t.conn.SealCopy(now, path, t.payload)
	}
	return t.conn.Seal(now, path, t.payload)
}

// Deadline returns when Tick must be called if nothing happens before; zero if
// nothing is due.
func (t *Transport[L, R]) Deadline(now time.Time) time.Time {
	if t.conn.Pending() {
		return now
	}
	return deadline.Earliest(t.instructionDeadline(now), t.streamsDeadline(now))
}

func (t *Transport[L, R]) instructionDeadline(now time.Time) time.Time {
	switch {
	case t.TimedOut(now):
		return time.Time{}
	case t.shutdown.pending():
		return deadline.Earliest(t.ackAt, t.shutdown.due(t.SendInterval()))
	case t.shutdown.done():
		return t.ackAt
	}
	s := t.timing(now)
	return deadline.Earliest(t.ackAt, t.keepalive.due(t.settled()), s.sendAt())
}

// Local returns the current state of the object that this end sends.
func (t *Transport[L, R]) Local() L { return t.sent.current }

// SetLocal makes s the current state. After Shutdown it does nothing: the state
// at that time is the last one that the peer gets.
func (t *Transport[L, R]) SetLocal(now time.Time, s L) {
	if t.shutdown.ours() {
		return
	}
	t.sent.set(now, s)
	if t.sent.changed.Equal(now) {
		t.keepalive.noteChange(now)
	}
}

// Expedite requests that the current state, or the one about to be set, is sent
// settle from now because the user waits for it. A later call before it is sent
// replaces settle. Expedited states are sent ahead of the stock timings, within
// a budget.
func (t *Transport[L, R]) Expedite(now time.Time, settle time.Duration) {
	t.expedite.request(now, settle, !t.sent.changed.IsZero())
}

// Remote returns the newest state received and its number.
func (t *Transport[L, R]) Remote() (s R, num uint64) {
	newest := t.received.newest()
	return newest.state, newest.num
}

// Sent returns the number of the newest state sent. The next state has a higher
// one.
func (t *Transport[L, R]) Sent() uint64 { return t.sent.last().num }

// Acked returns the newest state that the peer is known to hold, and when it was
// sent; zero if none was.
func (t *Transport[L, R]) Acked() (num uint64, at time.Time) {
	known := t.sent.first()
	return known.num, known.at
}

// Heard returns when the newest authentic datagram arrived; zero if none did.
func (t *Transport[L, R]) Heard() time.Time { return t.conn.Heard() }

// HeardUs returns when the newest datagram arrived that proves that the peer
// receives ours: it had received one less than a second before. It returns zero
// if none did.
func (t *Transport[L, R]) HeardUs() time.Time { return t.conn.HeardUs() }

// Rotate makes a client go on with another identifier, which it does whenever its address
// changes, so that a listener cannot tie the addresses to each other.
func (t *Transport[L, R]) Rotate() { t.conn.Rotate() }

// Identifiers returns the index of the newest identifier of the client; ok is false
// without the extension.
func (t *Transport[L, R]) Identifiers() (newest uint32, ok bool) { return t.conn.Identifiers() }

// AppendIdentifiers appends the identifiers by which datagrams of the client may come,
// until Identifiers changes.
func (t *Transport[L, R]) AppendIdentifiers(dst []uint32) []uint32 {
	return t.conn.AppendIdentifiers(dst)
}

// SRTT returns the smoothed round trip time of the preferred path, 1 s before the first sample.
func (t *Transport[L, R]) SRTT() time.Duration { return t.conn.RTT().Smoothed() }

// RTTVariation returns the variation of that round trip time, 0.5 s before the
// first sample.
func (t *Transport[L, R]) RTTVariation() time.Duration { return t.conn.RTT().Variation() }

// AcknowledgeNow sends the acknowledgement of received data, if one is due, without waiting
// for other data to be sent.
func (t *Transport[L, R]) AcknowledgeNow(now time.Time) {
	if !t.ackAt.IsZero() {
		t.ackAt = deadline.Earliest(t.ackAt, now)
	}
}

// Loss returns the estimated share of datagrams that the preferred path loses, 0 to 1.
func (t *Transport[L, R]) Loss() float64 { return t.conn.Loss().Rate() }

// Lossy reports whether datagrams were lost recently.
func (t *Transport[L, R]) Lossy() bool { return t.conn.Loss().Lossy() }

// Traffic returns the datagrams sent and received so far.
func (t *Transport[L, R]) Traffic() (sent, received datagram.Traffic) { return t.conn.Traffic() }

// SendInterval returns the time between frames: half an SRTT, 20 to 250 ms.
func (t *Transport[L, R]) SendInterval() time.Duration { return t.conn.RTT().SendInterval() }

// Shutdown begins to close the session. From now on only the announcement is
// sent, with the current state. A second call does nothing.
func (t *Transport[L, R]) Shutdown(now time.Time) { t.shutdown.begin(now) }

// ResumeShutdown announces the end again to a peer that has not acknowledged it in
// time and was heard after that.
func (t *Transport[L, R]) ResumeShutdown(now time.Time) {
	if t.TimedOut(now) {
		t.shutdown.resume(now)
	}
}

// Closing reports whether the peer announced its shutdown.
func (t *Transport[L, R]) Closing() bool { return t.shutdown.theirs() }

// Closed reports whether this end is done: the peer acknowledged its shutdown, or
// this end has sent the acknowledgement of the peer's. That may be lost, see
// LingerUntil.
func (t *Transport[L, R]) Closed() bool { return t.shutdown.done() }

// LingerUntil returns until when the owner of a closed Transport should keep
// calling Receive and Tick, which acknowledge repeated announcements of the peer.
// It is zero if the peer needs no more, and moves with each announcement.
func (t *Transport[L, R]) LingerUntil() time.Time { return t.shutdown.lingerUntil() }

// TimedOut reports whether the shutdown of this end was not acknowledged: after
// 16 announcements to a peer that was not heard recently, or after 10 s.
func (t *Transport[L, R]) TimedOut(now time.Time) bool {
	return t.shutdown.timedOut(now, t.conn.Heard(), t.SendInterval())
}
