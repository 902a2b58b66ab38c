package wire

import (
	"cmp"
	"errors"
	"time"
)

// The prospective resend: a diff from the state that the peer is known to hold
// takes the place of one from the state that it is assumed to hold, if that
// costs little. Then nothing is lost if the assumption is wrong.
const (
	resendUnder = 1000 // bytes of such a diff
	resendExtra = 100  // bytes that it may be longer
	resendTrust = 30   // the same while nothing is lost
)

// compose makes the instruction that is to be sent now: the news, a repetition
// of what the peer may have missed, or, with nothing to tell, a state that is
// the same under a new number, for the sake of its acknowledgement.
func (t *Transport[L, R]) compose(now time.Time, in *instruction) {
	base := t.chooseBase(now)
	last := t.sent.last().num
	if t.shutdown.theirs() && !t.shutdown.ours() && len(t.diff) > smallDiff {
		base, t.diff = t.sent.first(), t.diff[:0] // the confirmation matters, not what is shown
	}
	in.oldNum, in.diff = base.num, t.diff
	switch {
	case t.shutdown.ours():
		in.newNum = shutdownNum
	case t.shutdown.theirs():
		in.newNum = last + 1
	case t.sent.changed.IsZero() && base.revision != t.sent.revision:
		in.newNum = last
	default:
		in.newNum = last + 1
	}
	in.ackNum = t.received.newest().num
	in.throwawayNum = t.sent.first().num
}

// chooseBase gives the state to make the diff from, and leaves the diff in
// t.diff. The end of a session and repetitions are told from what the peer is
// known to hold.
func (t *Transport[L, R]) chooseBase(now time.Time) *sentState[L] {
	known, base := t.sent.first(), t.sent.assumed(now, t.assumedTimeout())
	if t.shutdown.ours() || t.repeating(now) {
		base = known
	}
	t.diff = t.appendDiff(recycle(t.diff), base)
	if base == known {
		return base
	}
	t.resend = t.appendDiff(recycle(t.resend), known)
	n, extra := len(t.resend), len(t.resend)-len(t.diff)
	if extra <= 0 || n < resendUnder && extra <= t.resendLimit() {
		t.diff, t.resend = t.resend, t.diff
		return known
	}
	return base
}

func (t *Transport[L, R]) appendDiff(dst []byte, base *sentState[L]) []byte {
	if base.revision == t.sent.revision {
		return dst
	}
	return t.sent.current.AppendDiff(dst, base.state)
}

// A change whose diff is longer than maxDiff goes in parts, each of which waits
// for the acknowledgement of the one before: an instruction that is larger than
// a stock peer's buffers is never sent.
const (
	maxDiff = 2 << 20

	// partDiff and partDiffLossy are how many bytes a part may have: of many
	// datagrams, one is likely to be lost.
	partDiff      = 256 << 10
	partDiffLossy = 32 << 10
)

// pack packs an instruction, or one that makes only part of its change if that
// is too large. ErrTooLarge means that it has no such part: then the instruction
// makes a state that the peer holds already, or ends the session without the
// change.
func (t *Transport[L, R]) pack(in *instruction) error {
	if len(in.diff) > maxDiff && !t.shutdown.ours() && t.choosePart(in) {
		return t.fragmenter.pack(in)
	}
	err := t.fragmenter.pack(in)
	if !errors.Is(err, ErrTooLarge) {
		return err
	}
	in.oldNum, in.diff = t.sent.first().num, nil
	if !t.shutdown.ours() {
		in.newNum = in.oldNum
	}
	return cmp.Or(t.fragmenter.pack(in), err)
}

// choosePart makes in lead part of the way to current, from what the peer is
// known to hold. It reports false if there is no state on the way.
func (t *Transport[L, R]) choosePart(in *instruction) bool {
	known, last := t.sent.first(), t.sent.last()
	in.oldNum = known.num
	if last.partOf == t.sent.revision && last.num != known.num {
		in.newNum = last.num // once more
		in.diff = last.state.AppendDiff(recycle(t.diff), known.state)
		return true
	}
	limit := partDiff
	if t.conn.Loss().Lossy() {
		limit = partDiffLossy
	}
	in.newNum = last.num + 1
	for part, ok := t.sent.current.Partway(known.state); ok; part, ok = part.Partway(known.state) {
		in.diff = part.AppendDiff(recycle(t.diff), known.state)
		t.sent.part = &part
		if len(in.diff) <= limit {
			break
		}
	}
	return t.sent.part != nil
}

// note remembers that an instruction is being sent.
func (t *Transport[L, R]) recordSent(now time.Time, in *instruction) {
	t.recordExpedited(now, in)
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
	if t.shutdown.theirs() {
		t.shutdown.confirm(in.newNum, in.newNum != in.oldNum)
	}
	if t.shutdown.done() {
		t.ackAt = time.Time{}
	}
}

// hasten notes what a sending means for those ahead of the stock timings: what
// the user waits for is repeated if it is small and stands on what the peer is
// known to hold.
func (t *Transport[L, R]) recordExpedited(now time.Time, in *instruction) {
	interval := t.SendInterval()
	if t.repeating(now) {
		t.expedite.recordRepeat(now, interval)
		return
	}
	if t.overdue(now) {
		t.conn.Loss().Overdue(t.sent.last().num)
	}
	repeats := 0
	if !t.expedite.requested.IsZero() && in.oldNum == t.sent.first().num && len(in.diff) <= smallDiff {
		repeats = t.repeats()
	}
	t.expedite.recordSent(now, interval, t.fragmenter.datagrams(), repeats)
}

// resendLimit is how many bytes longer a diff may be from the state that the
// peer is known to hold.
func (t *Transport[L, R]) resendLimit() int {
	if !t.conn.Loss().Lossy() {
		return resendTrust
	}
	return resendExtra
}

// repeats is how often what the user waits for is to be repeated.
func (t *Transport[L, R]) repeats() int {
	switch loss := t.conn.Loss(); {
	case loss.Heavy():
		return 2
	case loss.Lossy():
		return 1
	}
	return 0
}

// overdue says that the peer should have acknowledged current by now.
func (t *Transport[L, R]) overdue(now time.Time) bool {
	s := t.timing(now)
	return s.changed.IsZero() && !s.known && s.assumed.IsZero()
}

// repeating says that the sending that is due is a repetition.
func (t *Transport[L, R]) repeating(now time.Time) bool {
	at := t.expedite.repeatDue(t.SendInterval())
	return !at.IsZero() && !at.After(now) && !t.sent.known()
}

// timeout is how long a state that was sent is assumed to have come.
func (t *Transport[L, R]) assumedTimeout() time.Duration {
	return t.conn.RTT().Timeout() + ackDelay + ackGrace
}

// ackWait is how long the acknowledgement of new data waits for company: longer
// than stock over a short way, where the peer's timeout allows it. What changes
// ten times a second is then acknowledged only every other time.
func (t *Transport[L, R]) ackWait() time.Duration {
	return ackDelay + t.conn.RTT().AckSlack()/2
}

// sendTiming is what pacing looks at. The beginning of a session counts as
// having heard of the peer.
func (t *Transport[L, R]) timing(now time.Time) sendTiming {
	return sendTiming{
		now:      now,
		heard:    later(t.conn.Heard(), t.start),
		changed:  t.sent.changed,
		lastSent: t.sent.last().at,
		known:    t.sent.known(),
		assumed:  t.sent.assumedUntil(now, t.assumedTimeout()),
		minDelay: t.minDelay,
		interval: max(t.SendInterval(), transmission(t.lastSize)),
		urged:    t.expedite.due(t.minDelay, t.SendInterval()),
		repeat:   t.expedite.repeatDue(t.SendInterval()),
	}
}
