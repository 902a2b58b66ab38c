package session

import (
	"fmt"
	"gm/vt"
	"gm/wire/state"
	"strings"
	"testing"
	"time"
)

func TestReadOnly(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	viewer := c.joinAs(1, gmClient(ReadOnly, "bob@tv"))
	viewer.resize(c.now, 20, 5)
	viewer.client.SetLocal(c.now, viewer.client.Local().WithAppearance(state.Appearance{Width: 77, Height: 88}))
	c.run(time.Second)
	viewer.typeKeys(c.now, "rm -rf\r\x03")
	num := viewer.client.Sent() + 1
	c.run(time.Second)
	if len(c.host.typed) > 0 || len(c.host.resizes) > 0 || alice.size() != "80x24" || viewer.size() != "80x24" {
		t.Errorf("typed %q, resized %v, %s and %s", c.host.typed, c.host.resizes, alice.size(), viewer.size())
	}
	if viewer.screen().EchoAck < num {
		t.Errorf("echo ack %d, want %d", viewer.screen().EchoAck, num)
	}
	alice.typeKeys(c.now, "seen")
	c.run(time.Second)
	if viewer.text() != "seen" {
		t.Errorf("the viewer sees %q", viewer.text())
	}
	viewer.client.Shutdown(c.now)
	c.run(5 * time.Second)
	if c.session.ending || !viewer.client.Closed() {
		t.Errorf("a viewer that leaves: ending %v, closed %v", c.session.ending, viewer.client.Closed())
	}
	c.wantState(Attached, 1)
}

// A viewer that floods the session with keys is acknowledged and has no effect on the
// others.
func TestReadOnlyFlood(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	viewer := c.joinAs(1, gmClient(ReadOnly, ""))
	keys := make([]byte, 8<<10)
	for range 200 {
		viewer.typeKeys(c.now, string(keys))
		c.run(50 * time.Millisecond)
	}
	c.run(5 * time.Second)
	if n := viewer.client.Local().Unacked(); n > 0 || len(c.host.typed) > 0 {
		t.Errorf("%d positions unacknowledged, typed %d bytes", n, len(c.host.typed))
	}
	alice.typeKeys(c.now, "ok")
	c.run(time.Second)
	if string(c.host.typed) != "ok" {
		t.Errorf("typed %q", c.host.typed)
	}
}

// The client that ends a shared session ends it for all.
func TestSharedSessionIsEnded(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	bob := c.joinAs(1, gmClient(Share, "bob@desk"))
	c.run(time.Second)
	bob.client.Shutdown(c.now)
	c.run(5 * time.Second)
	if got := alice.screen().ExitStatus; !alice.client.Closed() || got.Stopped != "ended by bob@desk from 192.0.2.11" {
		t.Errorf("closed %v, %+v", alice.client.Closed(), got)
	}
	if !c.session.Finished() {
		t.Error("the session goes on")
	}
}

func TestSizes(t *testing.T) {
	type step struct {
		do   func(c *crowd, alice, bob *member)
		want string
	}
	alone := func(c *crowd, alice, bob *member) {}
	bobTypes := func(c *crowd, _, bob *member) { bob.typeKeys(c.now, "b") }
	aliceTypes := func(c *crowd, alice, _ *member) { alice.typeKeys(c.now, "a") }
	bobResizes := func(c *crowd, _, bob *member) { bob.resize(c.now, 50, 40) }
	bobFocuses := func(c *crowd, _, bob *member) { bob.typeKeys(c.now, "\x1b[I") }
	bobLeaves := func(c *crowd, _, bob *member) { bob.detach(c.now) }
	bobVanishes := func(c *crowd, _, bob *member) { bob.cut = true; c.run(time.Minute) }
	for name, test := range map[string]struct {
		policy SizePolicy
		steps  []step
	}{
		"latest": {SizeLatest, []step{{alone, "80x24"}, {bobFocuses, "80x24"}, {bobTypes, "60x30"}, {bobResizes, "50x40"}, {aliceTypes, "80x24"},
			{bobResizes, "80x24"}, {bobTypes, "50x40"}, {bobLeaves, "80x24"}}},
		"smallest": {SizeSmallest, []step{{alone, "60x24"}, {bobTypes, "60x24"}, {bobResizes, "50x24"}, {bobVanishes, "80x24"}}},
		"largest":  {SizeLargest, []step{{alone, "80x30"}, {bobTypes, "80x30"}, {bobResizes, "80x40"}, {bobLeaves, "80x24"}}},
	} {
		t.Run(name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{})
			c.session.SetSizePolicy(c.now, test.policy)
			bob := c.joinAs(1, gmClient(Share, ""))
			bob.resize(c.now, 60, 30)
			for i, step := range test.steps {
				c.run(time.Second)
				step.do(c, alice, bob)
				c.run(time.Second)
				if alice.size() != step.want {
					t.Fatalf("after step %d the session has %s, want %s", i, alice.size(), step.want)
				}
				if !bob.cut && !bob.client.Closed() && bob.size() != step.want {
					t.Errorf("after step %d bob has %s, want %s", i, bob.size(), step.want)
				}
			}
		})
	}
}

// A stock client gets a screen of the size of its window.
func TestStockClientInAnotherSize(t *testing.T) {
	c, _ := newTeam(t, Timeouts{})
	stock := c.joinAs(1, ClientConfig{Dialect: vt.Stock(), Role: Share})
	for _, window := range [][2]int{{40, 10}, {120, 50}, {80, 24}} {
		stock.resize(c.now, window[0], window[1])
		c.run(time.Second)
		if want := fmt.Sprintf("%dx%d", window[0], window[1]); stock.size() != want {
			t.Errorf("it has %s, want %s", stock.size(), want)
		}
		c.output("\x1b[H\x1b[2J\x1b[24;80Hx\x1b[D")
		if n := strings.Count(stock.text(), "x"); n != 1 {
			t.Errorf("in %v it shows %q", window, stock.text())
		}
	}
	if len(c.host.resizes) > 0 {
		t.Errorf("the session was resized to %v", c.host.resizes)
	}
}

// The terminal that programs see is that of the client that typed last.
func TestTerminalOfTheLeader(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	bob := c.joinAs(1, gmClient(Share, ""))
	for i, m := range []*member{alice, bob} {
		m.client.SetLocal(c.now, m.client.Local().WithAppearance(state.Appearance{Width: 100 * (i + 1), Height: 10}))
		c.run(time.Second)
	}
	if c.host.pixels[0] != 100 {
		t.Errorf("at first the window has %d pixels", c.host.pixels[0])
	}
	for i, m := range []*member{alice, bob, alice} {
		m.typeKeys(c.now, "x")
		c.run(time.Second)
		if want := 100 * (i%2 + 1); c.host.pixels[0] != want {
			t.Errorf("after %d keys the window has %d pixels, want %d", i+1, c.host.pixels[0], want)
		}
	}
}

// A viewer alone does not change the size.
func TestViewerAlone(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	alice.detach(c.now)
	c.run(5 * time.Second)
	viewer := c.joinAs(1, gmClient(ReadOnly, ""))
	viewer.resize(c.now, 20, 5)
	c.run(time.Second)
	viewer.resize(c.now, 30, 6)
	c.run(time.Second)
	if len(c.host.resizes) > 0 || viewer.size() != "80x24" {
		t.Errorf("resized %v, the viewer has %s", c.host.resizes, viewer.size())
	}
}

// Replies to the program wait for the report of the first client's terminal alone.
func TestRepliesDoNotWaitForALaterClient(t *testing.T) {
	c, _ := newTeam(t, Timeouts{})
	cfg := gmClient(Share, "")
	cfg.Extensions |= state.ExtTerminal
	c.joinAs(1, cfg)
	c.run(time.Second)
	c.session.Output(c.now, []byte("\x1b[c"))
	if len(c.host.typed) == 0 {
		t.Error("no reply")
	}
}
