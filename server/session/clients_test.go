package session

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/state"
)

// gmClient is the configuration of a gm client.
func gmClient(role Role, by string) ClientConfig {
	return ClientConfig{Dialect: vt.Full(), Extensions: state.AllExtensions &^ state.ExtTerminal, Role: role, By: by}
}

// newTeam returns a session of which alice is the client.
func newTeam(t *testing.T, limits Timeouts) (c *crowd, alice *member) {
	t.Helper()
	c = newCrowd(t, 0, limits)
	alice = c.joinAs(0, gmClient(TakeOver, "alice@desk"))
	alice.resize(c.now, 80, 24)
	c.run(time.Second)
	if len(c.host.started) != 1 {
		t.Fatalf("the program was started %d times", len(c.host.started))
	}
	return c, alice
}

func (m *member) resize(now time.Time, cols, rows int) {
	m.client.SetLocal(now, m.client.Local().WithSize(cols, rows))
}

func (m *member) detach(now time.Time) {
	m.client.SetLocal(now, m.client.Local().WithDetach())
	m.client.Shutdown(now)
}

func (m *member) screen() state.Screen {
	s, _ := m.client.Remote()
	return s
}

func (m *member) text() string { return m.screen().Screen.Text() }

func (m *member) size() string {
	cols, rows := m.screen().Screen.Size()
	return fmt.Sprintf("%dx%d", cols, rows)
}

func (c *crowd) output(text string) {
	c.session.Output(c.now, []byte(text))
	c.run(time.Second)
}

func (c *crowd) wantState(want State, clients int) {
	c.t.Helper()
	if r := c.session.Report(c.now); r.State != want || len(r.Clients) != clients {
		c.t.Errorf("state %d with %d clients, want %d with %d", r.State, len(r.Clients), want, clients)
	}
}

func TestDetachAndAttach(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.output("\x1b]2;title\a\x1b[4 q\x1b[?2004h\x1b[31mred")
	alice.detach(c.now)
	c.run(time.Minute)
	if !alice.client.Closed() || c.session.Finished() || c.host.hungUp > 0 || len(c.session.attachments) != 0 {
		t.Fatalf("closed %v, finished %v, hung up %d times, %d attachments", alice.client.Closed(), c.session.Finished(), c.host.hungUp, len(c.session.attachments))
	}
	c.wantState(Detached, 0)
	c.output(" more")
	again := c.joinAs(1, gmClient(TakeOver, "alice@laptop"))
	c.run(time.Second)
	s := again.screen().Screen
	if s.Text() != "red more" || s.Title != "title" || s.Cursor.Shape != 4 || !s.Modes.BracketedPaste || again.size() != "80x24" {
		t.Errorf("the first frame is %q in %s, title %q, cursor %d, modes %+v", s.Text(), again.size(), s.Title, s.Cursor.Shape, s.Modes)
	}
	again.typeKeys(c.now, "x")
	c.run(time.Second)
	if string(c.host.typed) != "x" || again.text() != "red morex" {
		t.Errorf("typed %q, shown %q", c.host.typed, again.text())
	}
	c.wantState(Attached, 1)
}

// Keys that precede the wish to detach reach the program.
func TestKeysBeforeDetach(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	alice.typeKeys(c.now, "make")
	alice.detach(c.now)
	c.run(time.Second)
	if string(c.host.typed) != "make" || c.session.ending {
		t.Errorf("typed %q, ending %v", c.host.typed, c.session.ending)
	}
}

// A new client learns the session's size even if its own window has another one.
func TestFirstFrameHasTheSize(t *testing.T) {
	for _, window := range [][2]int{{InitialCols, InitialRows}, {100, 30}, {10, 3}} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			c, _ := newTeam(t, Timeouts{})
			c.output("text")
			bob := c.joinAs(1, gmClient(Share, ""))
			bob.resize(c.now, window[0], window[1])
			c.run(time.Second)
			if bob.size() != "80x24" || bob.text() != "text" {
				t.Errorf("%s, %q", bob.size(), bob.text())
			}
		})
	}
}

// Bells, clipboard texts and notifications from before a client came are not for it.
func TestOldEventsAreNotRepeated(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.output("\a\x1b]52;c;c2VjcmV0\a\x1b]9;done\a")
	if s := alice.screen().Screen; s.Bells == 0 || len(s.Clipboards) != 1 || s.EventCount() == 0 {
		t.Fatalf("alice has %d bells, clipboards %v, %d events", s.Bells, s.Clipboards, s.EventCount())
	}
	bob := c.joinAs(1, gmClient(Share, ""))
	c.run(time.Second)
	if s := bob.screen().Screen; s.Bells != 0 || len(s.Clipboards) != 0 || s.EventCount() != 0 {
		t.Errorf("bob has %d bells, clipboards %v, %d events", s.Bells, s.Clipboards, s.EventCount())
	}
	c.output("\a\x1b]9;again\a")
	if s := bob.screen().Screen; s.Bells == 0 || s.EventCount() == 0 {
		t.Errorf("then bob has %d bells, %d events", s.Bells, s.EventCount())
	}
}

func TestTakeOver(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	laptop := c.joinAs(1, gmClient(TakeOver, "alice@laptop"))
	laptop.cut = true
	c.run(10 * time.Second)
	if alice.client.Closing() {
		t.Fatal("a client that has not connected has taken the session over")
	}
	laptop.cut = false
	c.run(5 * time.Second)
	want := state.Detachment{Reason: state.DetachedTakenOver, By: "alice@laptop", From: "192.0.2.11"}
	if !alice.client.Closed() || alice.screen().Detachment != want || alice.screen().ExitStatus.Known {
		t.Errorf("closed %v, %+v, %+v", alice.client.Closed(), alice.screen().Detachment, alice.screen().ExitStatus)
	}
	laptop.typeKeys(c.now, "here")
	c.run(5 * time.Second)
	if laptop.text() != "here" || c.session.Finished() || len(c.session.attachments) != 1 {
		t.Errorf("shown %q, finished %v, %d attachments", laptop.text(), c.session.Finished(), len(c.session.attachments))
	}
}

// A client that sleeps while it is displaced learns it when it wakes up, however late, and
// its quitting does not end the session of the other.
func TestTakeOverOfASleeper(t *testing.T) {
	for _, slept := range []time.Duration{20 * time.Second, time.Hour} { // before and after the peer's timeout
		for _, quits := range []bool{false, true} {
			t.Run(fmt.Sprint(slept, quits), func(t *testing.T) {
				c, alice := newTeam(t, Timeouts{})
				alice.cut = true
				c.run(slept)
				laptop := c.joinAs(1, gmClient(TakeOver, "alice@laptop"))
				c.run(time.Minute)
				c.wantState(Attached, 1)
				if quits {
					alice.client.Shutdown(c.now)
				}
				alice.cut = false
				c.run(10 * time.Second)
				if !alice.client.Closed() || !quits && alice.screen().Detachment.By != "alice@laptop" {
					t.Errorf("closed %v, %+v", alice.client.Closed(), alice.screen().Detachment)
				}
				laptop.typeKeys(c.now, "here")
				c.run(5 * time.Second)
				if laptop.text() != "here" || len(c.session.attachments) != 1 {
					t.Errorf("shown %q, %d attachments", laptop.text(), len(c.session.attachments))
				}
			})
		}
	}
}

func TestDetachByCommand(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	bob := c.joinAs(1, ClientConfig{Dialect: vt.Stock(), Role: Share})
	c.run(time.Second)
	if n := c.session.Detach(c.now, "carol@phone", "192.0.2.99"); n != 2 {
		t.Errorf("%d clients", n)
	}
	c.run(5 * time.Second)
	if want := (state.Detachment{Reason: state.DetachedByCommand, By: "carol@phone", From: "192.0.2.99"}); alice.screen().Detachment != want {
		t.Errorf("alice knows %+v", alice.screen().Detachment)
	}
	if !alice.client.Closed() || !bob.client.Closed() || c.session.Finished() || bob.screen().Detachment != (state.Detachment{}) {
		t.Errorf("closed %v and %v, finished %v, bob knows %+v", alice.client.Closed(), bob.client.Closed(), c.session.Finished(), bob.screen().Detachment)
	}
	c.wantState(Detached, 0)
}

func TestKill(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	c.session.Kill(c.now, "carol@phone", "192.0.2.99")
	c.run(5 * time.Second)
	want := state.ExitStatus{Known: true, Status: 143, Stopped: "killed by carol@phone from 192.0.2.99"}
	if got := alice.screen().ExitStatus; got != want || !alice.client.Closed() || !c.session.Finished() {
		t.Errorf("%+v, closed %v, finished %v", got, alice.client.Closed(), c.session.Finished())
	}
}

// A session without a client is killed at once.
func TestKillDetached(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	alice.detach(c.now)
	c.run(5 * time.Second)
	c.session.Kill(c.now, "", "")
	c.session.Tick(c.now)
	if !c.session.Finished() {
		t.Error("it goes on")
	}
}

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
	}
	c.run(time.Second)
	for i, m := range []*member{alice, bob, alice} {
		m.typeKeys(c.now, "x")
		c.run(time.Second)
		if want := 100 * (i%2 + 1); c.host.pixels[0] != want {
			t.Errorf("after %d keys the window has %d pixels, want %d", i+1, c.host.pixels[0], want)
		}
	}
}

// A program that ends while no client is there is kept, with its last screen and its
// status.
func TestEndIsKept(t *testing.T) {
	for name, leave := range map[string]func(c *crowd, m *member){
		"detached": func(c *crowd, m *member) { m.detach(c.now) },
		"vanished": func(c *crowd, m *member) { m.cut = true; c.run(time.Hour) },
		"sleeping": func(c *crowd, m *member) { m.cut = true; c.run(time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{KeepEnded: 24 * time.Hour})
			leave(c, alice)
			c.run(time.Second)
			c.session.Output(c.now, []byte("last words"))
			c.session.Exited(c.now, 3)
			c.session.OutputEnded(c.now)
			c.run(time.Hour)
			if r := c.session.Report(c.now); c.session.Finished() || r.State != Ended || r.Exit.Status != 3 || r.EndsAt.IsZero() {
				t.Fatalf("finished %v, %+v", c.session.Finished(), r)
			}
			if c.host.hungUp != 1 {
				t.Errorf("hung up %d times", c.host.hungUp)
			}
			again := alice
			if name == "sleeping" {
				alice.cut = false
			} else {
				again = c.joinAs(1, gmClient(TakeOver, ""))
			}
			c.run(10 * time.Second)
			if s := again.screen(); s.Screen.Text() != "last words" || s.ExitStatus != (state.ExitStatus{Known: true, Status: 3}) || !again.client.Closed() {
				t.Errorf("shown %q, %+v, closed %v", s.Screen.Text(), s.ExitStatus, again.client.Closed())
			}
			if !c.session.Finished() {
				t.Error("the session goes on")
			}
		})
	}
}

// The end is kept for its time, and no longer; a viewer does not count.
func TestKeptEndIsGivenUp(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	alice.detach(c.now)
	c.run(time.Second)
	c.session.Exited(c.now, 0)
	c.session.OutputEnded(c.now)
	c.run(time.Minute)
	viewer := c.joinAs(1, gmClient(ReadOnly, ""))
	c.run(time.Minute)
	if !viewer.client.Closed() || c.session.Finished() {
		t.Fatalf("viewer closed %v, finished %v", viewer.client.Closed(), c.session.Finished())
	}
	c.run(time.Hour)
	if !c.session.Finished() {
		t.Error("the session goes on")
	}
}

// A signal ends a session whose end is kept.
func TestKeptEndIsStopped(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	alice.detach(c.now)
	c.run(time.Second)
	c.session.Exited(c.now, 0)
	c.session.OutputEnded(c.now)
	c.run(time.Minute)
	c.session.Stop(c.now, 15, "terminated")
	c.session.Tick(c.now)
	if !c.session.Finished() {
		t.Error("the session goes on")
	}
}

// An idle shell without a client ends; one that runs something does not, and neither does
// one whose client is there.
func TestLinger(t *testing.T) {
	const limit = 10 * time.Hour
	for name, test := range map[string]struct {
		idle, detaches, outputs bool
		ends                    bool
	}{
		"idle":         {true, true, false, true},
		"busy":         {false, true, false, false},
		"with client":  {true, false, false, false},
		"writes":       {true, true, true, false},
		"becomes idle": {false, true, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{Linger: limit})
			c.host.idle = test.idle
			if test.detaches {
				alice.detach(c.now)
			}
			c.run(limit / 2)
			if test.outputs {
				c.session.Output(c.now, []byte("."))
			}
			if at := c.session.Report(c.now).EndsAt; at.IsZero() == (test.idle && test.detaches) {
				t.Errorf("reported to end at %v", at)
			}
			c.run(limit/2 + time.Minute)
			if name == "becomes idle" {
				if c.session.Finished() {
					t.Fatal("it has ended although it was busy")
				}
				c.host.idle = true
				c.run(lingerRecheck + time.Minute)
			}
			if c.session.Finished() != test.ends {
				t.Errorf("finished %v", c.session.Finished())
			}
		})
	}
}

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
