package session

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
)

// A flood costs two snapshots a frame: one when the first change comes, one
// when the frame is due.
func TestFloodSnapshots(t *testing.T) {
	r := connected(t)
	sent := r.attachment.wire.Sent()
	var last *vt.Screen
	snapshots := 0
	end := r.Now.Add(time.Second)
	for line := 0; r.Now.Before(end); line++ {
		r.write(fmt.Sprintf("line %d\r\n", line))
		if now := r.attachment.frames.last.Screen; now != last {
			last = now
			snapshots++
		}
		r.Run(100 * time.Microsecond)
	}
	frames := int(r.attachment.wire.Sent() - sent)
	if frames < 10 || frames > 60 {
		t.Errorf("%d frames in a second", frames)
	}
	if snapshots > 2*frames+2 {
		t.Errorf("%d snapshots for %d frames", snapshots, frames)
	}
	r.Run(time.Second)
	if got, want := r.shown(), r.session.term.Snapshot().Text(); got != want {
		t.Errorf("the client sees\n%s\nwant\n%s", got, want)
	}
}

// A change that is taken back before it was sent must not hold up the next.
func TestChangeTakenBack(t *testing.T) {
	for _, gap := range []time.Duration{0, 3 * time.Millisecond, 100 * time.Millisecond} {
		r := connected(t)
		r.write("$ ")
		r.Run(time.Second)
		r.write("x")
		r.Run(gap)
		r.write("\b \b")
		r.Run(gap)
		r.write("y")
		r.WaitFor(50*time.Millisecond, "the next change is late", func() bool { return r.shown() == "$ y" })
	}
}

// What changes nothing that is seen sends nothing.
func TestNothingSeen(t *testing.T) {
	r := connected(t)
	r.Run(10 * time.Second)
	sent := len(r.host.sent)
	for range 100 {
		r.write("\x1b[>0q\x1b[c")
		r.Run(10 * time.Millisecond)
	}
	if n := len(r.host.sent) - sent; n > 1 {
		t.Errorf("%d datagrams in a second in which nothing changed", n)
	}
}

const beginSync, endSync = "\x1b[?2026h", "\x1b[?2026l"

func TestSynchronizedOutput(t *testing.T) {
	r := connected(t)
	r.write("whole")
	r.write(beginSync + "\r\x1b[Ktorn")
	r.Run(100 * time.Millisecond)
	if got := r.shown(); got != "whole" {
		t.Errorf("within an update the client sees %q", got)
	}
	r.write(" and mended" + endSync)
	r.WaitFor(50*time.Millisecond, "the update is late", func() bool { return r.shown() == "torn and mended" })
}

// A program that never ends its update is shown as it is, 150 ms after it
// began.
func TestSynchronizedLimit(t *testing.T) {
	r := connected(t)
	r.write("whole")
	r.Run(time.Second)
	r.write(beginSync + "\r\x1b[Ktorn")
	r.Run(syncLimit - time.Millisecond)
	if got := r.shown(); got != "whole" {
		t.Errorf("within the limit the client sees %q", got)
	}
	r.WaitFor(50*time.Millisecond, "held for too long", func() bool { return r.shown() == "torn" })
	r.write("!")
	r.WaitFor(50*time.Millisecond, "held again", func() bool { return r.shown() == "torn!" })
}

// Programs that begin an update with the end of the one before show whole
// screens only.
func TestSynchronizedBackToBack(t *testing.T) {
	r := connected(t)
	r.write(beginSync)
	for i := range 200 {
		r.write(fmt.Sprintf("\x1b[H\x1b[2Jtop %d%s%s\x1b[Hhalf", i, endSync+beginSync, "\x1b[2J"))
		r.Run(5 * time.Millisecond)
		if got := r.shown(); got != "" && !strings.HasPrefix(got, "top ") {
			t.Fatalf("the client sees %q", got)
		}
	}
	if got := r.shown(); got < "top 180" {
		t.Errorf("after 200 updates the client sees %q", got)
	}
}

// A frame that took long is followed by a cooldown, in which a flood is read and not
// shown. Keys are answered during it, and the last screen is shown after it.
func TestFrameCooldown(t *testing.T) {
	const long = 100 * time.Millisecond
	r := connected(t)
	frames := func(turn time.Duration) (n int) {
		r.Run(100 * time.Millisecond) // what is under way is not counted
		seen := r.shown()
		for line := range 1000 {
			r.write(fmt.Sprintf("line %d\r\n", line))
			r.Run(time.Millisecond)
			r.session.TurnTook(r.Now, turn)
			if now := r.shown(); now != seen {
				seen = now
				n++
			}
		}
		return n
	}
	if n := frames(0); n < 10 {
		t.Errorf("%d frames in a second", n)
	}
	if n := frames(long); n < 2 || n > 3 { // a quarter of the time, and one under way
		t.Errorf("%d frames of %v in a second", n, long)
	}
	r.host.echo = true
	r.typeKeys("typed")
	r.WaitFor(100*time.Millisecond, "a key is not answered", func() bool { return strings.Contains(r.shown(), "typed") })
	r.session.TurnTook(r.Now, long)
	r.write("\r\nthe end")
	r.WaitFor((1+cooldownFactor)*long+100*time.Millisecond, "the end is not shown", func() bool { return strings.Contains(r.shown(), "the end") })
}
