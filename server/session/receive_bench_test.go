package session

import (
	"bytes"
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
	const runs = 50
	var sent [][]byte
	for len(sent) <= runs { // acknowledgements and heartbeats
		c.now = alice.client.Deadline(c.now)
		alice.client.Tick(c.now, func(_ datagram.Path, data []byte) { sent = append(sent, bytes.Clone(data)) })
	}
	measure := func(receive func(data []byte)) float64 {
		n := 0
		return testing.AllocsPerRun(runs, func() {
			receive(sent[n])
			n++
		})
	}
	want := measure(func(data []byte) { twin.Receive(c.now, data, datagram.Path{}, false) })
	if got := measure(func(data []byte) { c.session.Receive(c.now, data, alice.path, false) }); got > want {
		t.Errorf("%v allocations for a datagram, the transport alone has %v", got, want)
	}
}
