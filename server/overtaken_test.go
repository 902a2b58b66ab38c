//go:build unix

package server

import (
	"strings"
	"testing"
	"time"

	"gm/wire/simnet"
)

// overtakenLoop is a loop that is in the middle of old output, with a piece waiting
// that was read after so many interrupts.
func overtakenLoop(t *testing.T, waiting uint32) *loop {
	t.Helper()
	l := newLoop(nil, nil, nil, nil, t.Logf)
	l.session = newRig(t, timeouts{}, simnet.Config{}).session
	for range 2 {
		<-l.output.free
	}
	old, next := make([]byte, outputBuffer), make([]byte, outputBuffer)
	copy(next, "next")
	l.take(output{data: old[:copy(old, strings.Repeat("old ", 100)+"\x1b[31")]}, true)
	l.output.full <- output{next[:4], waiting}
	l.session.output(epoch, l.unread)
	l.unread = l.unread[4:]
	l.interrupts.Store(1)
	l.interrupted(epoch)
	return l
}

// TestOvertakenOutput: what an interrupt has overtaken is thrown away after a while,
// and what came after it is not.
func TestOvertakenOutput(t *testing.T) {
	l := overtakenLoop(t, 1)
	if l.dropOvertaken(epoch.Add(interruptGrace - 1)); len(l.unread) == 0 {
		t.Fatal("output is dropped too early")
	}
	l.dropOvertaken(epoch.Add(interruptGrace))
	if string(l.unread) != "next" || len(l.output.free) != 2 || !l.overtaken.IsZero() {
		t.Errorf("%q is left, with %d free buffers", l.unread, len(l.output.free))
	}
	l.parse(epoch)
	if text := l.session.term.Snapshot().Text(); !strings.HasSuffix(text, "next") {
		t.Errorf("the screen is %q", text)
	}
	l.interrupted(epoch)
	if l.dropOvertaken(epoch.Add(time.Hour)); !l.overtaken.IsZero() {
		t.Error("an interrupt is waited for without output")
	}
}

func TestAllOutputIsOvertaken(t *testing.T) {
	l := overtakenLoop(t, 0)
	l.dropOvertaken(epoch.Add(interruptGrace))
	if len(l.unread) > 0 || len(l.output.full) > 0 || len(l.output.free) != 3 {
		t.Errorf("%q is left, with %d free buffers", l.unread, len(l.output.free))
	}
}

// TestInterruptsAt: a read that waited has what came after the interrupt.
func TestInterruptsAt(t *testing.T) {
	l := newLoop(nil, nil, nil, nil, t.Logf)
	l.interrupts.Store(3)
	if l.interruptsAt(2, 100) != 3 || l.interruptsAt(2, outputBuffer) != 2 {
		t.Error("reads are taken for others")
	}
}
