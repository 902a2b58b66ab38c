package wire

import "time"

// shutdownRetries is how often the end of the session is announced to a peer that
// is not heard; with activeRetryTimeout it is what a peer that is gone costs.
const (
	shutdownRetries = 16
	lateRetry       = 150 * time.Millisecond // between further ones
)

// lingerTime is how long a peer whose end was confirmed must have been silent to be
// taken to have gone: if the confirmation is lost it announces its end again, once
// in its send_interval, which is 250 ms at most.
const lingerTime = 3 * time.Second

// shutdown is both halves of the end of a session (mosh-protocol, section 7):
// ours, which is announced until it is acknowledged, and the peer's, which is
// acknowledged each time that it is announced. Beyond that protocol, the peer is
// told once that our end is acknowledged, so that it need not wait.
type shutdown struct {
	begun     time.Time // when ours was decided; zero if it was not
	announced time.Time // when it was announced last; zero if never
	tries     int
	acked     bool // the peer acknowledged ours

	peer      time.Time // when the peer announced its own last; zero if it has not
	confirmed bool      // our acknowledgement of it was sent
	confirmer uint64    // the first state that carried it and nothing before; 0 if there is none
	parted    bool      // the peer is known to have it
}

func (s *shutdown) begin(now time.Time) {
	if !s.ours() {
		s.begun = now
	}
}

// ours reports whether this end has decided to end the session.
func (s *shutdown) ours() bool { return !s.begun.IsZero() }

// theirs reports whether the peer has announced its end.
func (s *shutdown) theirs() bool { return !s.peer.IsZero() }

// pending reports whether there are announcements to send.
func (s *shutdown) pending() bool { return s.ours() && !s.done() }

// due is when the next announcement is, interval after the one before; the
// first is at once, and those beyond shutdownRetries take their time.
func (s *shutdown) due(interval time.Duration) time.Time {
	if s.tries >= shutdownRetries {
		interval = max(interval, lateRetry)
	}
	return later(s.begun, s.announced.Add(interval))
}

func (s *shutdown) announce(now time.Time) { s.announced, s.tries = now, s.tries+1 }

// acknowledge takes the acknowledgement of one of our states, and reports whether
// it is the first of our end: the peer may be waiting for us to have it.
func (s *shutdown) acknowledge(num uint64) (first bool) {
	if s.confirmer != 0 && num >= s.confirmer && num != shutdownNum {
		s.parted = true
	}
	first = num == shutdownNum && !s.acked
	s.acked = s.acked || first
	return first
}

// confirm notes that the acknowledgement of the peer's end is being sent with the
// state num, which is new or has been sent before.
func (s *shutdown) confirm(num uint64, fresh bool) {
	s.confirmed = true
	if s.confirmer == 0 && fresh && num != shutdownNum {
		s.confirmer = num
	}
}

// done reports whether nothing is left to tell. A peer that ends the session too
// must have our acknowledgement before.
func (s *shutdown) done() bool {
	if s.theirs() {
		return s.confirmed
	}
	return s.acked
}

// lingerUntil is until when repeated announcements of the peer are to be answered;
// zero if it is known to need no answer.
func (s *shutdown) lingerUntil() time.Time {
	if !s.theirs() || s.parted {
		return time.Time{}
	}
	return s.peer.Add(lingerTime)
}

// timedOut reports whether the peer had its chances: all announcements were sent
// and the last was given as long as the others, or activeRetryTimeout is over. A
// peer that was heard a short while ago is there: it is told as long as that.
func (s *shutdown) timedOut(now, heard time.Time, interval time.Duration) bool {
	if !s.ours() || s.acked || s.theirs() {
		return false
	}
	silent := !now.Before(heard.Add(ackInterval + interval))
	spent := s.tries >= shutdownRetries && !now.Before(s.announced.Add(interval)) && silent
	return spent || now.Sub(s.begun) >= activeRetryTimeout
}
