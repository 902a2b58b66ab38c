package state_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
)

// TestSessionOverLossyNetwork types numbered lines and resizes through a bad network
// into a terminal that echoes, and compares both ends with the result of the same
// input without a network.
func TestSessionOverLossyNetwork(t *testing.T) {
	for name, dialect := range map[string]vt.Dialect{"gm": vt.Full(), "stock": vt.Stock()} {
		t.Run(name, func(t *testing.T) { testSession(t, dialect) })
	}
}

var epoch = time.Unix(1_000_000_000, 0)

func testSession(t *testing.T, dialect vt.Dialect) {
	bad := simnet.Config{Delay: 50 * time.Millisecond, Jitter: 30 * time.Millisecond, Loss: 0.3, Duplicate: 0.1, Reorder: 0.2}
	up, down := simnet.NewLink(bad, 1, epoch), simnet.NewLink(bad, 2, epoch)
	blank := state.Screen{Screen: vt.NewScreen(80, 24), Dialect: dialect}
	client, err := wire.New(wire.Config[state.User, state.Screen]{
		Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4, Remote: blank,
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	server, err := wire.New(wire.Config[state.Screen, state.User]{
		Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4, Local: blank,
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	term, direct := vt.NewTerminal(80, 24, vt.Options{}), vt.NewTerminal(80, 24, vt.Options{})
	var seen state.User
	var got, want strings.Builder
	for ms := range 60_000 {
		now := epoch.Add(time.Duration(ms) * time.Millisecond)
		if ms%20 == 0 && ms < 40_000 {
			input := client.Local().WithKeys(fmt.Appendf(nil, "line %d\r\n", ms))
			if ms%5000 == 0 {
				input = input.WithSize(60+ms%37, 20+ms%7)
			}
			echoInput(direct, &want, input.Since(client.Local()))
			client.SetLocal(now, input)
		}
		for d := up.Receive(now); d != nil; d = up.Receive(now) {
			if r, _ := server.Receive(now, d, false); r.State {
				user, num := server.Remote()
				echoInput(term, &got, user.Since(seen))
				seen = user
				server.SetLocal(now, state.Screen{Screen: term.Snapshot(), EchoAck: num, Dialect: dialect})
			}
		}
		for d := down.Receive(now); d != nil; d = down.Receive(now) {
			client.Receive(now, d, false)
		}
		if err := client.Tick(now, func(d []byte) { up.Send(now, d) }); err != nil {
			t.Fatal(err)
		}
		if server.Heard().IsZero() {
			continue
		}
		if err := server.Tick(now, func(d []byte) { down.Send(now, d) }); err != nil {
			t.Fatal(err)
		}
	}
	if got.String() != want.String() {
		t.Errorf("the server received %d bytes, want %d", got.Len(), want.Len())
	}
	shown, _ := client.Remote()
	if s := direct.Snapshot(); !shown.Screen.EqualIn(s, dialect) {
		t.Error("the client does not show the server's screen")
	}
	if n := client.Local().Unacked(); n != 0 {
		t.Errorf("%d bytes are unacknowledged", n)
	}
	if acked, _ := client.Acked(); shown.EchoAck == 0 || shown.EchoAck > acked {
		t.Errorf("echo ack is %d, acknowledged %d", shown.EchoAck, acked)
	}
}

// echoInput handles input like a server whose terminal echoes.
func echoInput(term *vt.Terminal, typed *strings.Builder, events []state.UserEvent) {
	for _, e := range events {
		if e.Keys == nil {
			fmt.Fprintf(typed, "<%dx%d>", e.Cols, e.Rows)
			term.Resize(e.Cols, e.Rows)
			continue
		}
		typed.Write(e.Keys)
		term.Write(bytes.ReplaceAll(e.Keys, []byte("5"), []byte("\x1b[31m5\x1b[m")))
	}
}
