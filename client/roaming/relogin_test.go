package roaming

import (
	"net/netip"
	"testing"
	"time"

	"gm/client/route"
	"gm/wire/datagram"
)

// onSSH runs a test in a world whose UDP is blocked from the start.
func onSSH(t *testing.T, c config, test func(t *testing.T, w *world)) {
	t.Helper()
	testWorld(t, c, func(t *testing.T, w *world) {
		w.block(true)
		w.typeFor(12 * time.Second)
		w.expectPath(0, route.KindSSH)
		w.expectAll()
		test(t, w)
	})
}

// TestPipeDies ends the SSH connection while UDP is blocked: a login in the background
// begins at once.
func TestPipeDies(t *testing.T) {
	onSSH(t, config{}, func(t *testing.T, w *world) {
		w.cutSSH()
		began := time.Now()
		w.typeKeys("x")
		w.run(100 * time.Millisecond)
		if closed, _ := w.dialer.counts(); closed != 1 || w.transport.PathState(datagram.PipePath(1)).Measured {
			t.Errorf("%d connections closed, the path is %+v", closed, w.transport.PathState(datagram.PipePath(1)))
		}
		w.waitFor(2*time.Second, "no key arrives", w.echoed)
		w.typeFor(3 * time.Second)
		w.expectAll()
		dials := w.dialer.list()
		if len(dials) != 1 || !dials[0].batch || dials[0].at.Sub(began) > 50*time.Millisecond {
			t.Errorf("logins %v, SSH ended at %v", dials, began)
		}
		if err := w.roamer.LoginError(); err != nil {
			t.Errorf("login error %v", err)
		}
		w.expectNotices(route.NoticeSSH)
	})
}

// TestPipeIsSilent moves the client to another address, so that the connection never ends.
func TestPipeIsSilent(t *testing.T) {
	onSSH(t, config{}, func(t *testing.T, w *world) {
		w.move(netip.MustParseAddr("198.51.100.99"), netip.MustParseAddr("2001:db8:7::99"))
		w.typeFor(6 * time.Second)
		w.expectAll()
		closed, _ := w.dialer.counts()
		if n := len(w.dialer.list()); n != 1 || closed != 1 {
			t.Errorf("%d logins, %d connections closed", n, closed)
		}
		w.expectNotices(route.NoticeSSH)
	})
}

// TestLoginNeedsUser ends SSH while UDP is blocked, and the host asks for a password: the
// login is offered once and never asks by itself.
func TestLoginNeedsUser(t *testing.T) {
	onSSH(t, config{}, func(t *testing.T, w *world) {
		w.dialer.set(nil, errQuestion)
		w.cutSSH()
		w.typeFor(5 * time.Minute)
		for _, d := range w.dialer.list() {
			if !d.batch {
				t.Fatal("a login has asked the user")
			}
		}
		if e, _ := w.roamer.Explain(); e.Login != route.LoginNeedsUser {
			t.Errorf("the login is in state %v", e.Login)
		}
		w.expectNotices(route.NoticeSSH, route.NoticeAskLogin)
		if n := len(w.dialer.list()); n != 1 {
			t.Errorf("%d logins in batch", n)
		}
		if !w.roamer.RequestLogin(time.Now()) {
			t.Fatal("no login is possible")
		}
		w.run(time.Millisecond)
		if w.asked != 1 || !w.roamer.Asking() {
			t.Errorf("%d requests, asking: %v", w.asked, w.roamer.Asking())
		}
		w.run(2 * time.Second)
		if w.roamer.Asking() {
			t.Error("the login has ended")
		}
		w.expectAll()
		w.expectPath(0, route.KindSSH)
	})
}

// TestNewNetworkNeedsNoUser: after a login that would have asked, a change of address tries
// again without questions.
func TestNewNetworkNeedsNoUser(t *testing.T) {
	onSSH(t, config{}, func(t *testing.T, w *world) {
		w.dialer.set(nil, errQuestion)
		w.cutSSH()
		w.typeFor(5 * time.Second)
		w.dialer.set(nil, nil)
		w.move(netip.MustParseAddr("198.51.100.99"), client6)
		began := time.Now()
		w.typeFor(4 * time.Second)
		w.expectAll()
		dials := w.dialer.list()
		if last := dials[len(dials)-1]; len(dials) != 2 || !last.batch || last.at.Sub(began) > time.Second {
			t.Errorf("logins %v, moved at %v", dials, began)
		}
	})
}

// TestLoginBacksOff has logins fail: the pauses double from 1 s to 60 s.
func TestLoginBacksOff(t *testing.T) {
	onSSH(t, config{}, func(t *testing.T, w *world) {
		w.dialer.set(errDial, nil)
		w.dialer.setTime(time.Millisecond)
		w.cutSSH()
		w.run(10 * time.Minute)
		dials := w.dialer.list()
		for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			if got := dials[i+1].at.Sub(dials[i].at); (got - want*time.Second).Abs() > 100*time.Millisecond {
				t.Errorf("pause %d is %v, want %v", i, got, want*time.Second)
			}
		}
		if w.roamer.LoginError() != errDial {
			t.Errorf("login error %v", w.roamer.LoginError())
		}
		w.dialer.set(nil, nil)
		w.typeKeys("y")
		w.run(3 * time.Second)
		w.expectAll()
	})
}

// TestLoginAtOnce ends the wait for the next login, after failures, by what makes success
// likely.
func TestLoginAtOnce(t *testing.T) {
	for name, do := range map[string]func(w *world){
		"a key":               func(w *world) { w.typeKeys("x") },
		"a change of address": func(w *world) { w.move(netip.MustParseAddr("198.51.100.98"), client6) },
	} {
		t.Run(name, func(t *testing.T) {
			onSSH(t, config{}, func(t *testing.T, w *world) {
				w.dialer.set(errDial, nil)
				w.dialer.setTime(time.Millisecond)
				w.cutSSH()
				w.run(5 * time.Minute)
				before := len(w.dialer.list())
				w.waitFor(70*time.Second, "no login", func() bool { return len(w.dialer.list()) > before })
				w.run(5 * time.Second)
				began := time.Now()
				do(w)
				w.run(time.Second)
				dials := w.dialer.list()
				if len(dials) != before+2 || dials[before+1].at.Sub(began) > 100*time.Millisecond {
					t.Errorf("%d logins, the last %v after", len(dials)-before, dials[len(dials)-1].at.Sub(began))
				}
			})
		})
	}
}

// TestRequestedLoginReplacesSilentOne requests a login while one in batch hangs. That one
// is given up, and its connection closed if it is opened nevertheless.
func TestRequestedLoginReplacesSilentOne(t *testing.T) {
	for name, deaf := range map[string]bool{"ends": false, "logs in later": true} {
		t.Run(name, func(t *testing.T) {
			onSSH(t, config{}, func(t *testing.T, w *world) {
				w.dialer.deaf = deaf
				w.dialer.setTime(time.Minute)
				w.cutSSH()
				w.run(5 * time.Second)
				w.dialer.setTime(time.Second)
				w.roamer.RequestLogin(time.Now())
				w.typeFor(3 * time.Second)
				w.expectAll()
				w.typeFor(time.Minute)
				if dials := w.dialer.list(); len(dials) != 2 || dials[1].batch || w.roamer.LoginError() != nil {
					t.Errorf("logins %v, %v", dials, w.roamer.LoginError())
				}
				if closed, givenUp := w.dialer.counts(); closed+givenUp != 2 || givenUp == 1 == deaf {
					t.Errorf("%d connections closed, %d logins given up", closed, givenUp)
				}
				w.expectAll()
			})
		})
	}
}

// TestUserGivesLoginUp cancels a login with questions. The user is asked no more.
func TestUserGivesLoginUp(t *testing.T) {
	onSSH(t, config{}, func(t *testing.T, w *world) {
		w.dialer.setTime(time.Hour)
		w.dialer.set(nil, errQuestion)
		w.roamer.RequestLogin(time.Now())
		w.run(time.Second)
		w.roamer.GiveUp()
		w.run(time.Second)
		if w.roamer.Asking() || w.roamer.LoginError() == nil {
			t.Errorf("asking: %v, error %v", w.roamer.Asking(), w.roamer.LoginError())
		}
		w.typeFor(time.Second)
		w.expectAll()
		w.expectPath(0, route.KindSSH)
	})
}

// TestTerminalIsNotAvailable refuses a login that the user has requested.
func TestTerminalIsNotAvailable(t *testing.T) {
	onSSH(t, config{}, func(t *testing.T, w *world) {
		w.away = true
		w.roamer.RequestLogin(time.Now())
		w.run(time.Second)
		if w.asked != 1 || len(w.dialer.list()) != 0 || w.roamer.Asking() {
			t.Errorf("%d requests, logins %v", w.asked, w.dialer.list())
		}
	})
}

// TestLoginWithoutPipe has a login that opens no pipe: its connection is closed.
func TestLoginWithoutPipe(t *testing.T) {
	testWorld(t, config{noPipe: true}, func(t *testing.T, w *world) {
		w.typeFor(3 * time.Second)
		w.expectAll()
		w.roamer.setLogin(time.Now(), Login{Close: w.dialer.close})
		w.run(time.Millisecond)
		w.expectSSHClosed(1)
	})
}
