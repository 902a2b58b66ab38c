package wire

import (
	"time"

	"gm/internal/deadline"
)

const (
	// shutdownRetries is how often the end of the session is announced to a peer
	// that is not heard. Together with activeRetryTimeout it bounds the cost of a
	// peer that is gone.
	shutdownRetries = 16

	// lateRetry is the least time between further announcements.
	lateRetry = 150 * time.Millisecond

	// lingerTime is how long a peer whose end was confirmed must have been silent
	// to count as gone. If the confirmation is lost, it announces its end again
	// once in its send_interval, which is at most 250 ms.
	lingerTime = 3 * time.Second
)

// shutdown is both halves of the end of a session (protocol, section 7): the end
// announced by this side until it is acknowledged, and the end announced by the
// peer, which is acknowledged each time. Beyond mosh's protocol, the peer is
// informed once that our end is acknowledged, so that it need not wait.
type shutdown struct {
	begun     time.Time // when Shutdown was called; zero if it was not
	announced time.Time // last announcement; zero if none
	tries     int
	acked     bool // the peer acknowledged ours

	peerAnnounced time.Time // last announcement of the peer; zero if none
	confirmed     bool      // our acknowledgement of it was sent
	confirmedBy   uint64    // the first new state that carried it; 0 if none did
	peerKnows     bool      // the peer is known to have the acknowledgement
}

func (s *shutdown) begin(now time.Time) {
	if !s.ours() {
		s.begun = now
	}
}

// resume begins the announcements anew.
func (s *shutdown) resume(now time.Time) { s.begun, s.announced, s.tries = now, time.Time{}, 0 }

func (s *shutdown) ours() bool { return !s.begun.IsZero() }

func (s *shutdown) theirs() bool { return !s.peerAnnounced.IsZero() }

func (s *shutdown) pending() bool { return s.ours() && !s.done() }

// due returns when the next announcement is sent: the first at once, each other
// interval after the one before, and those beyond shutdownRetries later.
func (s *shutdown) due(interval time.Duration) time.Time {
	if s.tries >= shutdownRetries {
		interval = max(interval, lateRetry)
	}
	return deadline.Latest(s.begun, s.announced.Add(interval))
}

func (s *shutdown) announce(now time.Time) { s.announced, s.tries = now, s.tries+1 }

// acknowledge records the acknowledgement of state num. It reports whether it is
// the first one of our end, which the peer may be waiting for us to have.
func (s *shutdown) acknowledge(num uint64) (first bool) {
	if s.confirmedBy != 0 && num >= s.confirmedBy && num != shutdownNum {
		s.peerKnows = true
	}
	first = num == shutdownNum && !s.acked
	s.acked = s.acked || first
	return first
}

func (s *shutdown) confirm(num uint64, fresh bool) {
	s.confirmed = true
	if s.confirmedBy == 0 && fresh && num != shutdownNum {
		s.confirmedBy = num
	}
}

// done reports whether nothing is left to send. If the peer ends the session too,
// our acknowledgement must have been sent before.
func (s *shutdown) done() bool {
	if s.theirs() {
		return s.confirmed
	}
	return s.acked
}

func (s *shutdown) lingerUntil() time.Time {
	if !s.theirs() || s.peerKnows {
		return time.Time{}
	}
	return s.peerAnnounced.Add(lingerTime)
}

// timedOut reports whether our end was not acknowledged in time: all announcements
// were sent and interval has passed since the last, or activeRetryTimeout is over.
// A peer that was heard recently gets further announcements until then.
func (s *shutdown) timedOut(now, heard time.Time, interval time.Duration) bool {
	if !s.ours() || s.acked || s.theirs() {
		return false
	}
	silent := !now.Before(heard.Add(ackInterval + interval))
	spent := s.tries >= shutdownRetries && !now.Before(s.announced.Add(interval)) && silent
	return spent || now.Sub(s.begun) >= activeRetryTimeout
}
