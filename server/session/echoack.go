package session

import "time"

// echoDelay is how long a program has for the echo of input (protocol,
// section 9).
const echoDelay = 50 * time.Millisecond

// echoAck computes the echo ack: the newest state of the user's input that the
// program has had for at least echoDelay.
type echoAck struct {
	acked uint64
	began time.Time // the first input
	// pending are the states that the program has had for less. Their times are
	// rounded up to whole milliseconds since began, and equal ones are joined, so there
	// are at most echoDelay/ms + 1. (time.Time.Truncate would depend on the wall clock.)
	pending []pendingAck
}

type pendingAck struct {
	num uint64
	due time.Time
}

func (e *echoAck) inputDelivered(now time.Time, num uint64) {
	if e.began.IsZero() {
		e.began = now
	}
	due := e.began.Add(now.Sub(e.began).Truncate(time.Millisecond) + echoDelay + time.Millisecond)
	if n := len(e.pending); n > 0 && !e.pending[n-1].due.Before(due) {
		e.pending[n-1].num = num
		return
	}
	e.pending = append(e.pending, pendingAck{num, due})
}

func (e *echoAck) ack(now time.Time) uint64 {
	n := 0
	for n < len(e.pending) && !e.pending[n].due.After(now) {
		e.acked = e.pending[n].num
		n++
	}
	e.pending = append(e.pending[:0], e.pending[n:]...)
	return e.acked
}

func (e *echoAck) deadline() time.Time {
	if len(e.pending) == 0 {
		return time.Time{}
	}
	return e.pending[0].due
}
