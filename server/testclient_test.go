//go:build unix

package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// testClient is a client without a terminal, whose datagrams turn sends and receives.
type testClient struct {
	t    testing.TB
	wire *wire.Transport[state.User, state.Screen]
	turn func(until time.Time)
}

func newTestClient(t testing.TB, key datagram.Key, paths bool) testClient {
	t.Helper()
	w, err := wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4, Paths: paths,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
	}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return testClient{t: t, wire: w}
}

func (c *testClient) typeKeys(keys string) {
	c.wire.SetLocal(time.Now(), c.wire.Local().WithKeys([]byte(keys)))
}

func (c *testClient) resize(cols, rows int) {
	c.wire.SetLocal(time.Now(), c.wire.Local().WithSize(cols, rows))
}

func (c *testClient) text() string {
	remote, _ := c.wire.Remote()
	return remote.Screen.Text()
}

// waitFor sends and receives until ok returns true.
func (c *testClient) waitFor(what string, ok func() bool) {
	c.t.Helper()
	limit := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(limit) {
			c.t.Fatalf("%s; the screen is\n%s", what, c.text())
		}
		c.turn(time.Now().Add(50 * time.Millisecond))
	}
}

// see waits until text is on the screen.
func (c *testClient) see(text string) {
	c.t.Helper()
	c.waitFor(fmt.Sprintf("%q does not come", text), func() bool { return strings.Contains(c.text(), text) })
}
