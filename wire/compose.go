package wire

import (
	"cmp"
	"errors"
	"math"
	"time"

	"gm/internal/deadline"
)

// The prospective resend: a diff from the state that the peer is known to hold
// replaces one from the state that it is assumed to hold if it is little longer.
// Then nothing is lost if the assumption is wrong.
const (
	resendUnder = 1000 // bytes of such a diff
	resendExtra = 100  // bytes that it may be longer
	resendTrust = 30   // the same while no loss is seen
)

// compose makes the instruction to be sent now: the current state, a repetition
// of one that the peer may have missed, or the same state under a new number,
// which carries an acknowledgement only.
func (t *Transport[L, R]) compose(now time.Time, in *instruction) {
	if t.held() {
		t.composeAck(in)
		return
	}
	base := t.chooseBase(now)
	last := t.sent.last().num
	if t.shutdown.theirs() && !t.shutdown.ours() && len(t.diff) > smallDiff {
		// The confirmation is more urgent than a large change.
		base, t.diff = t.sent.first(), t.diff[:0]
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

// composeAck makes an instruction that carries an acknowledgement without the change that
// is held.
func (t *Transport[L, R]) composeAck(in *instruction) {
	last := t.sent.last().num
	t.diff = recycle(t.diff)
	in.oldNum, in.newNum, in.diff = last, last+1, t.diff
	in.ackNum, in.throwawayNum = t.received.newest().num, t.sent.first().num
	t.sent.repeat = true
}

// chooseBase returns the state that the diff is made from, and leaves the diff
// in t.diff. Repetitions and the end of a session use the state that the peer is
// known to hold.
func (t *Transport[L, R]) chooseBase(now time.Time) *sentState[L] {
	known, base := t.sent.first(), t.sent.assumed(now, t.assumedTimeout())
	if t.shutdown.ours() || t.repeatIsDue(now) {
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

func (t *Transport[L, R]) resendLimit() int {
	if !t.conn.Loss().Lossy() {
		return resendTrust
	}
	return resendExtra
}

// A change whose diff is longer than maxDiff is sent in parts, each of which
// waits for the acknowledgement of the one before. An instruction that is larger
// than a stock peer's buffers is never sent.
const (
	maxDiff = 2 << 20

	// partDiff and partDiffLossy bound the diff of a part in bytes: of many
	// datagrams, one is likely to be lost.
	partDiff      = 256 << 10
	partDiffLossy = 32 << 10
)

// pack packs an instruction, or one that makes only part of its change if that
// is too large. If there is no such part, it returns ErrTooLarge: then the
// instruction makes a state that the peer holds already, or ends the session
// without the change.
func (t *Transport[L, R]) pack(in *instruction) error {
	payload := t.conn.MaxPayload()
	if len(in.diff) > maxDiff && !t.shutdown.ours() && t.choosePart(in) {
		return t.fragmenter.pack(in, payload)
	}
	err := t.fragmenter.pack(in, payload)
	if !errors.Is(err, ErrTooLarge) {
		return err
	}
	in.oldNum, in.diff = t.sent.first().num, nil
	if !t.shutdown.ours() {
		in.newNum = in.oldNum
	}
	return cmp.Or(t.fragmenter.pack(in, payload), err)
}

// choosePart makes in a step from the state that the peer is known to hold
// towards current. It reports whether there is such a step.
func (t *Transport[L, R]) choosePart(in *instruction) bool {
	known, last := t.sent.first(), t.sent.last()
	in.oldNum = known.num
	if last.partOf == t.sent.revision && last.num != known.num {
		in.newNum = last.num // sent again
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

func (t *Transport[L, R]) recordSent(now time.Time, in *instruction) {
	if !t.sent.repeat {
		t.recordExpedited(now, in)
	}
	t.noteLargeLost(now)
	switch {
	case t.shutdown.ours():
		t.shutdown.announce(now)
		t.sent.add(now, in.newNum)
	case in.newNum == in.oldNum:
		t.sent.last().at = now
	default:
		t.sent.add(now, in.newNum)
	}
	t.ackAt, t.unacked = time.Time{}, 0
	t.keepalive.noteSent(now, false)
	if t.shutdown.theirs() {
		t.shutdown.confirm(in.newNum, in.newNum != in.oldNum)
	}
	if t.shutdown.done() {
		t.ackAt = time.Time{}
	}
}

// recordExpedited updates budgets and schedules repetitions. An expedited change
// is repeated if it is small and its base is known to the peer.
func (t *Transport[L, R]) recordExpedited(now time.Time, in *instruction) {
	interval := t.SendInterval()
	if t.repeatIsDue(now) {
		t.expedite.recordRepeat(now, interval)
		return
	}
	if t.ackOverdue(now) {
		t.conn.Loss().Overdue(t.sent.last().num, t.conn.RTT().Queued())
	}
	if t.sent.changed.IsZero() && t.fragmenter.count() == 1 {
		t.expedite.forgetRequest() // it was for nothing
		return
	}
	repeats, retry := 0, time.Duration(0)
	if !t.expedite.requested.IsZero() && in.oldNum == t.sent.first().num && len(in.diff) <= smallDiff {
		repeats = t.repeatCount()
	}
	if repeats > 0 && t.client {
		retry = t.conn.RTT().AnswerTimeout() + ackGrace
	}
	t.expedite.recordSent(now, interval, t.fragmenter.count(), repeats, retry)
}

// repeatCount returns how often an instruction is repeated. A path that is full
// loses the more the more is sent on it.
func (t *Transport[L, R]) repeatCount() int {
	if t.conn.RTT().Queued() {
		return 0
	}
	return t.conn.Loss().Repeats()
}

func (t *Transport[L, R]) ackOverdue(now time.Time) bool {
	s := t.timing(now)
	return s.changed.IsZero() && !s.known && s.assumed.IsZero() && t.sent.trusts(t.sent.last())
}

// repeatAt returns when the last instruction is repeated; zero if it is not, or if the
// peer has it.
func (t *Transport[L, R]) repeatAt() time.Time {
	if t.sent.last().revision == t.sent.first().revision {
		return time.Time{}
	}
	return t.expedite.repeatAt
}

func (t *Transport[L, R]) repeatIsDue(now time.Time) bool {
	at := t.repeatAt()
	return !at.IsZero() && !at.After(now) && !t.sent.currentKnown()
}

// assumedTimeout returns how long the peer is assumed to hold a state that was sent. On a
// pipe nothing is lost.
func (t *Transport[L, R]) assumedTimeout() time.Duration {
	if t.onPipe() {
		return math.MaxInt64
	}
	return t.conn.RTT().Timeout() + ackDelay + ackGrace
}

// ackWait returns how long the acknowledgement of new data waits for other data
// to be sent. On a short path it is longer than stock, within the peer's timeout:
// data that changes ten times a second is then acknowledged every other time. On a pipe
// the peer waits for that of many bytes before it sends more, and for no other.
func (t *Transport[L, R]) ackWait() time.Duration {
	switch {
	case t.onPipe() && t.unacked >= pipeAckBytes:
		return 0
	case t.onPipe() && t.client:
		return pipeAckDelay
	}
	return ackDelay + t.conn.RTT().AckSlack()/2
}

func (t *Transport[L, R]) timing(now time.Time) sendTiming {
	return sendTiming{
		now:       now,
		heard:     deadline.Latest(deadline.Latest(t.conn.Heard(), t.start), deadline.Latest(t.keepalive.resumed, t.sent.trustAfter)),
		held:      t.held(),
		changed:   t.sent.changed,
		lastSent:  t.sent.last().at,
		known:     t.sent.currentKnown(),
		assumed:   t.sent.assumedUntil(now, t.assumedTimeout()),
		minDelay:  t.minDelay,
		interval:  max(t.SendInterval(), transmissionTime(t.lastSize)),
		expedited: t.expedite.due(t.minDelay, t.SendInterval()),
		repeat:    t.repeatAt(),
	}
}
