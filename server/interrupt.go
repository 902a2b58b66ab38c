//go:build unix

package server

import "time"

// Output that was written before an interrupt waits in the server while what came
// before it is parsed. A terminal line throws it away at the interrupt (termios,
// ISIG without NOFLSH), for the user to see at once that it had its effect. That is
// done for the server's part too, but only for output that takes longer to parse
// than the user would notice, so that as little is lost as possible.

// interruptGrace is how long output is parsed that an interrupt has overtaken.
const interruptGrace = 50 * time.Millisecond

// interruptsAt returns how many interrupts the program had been given when it wrote
// the n bytes that a Read has returned, which began after so many. A Read that
// filled the buffer did not wait: it has what was there before.
func (l *loop) interruptsAt(before uint32, n int) uint32 {
	if n == outputBuffer {
		return before
	}
	return l.interrupts.Load()
}

// interrupted notes that the program has been given an interrupt.
func (l *loop) interrupted(now time.Time) { l.overtaken = now.Add(interruptGrace) }

// dropOvertaken throws away the output that an interrupt has overtaken, if it is
// time to. A sequence that is cut off by that is cancelled.
func (l *loop) dropOvertaken(now time.Time) {
	if l.overtaken.IsZero() || now.Before(l.overtaken) {
		return
	}
	given, old := l.interrupts.Load(), l.taken.interrupts
	if len(l.unread) == 0 || old == given {
		l.overtaken = time.Time{}
		return
	}
	l.session.CancelSequence()
	l.unread = nil
	l.output.done(l.taken)
	select {
	case b, more := <-l.output.full:
		l.take(b, more)
		l.dropOvertaken(now)
	default:
	}
}
