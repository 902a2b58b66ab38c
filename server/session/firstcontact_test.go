package session

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

var (
	here  = datagram.Path{Local: serverAddr, Remote: clientAddr}
	there = datagram.Path{Local: serverAddr, Remote: netip.MustParseAddrPort("203.0.113.5:6000")}
)

// contact is a session that has no client yet, and the datagrams of one that knows several
// paths.
type contact struct {
	t       *testing.T
	session *Session
	host    *fakeHost
	client  *wire.Transport[state.User, state.Screen]
	now     time.Time
}

func newContact(t *testing.T) *contact {
	t.Helper()
	c := &contact{t: t, host: &fakeHost{datagram: func([]byte) {}}, now: epoch}
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	serverKey := key
	c.session = New(Config{}, c.host, c.now)
	if _, err = c.session.Attach(ClientConfig{Key: &serverKey, Dialect: vt.Full(), Extensions: state.ExtPaths}, c.now); err != nil {
		t.Fatal(err)
	}
	c.client, err = wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)}, Paths: true,
	}, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// probe returns a probe of the client.
func (c *contact) probe() []byte {
	c.t.Helper()
	c.client.Probe(here, 0)
	return c.sent()[0]
}

// copies returns the client's first instruction, as it is sent on two paths.
func (c *contact) copies() [][]byte {
	c.t.Helper()
	c.client.SetRoute(c.now, here, there)
	return c.sent()
}

func (c *contact) sent() (sent [][]byte) {
	c.t.Helper()
	if err := c.client.Tick(c.now, func(_ datagram.Path, data []byte) { sent = append(sent, bytes.Clone(data)) }); err != nil {
		c.t.Fatal(err)
	}
	return sent
}

// arrive passes a datagram to the session, and returns where that sends something within
// a second.
func (c *contact) arrive(data []byte, from datagram.Path) []netip.AddrPort {
	c.host.sent = nil
	c.session.Receive(c.now, data, from, false)
	for range 1000 {
		c.session.Tick(c.now)
		c.now = c.now.Add(time.Millisecond)
	}
	slices.SortFunc(c.host.sent, netip.AddrPort.Compare)
	return slices.Compact(c.host.sent)
}

func (c *contact) expect(got []netip.AddrPort, want ...netip.AddrPort) {
	c.t.Helper()
	if !slices.Equal(got, want) {
		c.t.Errorf("the session sends to %v, want %v", got, want)
	}
}

// The first datagram that a server hears may be a probe or a copy, as the others may have
// been lost. The program starts, and its output is sent there.
func TestFirstContact(t *testing.T) {
	t.Run("a probe", func(t *testing.T) {
		c := newContact(t)
		c.expect(c.arrive(c.probe(), here), here.Remote)
		if len(c.host.started) != 1 {
			t.Errorf("the program was started %d times", len(c.host.started))
		}
		c.session.Output(c.now, []byte("ready"))
		c.expect(c.arrive(nil, here), here.Remote)
	})
	t.Run("a copy", func(t *testing.T) {
		c := newContact(t)
		c.expect(c.arrive(c.copies()[1], there), there.Remote)
		if len(c.host.started) != 1 {
			t.Errorf("the program was started %d times", len(c.host.started))
		}
	})
	t.Run("a probe, and a copy on another path", func(t *testing.T) {
		c := newContact(t)
		c.arrive(c.probe(), here)
		c.arrive(c.copies()[1], there)
		c.session.Output(c.now, []byte("ready"))
		c.expect(c.arrive(nil, here), here.Remote, there.Remote)
	})
}

// A datagram that is not authentic starts nothing, and one that is repeated moves nothing.
func TestFirstContactOfOthers(t *testing.T) {
	t.Run("forged", func(t *testing.T) {
		c := newContact(t)
		for _, data := range append(c.copies(), c.probe()) {
			data[len(data)-1] ^= 1
			c.expect(c.arrive(data, here))
		}
		if len(c.host.started) != 0 {
			t.Error("the program was started")
		}
	})
	t.Run("of another key", func(t *testing.T) {
		c := newContact(t)
		c.expect(c.arrive(newContact(t).probe(), here))
	})
	t.Run("replayed", func(t *testing.T) {
		c := newContact(t)
		probe := c.probe()
		c.arrive(probe, here)
		c.session.Output(c.now, []byte("ready"))
		c.expect(c.arrive(probe, there), here.Remote)
	})
	t.Run("replayed after a silence", func(t *testing.T) {
		c := newContact(t)
		probe := c.probe()
		c.arrive(probe, here)
		c.now = c.now.Add(datagram.PeerTimeout)
		c.expect(c.arrive(probe, there))
		c.expect(c.arrive(c.probe(), there), there.Remote)
	})
}
