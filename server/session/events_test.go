package session

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/simnet"
)

// eventful is a rig whose client gets events.
type eventful struct {
	*rig
	last uint64
	told []string
}

func newEventful(t *testing.T, network simnet.Config) *eventful {
	r := newRig(t, Timeouts{}, network)
	d := &r.attachment.dialect
	d.EventsApart, d.Notifications, d.Marks = true, false, false
	r.typeKeys("")
	r.Run(5 * time.Second)
	return &eventful{rig: r}
}

// pass lets time pass and notes the events that have come.
func (e *eventful) pass(d time.Duration) {
	for end := e.Now.Add(d); e.Now.Before(end); {
		e.Run(min(10*time.Millisecond, end.Sub(e.Now)))
		remote, _ := e.client.Remote()
		for _, event := range remote.Screen.EventsSince(e.last) {
			e.last = event.Number
			e.told = append(e.told, event.Command)
		}
	}
}

// After an outage of minutes the client gets new events only, with a screen that has
// not changed and with one that has.
func TestEventsAreNotLate(t *testing.T) {
	e := newEventful(t, simnet.Config{Delay: 20 * time.Millisecond})
	e.write("\x1b]9;one\a")
	e.pass(time.Second)
	e.cut = true
	e.pass(time.Second)
	e.write("\x1b]9;old\a\x1b]133;A\a")
	e.pass(2*eventTimeout + time.Second)
	if n := len(e.session.term.Snapshot().EventsSince(0)); n > 0 {
		t.Errorf("%d events wait for the client", n)
	}
	e.cut = false
	e.typeKeys("x")
	e.pass(5 * time.Second)
	e.write("\x1b]9;two\a")
	e.pass(time.Second)
	e.cut = true
	e.write("changed\x1b]9;older\a")
	e.pass(time.Hour)
	e.write("\x1b]9;three\a")
	e.pass(eventTimeout - time.Second) // not yet old
	e.cut = false
	e.typeKeys("x")
	e.pass(5 * time.Second)
	if want := []string{"9;one", "9;two", "9;three"}; !slices.Equal(e.told, want) {
		t.Errorf("told %q, want %q", e.told, want)
	}
	if e.shown() != "changed" {
		t.Errorf("the client shows %q", e.shown())
	}
	e.pass(2 * eventTimeout)
	if !e.session.events.deadline.IsZero() {
		t.Error("the session wakes up though no event is there")
	}
}

// TestEventsOnceOverLoss: over a bad network each event arrives once and in order,
// also of a program that causes several in a frame.
func TestEventsOnceOverLoss(t *testing.T) {
	e := newEventful(t, simnet.Config{Delay: 60 * time.Millisecond, Jitter: 30 * time.Millisecond, Loss: 0.3, Duplicate: 0.1, Reorder: 0.2})
	var want []string
	for i := range 300 {
		for j := range i % 4 {
			want = append(want, fmt.Sprintf("9;%d.%d", i, j))
			e.write("\x1b]" + want[len(want)-1] + "\a")
		}
		e.write("\r\nmore")
		e.pass(time.Duration(i*7919%300) * time.Millisecond)
	}
	e.pass(10 * time.Second)
	if !slices.Equal(e.told, want) {
		t.Errorf("told %d of %d: %q", len(e.told), len(want), e.told)
	}
}

// A program that causes events without end costs a bounded amount of memory, and the
// newest arrive.
func TestEventsAreBounded(t *testing.T) {
	e := newEventful(t, simnet.Config{Delay: 20 * time.Millisecond})
	for i := range 10_000 {
		e.write(fmt.Sprintf("\x1b]777;notify;%d;%03000d\a", i, i))
	}
	screen := e.session.term.Snapshot()
	if size := screen.MemSize(vt.NewScreen(screen.Size())); size > 200<<10 {
		t.Errorf("%d bytes", size)
	}
	e.pass(10 * time.Second)
	if n := len(e.told); n == 0 || n > 64 || e.told[n-1] != fmt.Sprintf("777;notify;9999;%03000d", 9999) {
		t.Errorf("%d are told", n)
	}
}
