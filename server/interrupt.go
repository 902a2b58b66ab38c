package server

import (
	"time"

	"gm/wire/state"
)

// A line discipline that is full of input nobody reads takes no more, not even
// the character that would interrupt the program: a user who has pasted too much
// into a program that hangs can not get out (of ssh or a local terminal either).
// Acting on that character it would throw away all input before it, so that is
// done for it, and then the character is given to it as any other.

// lastInterrupt gives where in keys the last character is that the line
// discipline makes a signal of, -1 if there is none.
func lastInterrupt(keys []byte, d state.Discipline) int {
	for i := len(keys) - 1; i >= 0; i-- {
		if c := keys[i]; d.Is(c, state.CharInterrupt) || d.Is(c, state.CharQuit) || d.Is(c, state.CharSuspend) {
			return i
		}
	}
	return -1
}

// input gives the program keys, behind those that wait. A write that waits is
// ended if the keys are to interrupt the program.
func (l *loop) input(num uint64, keys []byte) {
	l.queue.put(num, keys)
	if l.program != nil && lastInterrupt(keys, l.program.discipline()) >= 0 {
		l.program.SetWriteDeadline(time.Unix(1, 0))
	}
}

// prepare makes way for an interrupt in b, if there is one that would not get
// through.
func (l *loop) prepare(b *batch) {
	d := l.program.discipline()
	i := lastInterrupt(b.keys, d)
	b.flushes = i >= 0 && !d.Has(state.NoFlush)
	if i >= 0 && l.program.unclog() {
		b.keys = b.keys[i:]
	}
}

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
	l.session.cancel()
	l.unread = nil
	l.output.done(l.taken)
	select {
	case b, more := <-l.output.full:
		l.take(b, more)
		l.dropOvertaken(now)
	default:
	}
}
