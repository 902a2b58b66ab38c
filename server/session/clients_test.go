package session

import (
	"fmt"
	"gm/vt"
	"gm/wire"
	"gm/wire/state"
	"testing"
	"time"
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
	for _, window := range [][2]int{{state.InitialCols, state.InitialRows}, {100, 30}, {10, 3}} {
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

// A client that was sent away while it slept, such as one on a stolen laptop, cannot type any more, and
// sees nothing of what came after.
func TestSleeperIsLockedOut(t *testing.T) {
	for name, sendAway := range map[string]func(c *crowd){
		"detached":   func(c *crowd) { c.session.Detach(c.now, "", "") },
		"taken over": func(c *crowd) { c.joinAs(1, gmClient(TakeOver, "")) },
	} {
		t.Run(name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{})
			c.output("old")
			alice.cut = true
			c.run(time.Minute)
			sendAway(c)
			c.run(time.Second)
			c.output("\x1b[H\x1b[2Jsecret")
			alice.typeKeys(c.now, "rm -rf\r")
			alice.cut = false
			c.run(10 * time.Second)
			if len(c.host.typed) > 0 || alice.text() != "old" || !alice.client.Closed() {
				t.Errorf("typed %q, seen %q, closed %v", c.host.typed, alice.text(), alice.client.Closed())
			}
		})
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

// A client that was sent away and goes on sending is not counted, and gets no frames.
func TestLeavingClientIsNotCounted(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	alice.deaf = true
	c.session.Detach(c.now, "", "")
	if last := c.host.clients[len(c.host.clients)-1]; last.IsValid() {
		t.Errorf("the newest client is %v", last)
	}
	c.run(5 * time.Second)
	c.wantState(Detached, 0)
}

// Keys of a client that was sent away and does not know it have no effect.
func TestKeysAfterSentAway(t *testing.T) {
	for name, sendAway := range map[string]func(c *crowd){
		"taken over": func(c *crowd) { c.joinAs(1, gmClient(TakeOver, "bob@desk")) },
		"detached":   func(c *crowd) { c.session.Detach(c.now, "bob@desk", "") },
	} {
		t.Run(name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{})
			alice.typeKeys(c.now, "before ")
			c.run(time.Second)
			alice.deaf = true
			sendAway(c)
			c.run(time.Second)
			alice.typeKeys(c.now, "after")
			c.run(time.Second)
			if typed := string(c.host.typed); typed != "before " {
				t.Errorf("the program read %q", typed)
			}
			alice.deaf = false
			c.run(10 * time.Second)
			if s := alice.screen(); s.Detachment.By != "bob@desk" || !alice.client.Closed() {
				t.Errorf("%+v, closed %v", s.Detachment, alice.client.Closed())
			}
		})
	}
}

// A client that has left gets no more frames.
func TestNoFramesAfterDetaching(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	alice.detach(c.now)
	c.run(100 * time.Millisecond)
	alice.got = 0
	for range 100 {
		c.session.Output(c.now, []byte("more output\r\n"))
		c.run(20 * time.Millisecond)
	}
	if alice.got > 2 {
		t.Errorf("it got %d datagrams", alice.got)
	}
}

// A client of another version is dropped. It ends a session that has not begun, and no
// other.
func TestClientOfAnotherVersion(t *testing.T) {
	for _, begun := range []bool{false, true} {
		t.Run(fmt.Sprint(begun), func(t *testing.T) {
			c := newCrowd(t, 0, Timeouts{})
			if begun {
				c, _ = newTeam(t, Timeouts{})
			}
			odd := c.joinAs(1, gmClient(Share, ""))
			odd.attachment.fail(c.now, wire.ErrVersion)
			c.session.Tick(c.now)
			if c.session.Finished() == begun || begun && len(c.session.attachments) != 1 {
				t.Errorf("finished %v, %d attachments", c.session.Finished(), len(c.session.attachments))
			}
		})
	}
}
