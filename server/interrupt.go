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

// interruptsAt returns how many interrupts were delivered before the program wrote the
// n bytes of a Read. before is the number when Read was called. It holds for a Read that
// filled the buffer, which did not block: its bytes were there already.
func (l *loop) interruptsAt(before uint32, n int) uint32 {
	if n == outputBuffer {
		return before
	}
	return l.interrupts.Load()
}

func (l *loop) interrupted(now time.Time) { l.overtaken = now.Add(interruptGrace) }

// dropOvertaken discards output from before an interrupt once interruptGrace is over.
// A sequence that is cut in two is cancelled.
func (l *loop) dropOvertaken(now time.Time) {
	if l.overtaken.IsZero() || now.Before(l.overtaken) {
		return
	}
	delivered, old := l.interrupts.Load(), l.taken.interrupts
	if len(l.unread) == 0 || old == delivered {
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
