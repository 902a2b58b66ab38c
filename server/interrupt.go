//go:build unix

package server

import "time"

// Output that was written before an interrupt may wait in the server to be parsed. A
// line discipline discards such output at the interrupt (termios, ISIG without
// NOFLSH), so that the user sees its effect at once. The server does the same with the
// output that it holds, but only if parsing it takes long enough for the user to
// notice, so that as little is lost as possible.

// interruptGrace is how long output from before an interrupt is still parsed.
const interruptGrace = 50 * time.Millisecond

// interrupted handles that interrupt number n is written.
func (l *loop) interrupted(now time.Time, n uint64) {
	l.overtaken, l.interrupt = now.Add(interruptGrace), n
}

// dropOvertaken discards output from before an interrupt once interruptGrace is over.
// A sequence that is cut in two is cancelled. Of tmux's control mode nothing is discarded.
func (l *loop) dropOvertaken(now time.Time) {
	if l.overtaken.IsZero() || now.Before(l.overtaken) {
		return
	}
	if len(l.unread) == 0 || l.session.InControlMode() || l.taken.interrupts >= l.interrupt {
		l.overtaken = time.Time{}
		return
	}
	l.session.CancelSequence()
	l.unread = nil
	l.output.release(l.taken)
	select {
	case b, more := <-l.output.full:
		l.take(b, more)
		l.dropOvertaken(now)
	default:
	}
}
