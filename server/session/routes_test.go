package session

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"gm/wire/datagram"
)

func TestRoutesOfClients(t *testing.T) {
	c := newCrowd(t, 0, Timeouts{})
	if !c.session.RoutesChanged() && len(c.session.Routes().Identifiers) > 0 {
		t.Error("an empty session has routes")
	}
	alice := c.joinAs(0, gmClient(Share, "alice"))
	if !c.session.RoutesChanged() {
		t.Error("a seat changes nothing")
	}
	r := c.session.Routes()
	if len(r.Identifiers) != 1+datagram.IdentifiersAhead || r.Open || r.Addresses != nil {
		t.Errorf("a seat with identifiers has the routes %+v", r)
	}
	c.run(time.Second)
	if c.session.RoutesChanged() {
		t.Error("connecting changes the routes of a client with identifiers")
	}
	stock := c.join(1)
	if r := c.session.Routes(); !c.session.RoutesChanged() || !r.Open || r.Addresses != nil {
		t.Errorf("a seat without identifiers has the routes %+v", r)
	}
	c.run(time.Second)
	if r := c.session.Routes(); !c.session.RoutesChanged() || !r.Open || !slices.Equal(r.Addresses, []netip.AddrPort{stock.path.Remote}) {
		t.Errorf("a client without identifiers has the routes %+v", r)
	}
	for _, d := range alice.sent {
		if id, ok := datagram.IdentifierOf(d); !ok || !slices.Contains(c.session.Routes().Identifiers, id) {
			t.Errorf("the routes lack %d, which was used", id)
		}
	}
}

// The routes of a client that moves contain its next identifiers before it uses them.
func TestRoutesFollowRotation(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.session.RoutesChanged()
	for range 3 * datagram.IdentifiersAhead {
		routes := c.session.Routes()
		sent := len(alice.sent)
		alice.client.Rotate()
		alice.typeKeys(c.now, "x")
		c.run(300 * time.Millisecond)
		if !c.session.RoutesChanged() {
			t.Fatal("the routes have not changed")
		}
		for _, d := range alice.sent[sent:] {
			if id, _ := datagram.IdentifierOf(d); !slices.Contains(routes.Identifiers, id) {
				t.Fatalf("identifier %d was not expected", id)
			}
		}
	}
}

// A silent client's address is no longer claimed, as its NAT may give it to another. The
// session stays open for it.
func TestRoutesOfSilentClient(t *testing.T) {
	c := newCrowd(t, 1, Timeouts{})
	c.session.RoutesChanged()
	c.members[0].cut = true
	c.run(quietTimeout + time.Second)
	if r := c.session.Routes(); !c.session.RoutesChanged() || r.Addresses != nil || !r.Open {
		t.Errorf("%+v", r)
	}
	c.members[0].cut = false
	c.members[0].path.Remote = netip.MustParseAddrPort("198.51.100.1:7")
	c.run(4 * time.Second)
	if r := c.session.Routes(); !c.session.RoutesChanged() || !slices.Equal(r.Addresses, []netip.AddrPort{c.members[0].path.Remote}) {
		t.Errorf("after it has come back: %+v", r)
	}
}

func TestRoutesChangedDoesNotAllocate(t *testing.T) {
	c := newCrowd(t, 3, Timeouts{})
	c.session.RoutesChanged()
	if n := testing.AllocsPerRun(100, func() { c.session.RoutesChanged() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
