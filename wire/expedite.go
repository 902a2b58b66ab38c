package wire

import "time"

// What the user waits for is sent ahead of the stock timings, and repeated
// while datagrams are being lost. A stock peer takes it as it comes: the rules
// of receiving (mosh-protocol, section 6) know no time, and drop what is held
// already. What it costs at most, beside the stock sendings:
//
//   - expeditedShare sendings in each send_interval, expeditedBurst at once;
//   - one repetition in each send_interval, held within repeatMin and repeatMax,
//     repeatBurst at once, each of one datagram;
//   - nothing while nothing is urged.
const (
	// expeditedShare is how many sendings there may be in a send_interval.
	expeditedShare = 3

	// expeditedBurst is how many of them may follow each other.
	expeditedBurst = 6

	// repeatBurst is the same for repetitions, of which there is one in
	// repeatMin to repeatMax.
	repeatBurst = 3
	repeatMin   = 65 * time.Millisecond
	repeatMax   = 175 * time.Millisecond

	// repeatAfter is when a sending is repeated; each further repetition waits
	// twice as long as the one before.
	repeatAfter = 5 * time.Millisecond

	// smallDiff is how many bytes a diff that is repeated may have: so many fit
	// a datagram of MTUSmall.
	smallDiff = 300
)

// haste is what is known about sendings ahead of the stock timings.
type expedite struct {
	requested      time.Time // when current should be sent; zero if nobody waits for it
	firstRequested time.Time // when it was urged first; zero like urged
	sendBudget     tokenBucket
	repeats        int         // left of the last sending
	repeatAt       time.Time   // when the next is due; zero if none is
	repeatBudget   tokenBucket // of repetitions
}

// urge asks for a sending after settle, of which later calls before the
// sending say better. pending says that there is a change to send already.
func (e *expedite) request(now time.Time, settle time.Duration, pending bool) {
	if e.requested.IsZero() || !pending {
		e.firstRequested = now
	}
	e.requested = now.Add(settle)
}

// urgent is when current should be sent for the user's sake; zero if nobody
// waits for it.
func (e *expedite) due(minDelay, interval time.Duration) time.Time {
	if e.requested.IsZero() {
		return time.Time{}
	}
	at := earlier(e.requested, e.firstRequested.Add(minDelay))
	return later(at, e.sendBudget.available(interval/expeditedShare, expeditedBurst))
}

// sent notes a sending, of one datagram or more, that takes repeats
// repetitions.
func (e *expedite) recordSent(now time.Time, interval time.Duration, datagrams, repeats int) {
	switch {
	case datagrams > 1:
		e.sendBudget.exhaust(now, interval)
	case !e.requested.IsZero():
		e.sendBudget.take(now, interval/expeditedShare)
	}
	e.requested, e.firstRequested = time.Time{}, time.Time{}
	e.repeats = repeats
	e.scheduleRepeat(now, repeatAfter)
}

// repeated notes a repetition.
func (e *expedite) recordRepeat(now time.Time, interval time.Duration) {
	e.repeatBudget.take(now, repeatPeriod(interval))
	e.repeats--
	e.scheduleRepeat(now, 2*repeatAfter)
}

// schedule makes the next repetition due after a time.
func (e *expedite) scheduleRepeat(now time.Time, after time.Duration) {
	e.repeatAt = time.Time{}
	if e.repeats > 0 {
		e.repeatAt = now.Add(after)
	}
}

// repeatDue is when the last sending is to be repeated; zero if it is not.
func (e *expedite) repeatDue(interval time.Duration) time.Time {
	if e.repeatAt.IsZero() {
		return time.Time{}
	}
	return later(e.repeatAt, e.repeatBudget.available(repeatPeriod(interval), repeatBurst))
}

func repeatPeriod(interval time.Duration) time.Duration {
	return min(max(interval, repeatMin), repeatMax)
}

// tokenBucket limits a rate (the generic cell rate algorithm, ITU-T I.371): of
// what is allowed once in a period, a burst may come at once. It holds when
// what was spent is fullAt again. The zero tokenBucket is full.
type tokenBucket struct{ fullAt time.Time }

func (b *tokenBucket) take(now time.Time, period time.Duration) {
	b.fullAt = later(b.fullAt, now).Add(period)
}

// next is when there is something to spend.
func (b *tokenBucket) available(period time.Duration, burst int) time.Time {
	if b.fullAt.IsZero() {
		return b.fullAt
	}
	return b.fullAt.Add(-time.Duration(burst-1) * period)
}

// exhaust leaves nothing to spend for an interval.
func (b *tokenBucket) exhaust(now time.Time, interval time.Duration) {
	b.fullAt = later(b.fullAt, now.Add(interval+(expeditedBurst-1)*interval/expeditedShare))
}
