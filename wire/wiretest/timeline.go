package wiretest

import (
	"testing"
	"time"
)

const (
	// maxRounds is how often both ends may be called without the time moving on.
	maxRounds = 10_000

	// retryDelay is when an end is called again whose deadline is not after the
	// Tick that was to meet it, as the loop of a program would do.
	retryDelay = time.Millisecond
)

// timeline is the virtual time of a network.
type timeline struct {
	Now time.Time

	t       testing.TB
	network interface {
		// turn delivers what has arrived by now, and lets both ends do the work that is
		// due. It reports whether that has to be repeated.
		turn() (again bool)

		// Next returns when the next datagram arrives or an end has work to do; zero if
		// never.
		Next() time.Time
	}
}

// Run lets d pass.
func (l *timeline) Run(d time.Duration) {
	l.t.Helper()
	l.Settle()
	for end := l.Now.Add(d); l.Now.Before(end); {
		l.advance(end)
		l.Settle()
	}
}

// WaitFor runs until cond holds. It ends the test if that takes longer than
// limit.
func (l *timeline) WaitFor(limit time.Duration, what string, cond func() bool) {
	l.t.Helper()
	l.Settle()
	for end := l.Now.Add(limit); !cond(); l.Settle() {
		if !l.Now.Before(end) {
			l.t.Fatalf("after %v: %s", limit, what)
		}
		l.advance(end)
	}
}

// Settle delivers all datagrams that have arrived by now, and lets both ends do
// the work that is due.
func (l *timeline) Settle() {
	l.t.Helper()
	for range maxRounds {
		if !l.network.turn() {
			return
		}
	}
	l.t.Fatalf("the ends never stop to send at %v", l.Now)
}

func (l *timeline) advance(limit time.Time) {
	next := l.network.Next()
	if next.IsZero() || next.After(limit) {
		next = limit
	}
	l.Now = next
}

// dueAfter returns when an end with a deadline is to be called, which is after now.
func (l *timeline) dueAfter(deadline time.Time) time.Time {
	if !deadline.IsZero() && !deadline.After(l.Now) {
		return l.Now.Add(retryDelay)
	}
	return deadline
}
