package wire

import (
	"time"

	"gm/internal/deadline"
)

// A change that the user waits for is sent ahead of the stock timings, and
// repeated ahead of time while datagrams are being lost. A stock peer receives it
// like any other: the rules of receiving (protocol, section 6) know no time, and
// drop states that are held already. The cost beyond stock is at most
//
//   - expeditedShare instructions in each send_interval, expeditedBurst at once;
//   - one repetition in 4/5 of each send_interval, bounded to repeatMin and
//     repeatMax, repeatBurst at once, each of one datagram;
//   - nothing while nothing is expedited.
//
// While a user types, that is about three times the datagrams of the stock timings.
const (
	// expeditedShare is the number of expedited instructions per send_interval.
	expeditedShare = 3

	// expeditedBurst is the number of them that may follow each other.
	expeditedBurst = 6

	// repeatBurst is the number of repetitions that may follow each other. In the
	// long run there is one in repeatMin to repeatMax.
	repeatBurst = 3
	repeatMin   = 40 * time.Millisecond
	repeatMax   = 160 * time.Millisecond

	// repeatAfter is the delay of the first repetition. Each further one waits three
	// times as long, because losses come in bursts.
	repeatAfter = 2 * time.Millisecond

	// repeatWithin is the time after the instruction in which it is repeated. A
	// repetition that the budget allows only later is left out: the budget is better
	// used for the next instruction, which carries the same change.
	repeatWithin = 32 * time.Millisecond

	// smallDiff is the longest diff in bytes that is repeated. It fits a datagram
	// of MTUSmall.
	smallDiff = 300
)

// expedite decides when to send ahead of the stock timings.
type expedite struct {
	requested      time.Time // when current should be sent; zero if not expedited
	firstRequested time.Time // when that was requested first; zero if not expedited
	sendBudget     tokenBucket

	repeats      int           // left for the last instruction
	repeatAt     time.Time     // when the next one is due; zero if none is
	repeatDelay  time.Duration // of the next one
	repeatUntil  time.Time     // no repetition is later
	retryDelay   time.Duration // from the last repetition to one more; 0 if there is none
	repeatBudget tokenBucket
}

// request requests a send after settle. A later call before the send replaces
// the delay. pending reports whether an unsent change exists; without one, an
// earlier request was for nothing and is forgotten.
func (e *expedite) request(now time.Time, settle time.Duration, pending bool) {
	if e.requested.IsZero() || !pending {
		e.firstRequested = now
	}
	e.requested = now.Add(settle)
}

// due returns when current should be sent; zero if it is not expedited. Repeated
// requests put that off by minDelay at most.
func (e *expedite) due(minDelay, interval time.Duration) time.Time {
	if e.requested.IsZero() {
		return time.Time{}
	}
	at := deadline.Earliest(e.requested, e.firstRequested.Add(minDelay))
	return deadline.Latest(at, e.sendBudget.available(interval/expeditedShare, expeditedBurst))
}

// recordSent records an instruction with a change. It will be repeated, and once more
// after retryDelay if that is not 0.
func (e *expedite) recordSent(now time.Time, interval time.Duration, datagrams, repeats int, retryDelay time.Duration) {
	switch {
	case datagrams > 1:
		e.sendBudget.exhaust(now, interval)
	case !e.requested.IsZero():
		e.sendBudget.take(now, interval/expeditedShare)
	}
	e.forgetRequest()
	e.repeats, e.repeatDelay, e.repeatUntil = repeats, repeatAfter, now.Add(repeatWithin)
	e.retryDelay = retryDelay
	e.scheduleRepeat(now, interval)
}

func (e *expedite) forgetRequest() { e.requested, e.firstRequested = time.Time{}, time.Time{} }

func (e *expedite) recordRepeat(now time.Time, interval time.Duration) {
	e.repeatBudget.take(now, repeatPeriod(interval))
	e.repeats = max(0, e.repeats-1)
	e.repeatDelay *= 3
	e.scheduleRepeat(now, interval)
}

func (e *expedite) scheduleRepeat(now time.Time, interval time.Duration) {
	e.repeatAt = time.Time{}
	available := e.repeatBudget.available(repeatPeriod(interval), repeatBurst)
	at := deadline.Latest(now.Add(e.repeatDelay), available)
	switch {
	case e.repeats > 0 && !at.After(e.repeatUntil):
		e.repeatAt = at
	case e.retryDelay > 0:
		e.repeatAt = deadline.Latest(now.Add(e.retryDelay), available)
		e.repeats, e.retryDelay = 0, 0
	}
}

func repeatPeriod(interval time.Duration) time.Duration {
	return min(max(interval*4/5, repeatMin), repeatMax)
}

// tokenBucket limits a rate to one token per period, of which a burst may be
// taken at once (the generic cell rate algorithm, ITU-T I.371). It stores when it
// will be full again. The zero tokenBucket is full.
type tokenBucket struct{ fullAt time.Time }

func (b *tokenBucket) take(now time.Time, period time.Duration) {
	b.fullAt = deadline.Latest(b.fullAt, now).Add(period)
}

func (b *tokenBucket) available(period time.Duration, burst int) time.Time {
	if b.fullAt.IsZero() {
		return b.fullAt
	}
	return b.fullAt.Add(-time.Duration(burst-1) * period)
}

func (b *tokenBucket) exhaust(now time.Time, interval time.Duration) {
	b.fullAt = deadline.Latest(b.fullAt, now.Add(interval+(expeditedBurst-1)*interval/expeditedShare))
}
