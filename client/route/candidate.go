package route

import (
	"time"

	"gm/wire/datagram"
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

// proven reports whether a large datagram made the round trip.
func (k *candidate) proven() bool { return k.state.Largest >= k.size.bytes(k.path) }
