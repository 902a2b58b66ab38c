package wire

import "time"

// The prospective resend: a diff from the state that the peer is known to hold
// takes the place of one from the state that it is assumed to hold, if that
// costs little. Then nothing is lost if the assumption is wrong.
const (
	resendUnder = 1000 // bytes of such a diff
	resendExtra = 100  // bytes that it may be longer
)

// compose makes the instruction that is to be sent now: the news, a repetition
// of what the peer may have missed, or, with nothing to tell, a state that is
// the same under a new number, for the sake of its acknowledgement.
func (t *Transport[L, R]) compose(now time.Time, in *instruction) {
	base := t.chooseBase(now)
	last := t.sent.last().num
	in.oldNum, in.diff = base.num, t.diff
	switch {
	case t.shutdown.ours():
		in.newNum = shutdownNum
	case t.sent.changed.IsZero() && base.turn != t.sent.turn:
		in.newNum = last
	default:
		in.newNum = last + 1
	}
	in.ackNum = t.received.newest().num
	in.throwawayNum = t.sent.first().num
}

// chooseBase gives the state to make the diff from, and leaves the diff in
// t.diff. The end of a session is told from what the peer is known to hold.
func (t *Transport[L, R]) chooseBase(now time.Time) *sentState[L] {
	known, base := t.sent.first(), t.sent.assumed(now, t.patience())
	if t.shutdown.ours() {
		base = known
	}
	t.diff = t.appendDiff(recycle(t.diff), base)
	if base == known {
		return base
	}
	t.resend = t.appendDiff(recycle(t.resend), known)
	n, extra := len(t.resend), len(t.resend)-len(t.diff)
	if extra <= 0 || n < resendUnder && extra <= resendExtra {
		t.diff, t.resend = t.resend, t.diff
		return known
	}
	return base
}

func (t *Transport[L, R]) appendDiff(dst []byte, base *sentState[L]) []byte {
	if base.turn == t.sent.turn {
		return dst
	}
	return t.sent.current.AppendDiff(dst, base.state)
}

// leaveOut takes the diff out of an instruction that is too large. It makes a
// state then that the peer holds already, or ends the session without it.
func (t *Transport[L, R]) leaveOut(in *instruction) {
	known := t.sent.first().num
	in.oldNum, in.diff = known, nil
	if !t.shutdown.ours() {
		in.newNum = known
	}
}

// note remembers that an instruction is being sent.
func (t *Transport[L, R]) note(now time.Time, in *instruction) {
	switch {
	case t.shutdown.ours():
		t.shutdown.announce(now)
		t.sent.add(now, in.newNum)
	case in.newNum == in.oldNum:
		t.sent.last().at = now
	default:
		t.sent.add(now, in.newNum)
	}
	t.ackAt = now.Add(ackInterval)
	if t.shutdown.peer {
		t.shutdown.confirmed = true
		t.ackAt = time.Time{}
	}
}

// patience is how long a state that was sent is assumed to have come.
func (t *Transport[L, R]) patience() time.Duration {
	return t.packets.rtt.timeout() + ackDelay
}

// situation is what pacing looks at. The beginning of a session counts as
// having heard of the peer.
func (t *Transport[L, R]) situation(now time.Time) situation {
	return situation{
		now:      now,
		heard:    later(t.packets.heard, t.packets.clock.start),
		changed:  t.sent.changed,
		lastSent: t.sent.last().at,
		known:    t.sent.known(),
		assumed:  t.sent.assumedUntil(now, t.patience()),
		minDelay: t.minDelay,
		interval: t.SendInterval(),
	}
}
