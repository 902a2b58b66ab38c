package wire

import (
	"time"

	"gm/wire/datagram"
)

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
func (t *Transport[L, R]) Urge(now time.Time, settle time.Duration) {
	t.haste.urge(now, settle, !t.sent.changed.IsZero())
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
	t.outbox.mtu = min(max(bytes, datagram.MTUSmall), datagram.MaxMTU)
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
