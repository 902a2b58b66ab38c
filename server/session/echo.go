package session

import "time"

// echoDelay is how long a program is given to echo input (mosh-protocol,
// section 9).
const echoDelay = 50 * time.Millisecond

// echo finds the echo ack: the newest state of the user's input that the
// program has had for at least echoDelay.
type echo struct {
	acked uint64
	began time.Time // the first input
	// given is what the program has had for less. Entries are rounded up to
	// whole milliseconds since began and share one when equal, so there are at
	// most echoDelay/ms + 1 of them. (time.Time.Truncate would go by the host's
	// clock, which may be set.)
	given []givenInput
}

type givenInput struct {
	num uint64
	due time.Time
}

// give notes that the program was given the input up to state num.
func (e *echo) give(now time.Time, num uint64) {
	if e.began.IsZero() {
		e.began = now
	}
	due := e.began.Add(now.Sub(e.began).Truncate(time.Millisecond) + echoDelay + time.Millisecond)
	if n := len(e.given); n > 0 && !e.given[n-1].due.Before(due) {
		e.given[n-1].num = num
		return
	}
	e.given = append(e.given, givenInput{num, due})
}

// ack gives the echo ack.
func (e *echo) ack(now time.Time) uint64 {
	n := 0
	for n < len(e.given) && !e.given[n].due.After(now) {
		e.acked = e.given[n].num
		n++
	}
	e.given = append(e.given[:0], e.given[n:]...)
	return e.acked
}

// deadline is when the echo ack changes next; the zero time if it does not.
func (e *echo) deadline() time.Time {
	if len(e.given) == 0 {
		return time.Time{}
	}
	return e.given[0].due
}
