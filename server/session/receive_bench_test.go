package session

import (
	"bytes"
	"math"
	"testing"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// The session allocates nothing for a datagram beside its transport.
func TestReceiveAllocations(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.joinAs(1, gmClient(Share, ""))
	c.run(time.Second)
	twin, err := wire.New(wire.Config[state.Screen, state.User]{
		Key: alice.key, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4,
		Local: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)}, Identifiers: true,
	}, c.now)
	if err != nil {
		t.Fatal(err)
	}
	const rounds, runs = 4, 50
	var sent [][]byte
	for len(sent) < rounds*(runs+1) { // acknowledgements and heartbeats
		c.now = alice.client.Deadline(c.now)
		alice.client.Tick(c.now, func(_ datagram.Path, data []byte) { sent = append(sent, bytes.Clone(data)) })
	}
	// The runtime's own allocations are in some of the rounds.
	measure := func(receive func(data []byte)) float64 {
		n, least := 0, math.Inf(1)
		for range rounds {
			least = min(least, testing.AllocsPerRun(runs, func() {
				receive(sent[n])
				n++
			}))
		}
		return least
	}
	want := measure(func(data []byte) { twin.Receive(c.now, data, datagram.Path{}, false) })
	if got := measure(func(data []byte) { c.session.Receive(c.now, data, alice.path, false) }); got > want {
		t.Errorf("%v allocations for a datagram, the transport alone has %v", got, want)
	}
}
