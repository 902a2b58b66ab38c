package wire

import (
	"time"

	"gm/internal/deadline"
)

// Timings (protocol, section 7).
const (
	// ackDelay is how long the acknowledgement of new data waits for other data
	// to be sent, and how long the peer expects it to wait.
	ackDelay = 100 * time.Millisecond

	// ackGrace is by how much an acknowledgement may exceed that without being
	// late, because hosts are busy at times.
	ackGrace = 10 * time.Millisecond

	// activeRetryTimeout is how long after the peer was last heard its missing
	// states are sent again before the next acknowledgement is due.
	activeRetryTimeout = 10 * time.Second

	// maxRate is the most bytes of datagrams per second in the long run. An
	// expedited change does not wait for the rate.
	maxRate = 1 << 20
)

func transmissionTime(bytes int) time.Duration {
	return time.Duration(bytes) * time.Second / maxRate
}

// sendTiming is the input of the decision when to send next.
type sendTiming struct {
	now      time.Time
	heard    time.Time     // when the peer was last heard, or a path taken that it may be heard on
	held     bool          // a change waits for an acknowledgement
	changed  time.Time     // when current came to differ from the last state sent; zero if it does not
	lastSent time.Time     // when the last state was sent; zero if none was
	known    bool          // the peer is known to hold current
	assumed  time.Time     // until when the peer is assumed to hold current; zero if it is not
	minDelay time.Duration // how long changes are gathered
	interval time.Duration // send_interval, or longer after a large instruction

	expedited time.Time // when current may be sent ahead of the stock timings; zero if it may not
	repeat    time.Time // when the last instruction is to be repeated; zero if it is not
}

// sendAt returns when current must be sent, or sent again; zero if it need not.
//
// The stock rules gather a change for minDelay and pace it by interval, and send
// again the states that the peer seems not to have. An expedited change precedes
// them, and so does a repetition while the peer is not known to have the first
// copy. Type expedite bounds the number of both.
//
// On a pipe a change is held while others are on their way (protocol, section 11.11).
func (s *sendTiming) sendAt() time.Time {
	switch {
	case s.held:
	case !s.changed.IsZero():
		due := deadline.Latest(s.changed.Add(s.minDelay), s.lastSent.Add(s.interval))
		return deadline.Earliest(deadline.Earliest(due, s.expedited), s.repeat)
	case !s.known:
		due := deadline.Latest(s.assumed, s.lastSent.Add(s.interval))
		return s.unlessSilent(deadline.Earliest(due, s.repeat))
	}
	return time.Time{}
}

func (s *sendTiming) unlessSilent(due time.Time) time.Time {
	if deadline.Latest(s.now, due).Sub(s.heard) >= activeRetryTimeout {
		return time.Time{}
	}
	return due
}
