package route

import (
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
)

const (
	// doubtAfter is how long an answer may be due, beyond two RTO, until its path is in
	// doubt.
	doubtAfter = time.Second

	// silentAfter is how long an answer may be due until its path is silent.
	silentAfter = 5 * time.Second
)

// candidate is a path that the session may use.
type candidate struct {
	path    datagram.Path
	state   State     // as measured at the last Decide
	open    bool      // its socket is open; always of a pipe
	failed  bool      // it cannot be sent on at present
	asked   time.Time // since when an answer to a probe or to input is due; zero if none is
	since   time.Time // when it was opened
	closeAt time.Time // when its socket is closed because another path was chosen; zero if never
	size    sizeSearch
}

func (k *candidate) isIPv6() bool { return k.path.Remote.Addr().Is6() }

func (k *candidate) measure(state State) {
	k.state = state
	if k.answeredSince(k.asked) {
		k.asked = time.Time{}
	}
}

// answeredSince reports whether the peer has proved at t or later that it receives on
// the path.
func (k *candidate) answeredSince(t time.Time) bool {
	return !k.state.Answered.IsZero() && !k.state.Answered.Before(t)
}

func (k *candidate) expect(now time.Time) {
	if k.asked.IsZero() {
		k.asked = now
	}
}

// awaitingSince returns since when an answer is due; zero if none is. heartbeat is the time
// within which the peer sends something on the path without being asked, or 0.
func (k *candidate) awaitingSince(heartbeat time.Duration) time.Time {
	var beat time.Time
	if heartbeat > 0 && !k.state.Heard.IsZero() {
		beat = k.state.Heard.Add(heartbeat)
	}
	return deadline.Earliest(k.asked, beat)
}

// doubtTimeout returns the time until the path is in doubt if an answer is due.
func (k *candidate) doubtTimeout() time.Duration { return 2*k.state.RTO + doubtAfter }

// smallerSizes are tried after the largest of the path's family.
var smallerSizes = [...]int{1168, 1000, datagram.MTUSmall}

const (
	// sizeTimeout is how long a large probe is waited for, beyond two RTO.
	sizeTimeout = 500 * time.Millisecond

	// minSizePause and maxSizePause bound the time between two searches for a size.
	minSizePause, maxSizePause = time.Second, time.Minute
)

// sizeSearch looks for the largest datagram that makes the round trip on a path.
type sizeSearch struct {
	step   int           // smallerSizes[:step] were tried
	probed time.Time     // when the newest probe was sent
	wait   time.Duration // until the next search; 0 during one
	pause  time.Duration // the last wait
}

func (s *sizeSearch) bytes(path datagram.Path) int {
	if s.step == 0 {
		return path.MTU()
	}
	return smallerSizes[s.step-1]
}

// next goes on to the next smaller size. After the smallest one it waits, and then
// begins again with the largest. It reports whether a probe of the new size is due.
func (s *sizeSearch) next(now time.Time) (probe bool) {
	switch {
	case s.wait > 0:
		s.wait = 0
	case s.step < len(smallerSizes):
		s.step++
	default:
		s.pause = min(max(2*s.pause, minSizePause), maxSizePause)
		s.step, s.wait, s.probed = 0, s.pause, now
	}
	return s.wait == 0
}

func (k *candidate) sizeDue() time.Time {
	return k.size.probed.Add(2*k.state.RTO + sizeTimeout + k.size.wait)
}

// proven reports whether a large datagram made the round trip.
func (k *candidate) proven() bool { return k.state.Largest >= k.size.bytes(k.path) }
