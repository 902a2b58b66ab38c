package wire

import "time"

// Stock timings (mosh-protocol, section 7).
const (
	// ackDelay is how long the acknowledgement of new data waits for company,
	// and how long the peer expects it to wait.
	ackDelay = 100 * time.Millisecond

	// ackGrace is how much later than that an acknowledgement is not late yet:
	// hosts are busy at times.
	ackGrace = 10 * time.Millisecond

	// ackInterval is how long nothing at all is sent, at most. It is a little
	// longer than stock: twenty of them are not over within a minute.
	ackInterval = 3050 * time.Millisecond

	// activeRetryTimeout is how long after the peer was last heard things are
	// sent again before the next acknowledgement is due.
	activeRetryTimeout = 10 * time.Second

	// maxRate is how many bytes of datagrams a second are sent at most in the
	// long run. A change that the user waits for does not wait for the rate.
	maxRate = 1 << 20
)

// transmission returns the time that so many bytes take at maxRate.
func transmission(bytes int) time.Duration {
	return time.Duration(bytes) * time.Second / maxRate
}

// sendTiming is all that the time of the next sending is decided on.
type sendTiming struct {
	now      time.Time
	heard    time.Time     // when the peer was heard of
	changed  time.Time     // when current came to differ from the last state sent; zero if it does not
	lastSent time.Time     // when the last state was sent; zero if none was
	known    bool          // the peer is known to hold current
	assumed  time.Time     // until when the peer is assumed to hold current; zero if it is not
	minDelay time.Duration // how long changes are gathered
	interval time.Duration // send_interval, or longer after a large instruction

	urged  time.Time // when current may be sent for the user's sake; zero if nobody waits
	repeat time.Time // when the last sending is to be repeated; zero if it is not
}

// sendAt is when current must be sent, or sent again; zero if it need not.
//
// The stock rules gather a change for minDelay and pace it by interval, and
// send again what the peer seems not to have. Ahead of them goes a change that
// the user waits for, and a repetition while the peer is not known to have the
// first sending; haste bounds how many of these there are.
func (s *sendTiming) sendAt() time.Time {
	switch {
	case !s.changed.IsZero():
		due := later(s.changed.Add(s.minDelay), s.lastSent.Add(s.interval))
		return earlier(earlier(due, s.urged), s.repeat)
	case !s.known:
		due := later(s.assumed, s.lastSent.Add(s.interval))
		return s.whileActive(earlier(due, s.repeat))
	}
	return time.Time{}
}

// whileActive gives the time due, or zero if the peer is silent for too long
// by then.
func (s *sendTiming) whileActive(due time.Time) time.Time {
	if later(s.now, due).Sub(s.heard) >= activeRetryTimeout {
		return time.Time{}
	}
	return due
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// earlier gives the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
