package wire

import "time"

// What the user waits for is sent ahead of the stock timings, and repeated
// while datagrams are being lost. A stock peer takes it as it comes: the rules
// of receiving (mosh-protocol, section 6) know no time, and drop what is held
// already. What it costs at most, beside the stock sendings:
//
//   - earlyShare sendings in each send_interval, earlyBurst at once;
//   - one repetition in each send_interval, held within repeatMin and repeatMax,
//     repeatBurst at once, each of one datagram;
//   - nothing while nothing is urged.
const (
	// earlyShare is how many sendings there may be in a send_interval.
	earlyShare = 3

	// earlyBurst is how many of them may follow each other.
	earlyBurst = 6

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
type haste struct {
	urged    time.Time // when current should be sent; zero if nobody waits for it
	since    time.Time // when it was urged first; zero like urged
	early    allowance
	repeats  int       // left of the last sending
	repeatAt time.Time // when the next is due; zero if none is
	extra    allowance // of repetitions
}

// urge asks for a sending after settle, of which later calls before the
// sending say better. pending says that there is a change to send already.
func (h *haste) urge(now time.Time, settle time.Duration, pending bool) {
	if h.urged.IsZero() || !pending {
		h.since = now
	}
	h.urged = now.Add(settle)
}

// urgent is when current should be sent for the user's sake; zero if nobody
// waits for it.
func (h *haste) urgent(minDelay, interval time.Duration) time.Time {
	if h.urged.IsZero() {
		return time.Time{}
	}
	due := earlier(h.urged, h.since.Add(minDelay))
	return later(due, h.early.next(interval/earlyShare, earlyBurst))
}

// sent notes a sending, of one datagram or more, that takes repeats
// repetitions.
func (h *haste) sent(now time.Time, interval time.Duration, datagrams, repeats int) {
	switch {
	case datagrams > 1:
		h.early.exhaust(now, interval)
	case !h.urged.IsZero():
		h.early.spend(now, interval/earlyShare)
	}
	h.urged, h.since = time.Time{}, time.Time{}
	h.repeats = repeats
	h.schedule(now, repeatAfter)
}

// repeated notes a repetition.
func (h *haste) repeated(now time.Time, interval time.Duration) {
	h.extra.spend(now, repeatPeriod(interval))
	h.repeats--
	h.schedule(now, 2*repeatAfter)
}

// schedule makes the next repetition due after a time.
func (h *haste) schedule(now time.Time, after time.Duration) {
	h.repeatAt = time.Time{}
	if h.repeats > 0 {
		h.repeatAt = now.Add(after)
	}
}

// repeatDue is when the last sending is to be repeated; zero if it is not.
func (h *haste) repeatDue(interval time.Duration) time.Time {
	if h.repeatAt.IsZero() {
		return time.Time{}
	}
	return later(h.repeatAt, h.extra.next(repeatPeriod(interval), repeatBurst))
}

func repeatPeriod(interval time.Duration) time.Duration {
	return min(max(interval, repeatMin), repeatMax)
}

// allowance limits a rate (the generic cell rate algorithm, ITU-T I.371): of
// what is allowed once in a period, a burst may come at once. It holds when
// what was spent is earned again. The zero allowance is full.
type allowance struct{ earned time.Time }

func (a *allowance) spend(now time.Time, period time.Duration) {
	a.earned = later(a.earned, now).Add(period)
}

// next is when there is something to spend.
func (a *allowance) next(period time.Duration, burst int) time.Time {
	if a.earned.IsZero() {
		return a.earned
	}
	return a.earned.Add(-time.Duration(burst-1) * period)
}

// exhaust leaves nothing to spend for an interval.
func (a *allowance) exhaust(now time.Time, interval time.Duration) {
	a.earned = later(a.earned, now.Add(interval+(earlyBurst-1)*interval/earlyShare))
}
