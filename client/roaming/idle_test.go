package roaming

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gm/client/route"
)

// TestPortHop has a NAT forget the port of the socket: the session goes on from another one
// with another identifier.
func TestPortHop(t *testing.T) {
	testWorld(t, config{mode: route.UDP}, func(t *testing.T, w *world) {
		w.typeFor(5 * time.Second)
		w.expectAll()
		w.blocked = w.port // the ports so far
		old := w.identifiers
		w.typeFor(20 * time.Second)
		w.expectAll()
		if last := w.identifiers[len(w.identifiers)-1]; slices.Contains(old, last) {
			t.Error("the identifier is that of before")
		}
	})
}

// TestIdle counts the datagrams of an idle session: a probe of the client and its reply every
// 15 s.
func TestIdle(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.run(2 * time.Minute)
		before := w.roads[host6].sent + w.roads[host4].sent
		w.run(10 * time.Minute)
		if n := w.roads[host6].sent + w.roads[host4].sent - before; n > 100 {
			t.Errorf("%d datagrams in 10 minutes", n)
		}
	})
}

// TestOutputWhileIdle has the program print in an idle session: the host knows where the
// client is.
func TestOutputWhileIdle(t *testing.T) {
	for minute := range 10 {
		t.Run(fmt.Sprint(minute), func(t *testing.T) {
			testWorld(t, config{}, func(t *testing.T, w *world) {
				w.typeFor(15 * time.Second)
				w.run(time.Duration(minute)*time.Minute + 30*time.Second)
				w.host.output = []byte("\r\nwall: reboot")
				w.waitFor(200*time.Millisecond, "output does not arrive", func() bool { return w.shows("reboot") })
			})
		})
	}
}

// TestPortHopWhileIdle has a NAT forget the port of an idle session. The host learns of the
// new one at once, and output goes there.
func TestPortHopWhileIdle(t *testing.T) {
	testWorld(t, config{mode: route.UDP, before: func(w *world) { w.finder.set(host4) }}, func(t *testing.T, w *world) {
		w.typeFor(5 * time.Second)
		w.run(3 * time.Minute)
		before := w.port
		w.blocked = before
		w.waitFor(time.Minute, "no other port", func() bool { return w.port > before })
		w.run(50 * time.Millisecond)
		w.host.output = []byte("\r\nwall: reboot")
		w.waitFor(200*time.Millisecond, "output does not arrive", func() bool { return w.shows("reboot") })
	})
}
