package session

import "time"

// echoDelay is how long a program has for the echo of input (protocol,
// section 9).
const echoDelay = 50 * time.Millisecond

// pipeEchoWait is how long an echo ack on a pipe waits for a frame that carries it. In a
// frame of its own it would delay the echo of the next key: TCP that has lost a packet
// allows one or two in flight. Over a short path predictions are judged early enough even so:
// within 250 ms, or the client takes it for a glitch.
const pipeEchoWait = 100 * time.Millisecond

// echoAck computes the echo ack: the newest state of the user's input that the
// program has had for at least echoDelay.
type echoAck struct {
	acked uint64
	began time.Time // the first input
	since time.Time // when acked became newer than that of the last frame; zero if it is not
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
		if e.since.IsZero() {
			e.since = e.pending[n].due
		}
		n++
	}
	e.pending = append(e.pending[:0], e.pending[n:]...)
	return e.acked
}

// offered records that a frame carries acked.
func (e *echoAck) offered() { e.since = time.Time{} }

// waits reports whether a frame that carries no more than acked waits for another one.
// wait is how long it does.
func (e *echoAck) waits(now time.Time, wait time.Duration) bool { return now.Before(e.since.Add(wait)) }

// deadline returns when a frame is due that carries no more than an echo ack; zero if none
// is.
func (e *echoAck) deadline(now time.Time, wait time.Duration) time.Time {
	switch {
	case e.waits(now, wait):
		return e.since.Add(wait)
	case len(e.pending) == 0:
		return time.Time{}
	}
	return e.pending[0].due.Add(wait)
}
