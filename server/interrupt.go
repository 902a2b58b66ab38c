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
	if i := lastInterrupt(b.keys, l.program.discipline()); i >= 0 && l.program.unclog() {
		b.keys = b.keys[i:]
	}
}
