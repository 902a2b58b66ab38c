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
	"gm/wire/wiretest"
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
	host := &echoingHost{t: t, transport: server, term: term, dialect: dialect}
	n := wiretest.NewNet(t, epoch, bad, 1)
	n.Client, n.Server = &typingUser{t, client}, host
	var want strings.Builder
	for ms := 0; ms < 40_000; ms += 20 {
		input := client.Local().WithKeys(fmt.Appendf(nil, "line %d\r\n", ms))
		if ms%5000 == 0 {
			input = input.WithSize(60+ms%37, 20+ms%7)
		}
		echoInput(direct, &want, input.Since(client.Local()))
		client.SetLocal(n.Now, input)
		n.Run(20 * time.Millisecond)
	}
	n.Run(20 * time.Second)
	got := &host.typed
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

// typingUser is the client's end of a Net.
type typingUser struct {
	t         *testing.T
	transport *wire.Transport[state.User, state.Screen]
}

func (u *typingUser) Receive(now time.Time, data []byte) {
	u.transport.Receive(now, data, datagram.Path{}, false)
}

func (u *typingUser) Tick(now time.Time, send func([]byte)) {
	if err := u.transport.Tick(now, wiretest.OnePath(send)); err != nil {
		u.t.Fatal(err)
	}
}

func (u *typingUser) Deadline(now time.Time) time.Time { return u.transport.Deadline(now) }

// echoingHost is the server's end of a Net, with a terminal that echoes.
type echoingHost struct {
	t         *testing.T
	transport *wire.Transport[state.Screen, state.User]
	term      *vt.Terminal
	dialect   vt.Dialect
	seen      state.User
	typed     strings.Builder
}

func (h *echoingHost) Receive(now time.Time, data []byte) {
	if r, _ := h.transport.Receive(now, data, datagram.Path{}, false); !r.State {
		return
	}
	user, num := h.transport.Remote()
	echoInput(h.term, &h.typed, user.Since(h.seen))
	h.seen = user
	h.transport.SetLocal(now, state.Screen{Screen: h.term.Snapshot(), EchoAck: num, Dialect: h.dialect})
}

func (h *echoingHost) Tick(now time.Time, send func([]byte)) {
	if h.transport.Heard().IsZero() {
		return
	}
	if err := h.transport.Tick(now, wiretest.OnePath(send)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *echoingHost) Deadline(now time.Time) time.Time {
	if h.transport.Heard().IsZero() {
		return time.Time{}
	}
	return h.transport.Deadline(now)
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
