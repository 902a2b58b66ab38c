package session

import (
	"bytes"
	"errors"
	"fmt"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"
)

// A seat that is not used is given up.
func TestUnusedSeat(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.joinAs(1, gmClient(TakeOver, "")).cut = true
	c.run(connectTimeout + time.Second)
	if len(c.session.attachments) != 1 {
		t.Errorf("%d attachments", len(c.session.attachments))
	}
	alice.detach(c.now)
	c.run(time.Second)
	c.joinAs(2, gmClient(TakeOver, "")).cut = true
	c.run(connectTimeout + time.Second)
	if c.session.Finished() || len(c.session.attachments) > 0 {
		t.Errorf("finished %v, %d attachments", c.session.Finished(), len(c.session.attachments))
	}
}

// There are 16 seats. The client that is silent for longest loses its seat to a new one.
func TestSeatsAreBounded(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	for i := 1; i < maxAttachments; i++ {
		c.joinAs(i, gmClient(Share, ""))
	}
	c.run(time.Second)
	var key datagram.Key
	if _, err := c.session.Attach(ClientConfig{Key: &key}, c.now); !errors.Is(err, ErrFull) {
		t.Fatalf("one more: %v", err)
	}
	alice.cut = true
	c.run(quietTimeout + time.Second)
	c.joinAs(16, gmClient(Share, ""))
	c.run(time.Second)
	c.wantState(Attached, maxAttachments)
	for i, m := range c.members[1:] {
		m.typeKeys(c.now, string(rune('a'+i)))
	}
	c.run(2 * time.Second)
	if got := string(c.host.typed); got != "abcdefghijklmnop" || c.members[16].text() != got {
		t.Errorf("typed %q, the last sees %q", got, c.members[16].text())
	}
}

// The seat of a client that is about to connect is safe, and of two silent clients the
// one that was heard less recently loses its seat.
func TestEviction(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	bob := c.joinAs(1, gmClient(Share, "bob"))
	for i := 2; i < maxAttachments-1; i++ {
		c.joinAs(i, gmClient(Share, ""))
	}
	c.run(time.Second)
	bob.cut = true
	c.run(10 * time.Second)
	alice.cut = true
	c.run(quietTimeout + time.Second)
	late := c.joinAs(maxAttachments-1, gmClient(Share, "late"))
	late.cut = true
	c.joinAs(maxAttachments, gmClient(Share, ""))
	alice.cut, bob.cut, late.cut = false, false, false
	c.run(10 * time.Second)
	names := map[string]bool{}
	for _, client := range c.session.Report(c.now).Clients {
		names[client.By] = true
	}
	if !names["alice@desk"] || names["bob"] || !names["late"] {
		t.Errorf("the clients are %v", names)
	}
}

// An unused seat does not hold up the end.
func TestUnusedSeatAtTheEnd(t *testing.T) {
	c, _ := newTeam(t, Timeouts{})
	c.joinAs(1, gmClient(Share, "")).cut = true
	c.session.Kill(c.now, "", "")
	c.run(5 * time.Second)
	if !c.session.Finished() {
		t.Error("the session goes on")
	}
}

// A datagram is its client's wherever it comes from, and moves nothing but that client.
func TestDatagramFindsItsClient(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	bob := c.joinAs(1, gmClient(Share, ""))
	c.run(time.Second)
	alice.path, bob.path = bob.path, alice.path
	c.run(5 * time.Second)
	alice.path.Remote = netip.MustParseAddrPort("[2001:db8::1]:7")
	alice.typeKeys(c.now, "a")
	bob.typeKeys(c.now, "b")
	c.run(5 * time.Second)
	r := c.session.Report(c.now)
	if len(r.Clients) != 2 || r.Clients[0].From != "2001:db8::1" || r.Clients[1].From != "192.0.2.10" {
		t.Errorf("clients %+v", r.Clients)
	}
	if got := string(c.host.typed); got != "ab" && got != "ba" || alice.text() != got || bob.text() != got {
		t.Errorf("typed %q, shown %q and %q", got, alice.text(), bob.text())
	}
}

// A client costs at most 300 kB, and nothing once it has left.
func TestMemoryOfAttachments(t *testing.T) {
	c, _ := newTeam(t, Timeouts{})
	for i := range 24 {
		c.output(fmt.Sprintf("\x1b[3%dm%d: a line of text in colour\r\n", i%8, i))
	}
	heap := func() int {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := heap()
	const n = maxAttachments - 1
	var clients []*member
	for i := range n {
		clients = append(clients, c.joinAs(i+1, gmClient(Share, "")))
	}
	c.run(5 * time.Second)
	// Each member is a client as well, which costs about as much.
	if each := (heap() - before) / n; each > 300<<10 {
		t.Errorf("a client at both ends costs %d bytes", each)
	} else {
		t.Logf("a client at both ends costs %d bytes", each)
	}
	for _, m := range clients {
		m.detach(c.now)
	}
	c.run(10 * time.Second)
	clients, c.members = nil, c.members[:1]
	clear(c.members[1:cap(c.members)])
	if left := heap() - before; left > 100<<10 {
		t.Errorf("%d bytes are left", left)
	}
}

// The key of a client that has left, or was sent away, opens nothing: neither its old
// datagrams nor new ones reach the session.
func TestOldKeyOpensNothing(t *testing.T) {
	for name, leave := range map[string]func(c *crowd, alice *member){
		"left":       func(c *crowd, alice *member) { alice.detach(c.now) },
		"sent away":  func(c *crowd, alice *member) { c.session.Detach(c.now, "", "") },
		"taken over": func(c *crowd, alice *member) { c.joinAs(1, gmClient(TakeOver, "")) },
	} {
		t.Run(name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{})
			thief, err := wire.New(wire.Config[state.User, state.Screen]{
				Key: alice.key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
				Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)}, Identifiers: true,
			}, c.now)
			if err != nil {
				t.Fatal(err)
			}
			alice.typeKeys(c.now, "before ")
			c.run(time.Second)
			leave(c, alice)
			c.run(10 * time.Second)
			alice.cut = true
			heard, from := c.session.heard, datagram.Path{Local: serverAddr, Remote: netip.MustParseAddrPort("203.0.113.66:66")}
			old := slices.Clone(alice.sent)
			for n := range 300 { // past every sequence number of hers
				thief.SetLocal(c.now, thief.Local().WithKeys([]byte("x")))
				thief.Tick(c.now.Add(time.Duration(n)*time.Second), func(_ datagram.Path, data []byte) { old = append(old, bytes.Clone(data)) })
			}
			if len(old) < 200 {
				t.Fatalf("only %d datagrams", len(old))
			}
			for _, data := range old {
				c.session.Receive(c.now, data, from, false)
			}
			if string(c.host.typed) != "before " || c.session.heard != heard {
				t.Errorf("typed %q, heard %v later", c.host.typed, c.session.heard.Sub(heard))
			}
			for _, a := range c.session.attachments {
				if a.peer.Remote() == from.Remote {
					t.Error("a client is at the thief's address")
				}
			}
		})
	}
}
