package session

import (
	"testing"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
)

// TestIdleClientIsAnswered holds that a client with the extension paths, which sends
// nothing but probes while it is idle, is answered for as long as that lasts.
func TestIdleClientIsAnswered(t *testing.T) {
	r := newRig(t, Timeouts{}, simnet.Config{Delay: 5 * time.Millisecond})
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	serverKey := key
	if _, err = r.session.Attach(ClientConfig{Key: &serverKey, Dialect: vt.Full(), Extensions: state.ExtPaths}, r.Now); err != nil {
		t.Fatal(err)
	}
	r.client, err = wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4, Paths: true,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
	}, r.Now)
	if err != nil {
		t.Fatal(err)
	}
	r.typeKeys("k")
	r.Run(2 * time.Minute)
	before := r.client.Heard()
	for range 20 {
		r.Run(16 * time.Second)
		if heard := r.client.Heard(); r.Now.Sub(heard) > 16*time.Second || heard.Equal(before) {
			t.Fatalf("at %v the server is silent since %v", r.Now.Sub(epoch), heard.Sub(epoch))
		}
	}
}
