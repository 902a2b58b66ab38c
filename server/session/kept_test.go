package session

import (
	"gm/wire/state"
	"testing"
	"time"
)

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
			if d := c.session.Deadline(c.now); !c.session.Finished() && d.Before(c.now) {
				t.Errorf("the deadline is %v ago", c.now.Sub(d))
			}
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

// A client that wakes up after the program's end and quits takes the session with it.
func TestQuittingAKeptEnd(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	alice.cut = true
	c.run(time.Minute)
	c.session.Exited(c.now, 0)
	c.session.OutputEnded(c.now)
	c.run(time.Minute)
	alice.client.Shutdown(c.now)
	alice.cut = false
	c.run(10 * time.Second)
	if !alice.client.Closed() || !c.session.Finished() {
		t.Errorf("closed %v, finished %v", alice.client.Closed(), c.session.Finished())
	}
}

// Each of several clients gets the end, the slow one too.
func TestEndReachesTheSlowClient(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	bob := c.joinAs(1, gmClient(Share, ""))
	c.run(time.Second)
	bob.deaf = true
	c.session.Exited(c.now, 3)
	c.session.OutputEnded(c.now)
	c.run(4 * time.Second)
	if !alice.client.Closed() || c.session.Finished() {
		t.Fatalf("alice closed %v, finished %v", alice.client.Closed(), c.session.Finished())
	}
	bob.deaf = false
	c.run(10 * time.Second)
	if bob.screen().ExitStatus.Status != 3 || !c.session.Finished() {
		t.Errorf("bob has %+v, finished %v", bob.screen().ExitStatus, c.session.Finished())
	}
}

// A client that was sent away learns that, and not the end that came later.
func TestSleeperAfterTheEnd(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	alice.cut = true
	c.run(time.Minute)
	c.session.Detach(c.now, "carol", "")
	c.session.Exited(c.now, 3)
	c.session.OutputEnded(c.now)
	c.run(time.Minute)
	alice.cut = false
	c.run(10 * time.Second)
	if s := alice.screen(); s.Detachment.By != "carol" || s.ExitStatus.Known || c.session.Finished() {
		t.Errorf("%+v, %+v, finished %v", s.Detachment, s.ExitStatus, c.session.Finished())
	}
}

// A client that was killed and then displaced does not delay an end that its successor has.
func TestEndAfterADisplacedClientWasKilled(t *testing.T) {
	c, alice := newTeam(t, Timeouts{KeepEnded: time.Hour})
	alice.cut = true
	bob := c.joinAs(1, gmClient(TakeOver, ""))
	c.run(12 * time.Second) // for the announcement of the displacement
	c.session.Exited(c.now, 3)
	c.session.OutputEnded(c.now)
	c.run(5 * time.Second)
	if bob.screen().ExitStatus.Status != 3 || !c.session.Finished() {
		t.Errorf("bob has %+v, finished %v", bob.screen().ExitStatus, c.session.Finished())
	}
}
