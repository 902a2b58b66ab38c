package session

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gm/wire/simnet"
	"gm/wire/wiretest"
)

// observe types for 20 s and notes when each echo and each echo ack came. The
// clock is set by that much after 5 s and back by the double after 12 s.
func observe(t *testing.T, set time.Duration) (came []time.Duration) {
	t.Helper()
	start := time.Now()
	r := newRigAt(t, start, Timeouts{Network: time.Hour}, simnet.Config{Delay: 30 * time.Millisecond})
	r.host.echo = true
	r.resize(80, 24)
	r.Run(time.Second)
	for i := range 40 {
		switch i {
		case 10:
			r.Now = wiretest.SetClock(r.Now, set)
		case 24:
			r.Now = wiretest.SetClock(r.Now, -2*set)
		}
		typed := r.Now
		r.typeKeys("k")
		_, was := r.client.Remote()
		r.WaitFor(5*time.Second, "no echo", func() bool { return strings.Count(r.shown(), "k") == i+1 })
		came = append(came, r.Now.Sub(typed))
		num := r.client.Sent()
		r.WaitFor(5*time.Second, "no echo ack", func() bool { s, _ := r.client.Remote(); return s.EchoAck >= num })
		came = append(came, r.Now.Sub(typed))
		if _, is := r.client.Remote(); is == was {
			t.Error("nothing came")
		}
		r.Run(400 * time.Millisecond)
	}
	r.Run(time.Minute)
	if r.session.finished || r.session.ending {
		t.Error("the session has ended")
	}
	return append(came, r.Now.Sub(start))
}

// TestClockIsSet sets the host's clock by a day, forward and back: nothing
// comes sooner or later for it.
func TestClockIsSet(t *testing.T) {
	want := observe(t, 0)
	for _, by := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		if got := observe(t, by); !slices.Equal(got, want) {
			t.Errorf("set by %v: echoes and echo acks came after %v, want %v", by, got, want)
		}
	}
}

// TestHourStopped stops the server for an hour while the user types, and the
// client for another.
func TestHourStopped(t *testing.T) {
	r := connected(t)
	r.host.echo = true
	r.typeKeys("before ")
	r.Run(time.Second)
	for _, key := range []string{"asleep ", "after "} {
		r.typeKeys(key)
		r.Now = r.Now.Add(time.Hour) // nothing was received, nothing was sent
		r.Run(5 * time.Second)
	}
	if want := "before asleep after"; r.shown() != want {
		t.Errorf("the client sees %q, want %q", r.shown(), want)
	}
	if r.session.finished || r.session.ending {
		t.Error("the session has ended")
	}
}
