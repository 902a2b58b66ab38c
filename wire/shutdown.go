package wire

import "time"

// shutdownRetries is how often the end of the session is announced; with
// activeRetryTimeout it is what a peer that is gone costs.
const shutdownRetries = 16

// shutdown is both halves of the end of a session (mosh-protocol, section 7):
// ours, which is announced until it is acknowledged, and the peer's, which is
// acknowledged at once.
type shutdown struct {
	begun     time.Time // when ours was decided; zero if it was not
	announced time.Time // when it was announced last; zero if never
	tries     int
	acked     bool // the peer acknowledged ours
	peer      bool // the peer announced its own
	confirmed bool // our acknowledgement of it was sent
}

func (s *shutdown) begin(now time.Time) {
	if !s.ours() {
		s.begun = now
	}
}

// ours says that this end has decided to end the session.
func (s *shutdown) ours() bool { return !s.begun.IsZero() }

// pending says that there are announcements to send.
func (s *shutdown) pending() bool { return s.ours() && !s.done() }

// due is when the next announcement is, interval after the one before; the
// first is at once.
func (s *shutdown) due(interval time.Duration) time.Time {
	return later(s.begun, s.announced.Add(interval))
}

func (s *shutdown) announce(now time.Time) { s.announced, s.tries = now, s.tries+1 }

// done says that nothing is left to tell. A peer that ends the session too
// must have our acknowledgement before.
func (s *shutdown) done() bool {
	if s.peer {
		return s.confirmed
	}
	return s.acked
}

// timedOut says that the peer had its chances: all announcements were sent and
// the last was given as long as the others, or activeRetryTimeout is over.
func (s *shutdown) timedOut(now time.Time, interval time.Duration) bool {
	if !s.ours() || s.acked || s.peer {
		return false
	}
	spent := s.tries >= shutdownRetries && !now.Before(s.announced.Add(interval))
	return spent || now.Sub(s.begun) >= activeRetryTimeout
}
