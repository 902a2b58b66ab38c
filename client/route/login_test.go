package route

import (
	"slices"
	"testing"
	"time"
)

func TestLoginAfterSilence(t *testing.T) {
	r := onUDP(t, v4)
	r.roads[v4].down = true
	typed := r.now
	r.typeKey()
	r.runUntil(9*time.Second, "no login", func() bool { return r.has("login 1") })
	if d := r.now.Sub(typed); d != loginAfter {
		t.Errorf("login after %v", d)
	}
	if e := r.Explain(); e.Login != LoginRunning || e.Reason != ReasonSilent {
		t.Errorf("explained by %+v", e)
	}
	r.run(time.Minute)
	if r.count("login") != 1 {
		t.Error("a second login while one is under way")
	}
	r.SetPipe(r.now, secondPipe)
	r.runUntil(100*time.Millisecond, "not on SSH", func() bool { return r.route.Preferred == secondPipe })
	r.run(time.Second)
	if e := r.Explain(); e.Login != LoginIdle || e.Reason != ReasonUDPSilent || len(r.route.Copies) != 0 {
		t.Errorf("explained by %+v, copies on %v", e, r.route.Copies)
	}
}

// logins returns the times between n logins, each of which fails at once.
func (r *rig) logins(n int) (pauses []time.Duration) {
	var last time.Time
	for range n {
		before := r.count("login 1")
		r.runUntil(2*time.Minute, "no login", func() bool { return r.count("login 1") > before })
		r.LoginFailed(r.now, false)
		if !last.IsZero() {
			pauses = append(pauses, r.now.Sub(last))
		}
		last = r.now
	}
	return pauses
}

func TestLoginBackoff(t *testing.T) {
	r := onUDP(t, v4)
	r.roads[v4].down = true
	r.typeKey()
	got := r.logins(10)
	const s = time.Second
	if want := []time.Duration{1 * s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 60 * s, 60 * s, 60 * s}; !slices.Equal(got, want) {
		t.Errorf("pauses %v, want %v", got, want)
	}
	r.log = nil
	r.run(30 * time.Second)
	r.typeKey()
	if !r.has("login 1") {
		t.Error("no login at a key")
	}
	r.LoginFailed(r.now, false)
	r.run(500 * time.Millisecond)
	r.typeKey()
	if r.count("login 1") != 1 {
		t.Error("two logins in a second")
	}
	r.run(600 * time.Millisecond)
	if r.count("login 1") != 2 {
		t.Error("no login a second after the last")
	}
	r.LoginFailed(r.now, false)
	r.run(2 * time.Second)
	r.AddressesChanged(r.now)
	r.decide()
	if r.count("login 1") != 3 {
		t.Error("no login after a change of address")
	}
}

func TestLoginThatNeedsTheUser(t *testing.T) {
	r := onUDP(t, v4)
	r.roads[v4].down = true
	r.typeKey()
	r.runUntil(9*time.Second, "no login", func() bool { return r.has("login 1") })
	r.LoginFailed(r.now, true)
	r.runTyping(10 * time.Minute)
	if r.count("login") != 1 || r.count("notice 2") != 1 || r.Explain().Login != LoginNeedsUser {
		t.Errorf("%v %+v", r.log, r.Explain())
	}
	r.RequestLogin(r.now)
	r.decide()
	if !r.has("login 2") || r.Explain().Login != LoginRunning {
		t.Errorf("%v %+v", r.log, r.Explain())
	}
	r.LoginFailed(r.now, true)
	r.AddressesChanged(r.now)
	r.decide()
	if r.count("login 1") != 2 {
		t.Error("no login after a change of address")
	}
}

// TestLoginNotWhileUDPWorks holds that a closed pipe is no reason for a login.
func TestLoginNotWhileUDPWorks(t *testing.T) {
	r := newRig(t, Auto, v4).withPipe()
	r.run(2 * time.Second)
	r.PipeClosed(r.now, pipe)
	r.runTyping(10 * time.Minute)
	r.wantPreferred(v4)
	if r.has("login") {
		t.Error(r.log)
	}
}

func TestLoginAtOnceAfterEOF(t *testing.T) {
	r := onSSH(t, v4)
	r.PipeClosed(r.now, pipe)
	r.decide()
	if !r.has("login 1") || !r.has("resolve") {
		t.Error(r.log)
	}
	r.wantPreferred(v4)
	t.Run("but not after one that did not last", func(t *testing.T) {
		r.run(time.Second)
		for range 5 {
			r.SetPipe(r.now, secondPipe)
			r.run(time.Second)
			r.wantPreferred(secondPipe)
			r.PipeClosed(r.now, secondPipe)
			r.decide()
			at, logins := r.now, r.count("login 1")
			r.runUntil(2*time.Minute, "no login", func() bool { return r.count("login 1") > logins })
			if r.now.Sub(at) < time.Second {
				t.Error("a login at once")
			}
		}
	})
}

func TestLoginAfterSilentPipe(t *testing.T) {
	r := onSSH(t, v4)
	r.roads[pipe].down = true
	r.typeKey()
	typed := r.now
	r.runUntil(10*time.Second, "no login", func() bool { return r.has("login 1") })
	if d := r.now.Sub(typed); d < 7*time.Second {
		t.Errorf("login after %v", d)
	}
	r.SetPipe(r.now, secondPipe)
	r.run(time.Second)
	r.wantPreferred(secondPipe)
	r.PipeClosed(r.now, pipe)
	r.run(time.Second)
	r.wantPreferred(secondPipe)

	t.Run("sooner after a change of address", func(t *testing.T) {
		r := onSSH(t, v4)
		r.roads[pipe].down = true
		r.AddressesChanged(r.now)
		r.runUntil(3*time.Second, "no login", func() bool { return r.has("login 1") })
	})
}

// TestLoginWaitsForTheRace holds that UDP has 8 s to answer after the addresses have
// changed, although its last answer was long ago.
func TestLoginWaitsForTheRace(t *testing.T) {
	r := onUDP(t, v4)
	r.run(time.Minute)
	r.roads[v4].down = true
	for range 2 { // the second one waits for its round of probes
		r.AddressesChanged(r.now)
		r.run(500 * time.Millisecond)
	}
	r.run(6500 * time.Millisecond)
	if r.has("login") {
		t.Error(r.log)
	}
	r.run(time.Second)
	if !r.has("login") {
		t.Error("no login")
	}
}

func TestLoginNeverWithoutPipe(t *testing.T) {
	r := newRig(t, Auto, v4)
	r.run(time.Second)
	r.roads[v4].down = true
	r.runTyping(10 * time.Minute)
	if r.has("login") {
		t.Error("a host that has opened no pipe is asked for one")
	}
}

func TestModes(t *testing.T) {
	t.Run("udp", func(t *testing.T) {
		r := newRig(t, UDP, v4).withPipe()
		r.decide()
		if !r.has("close ssh") {
			t.Error("SSH is not closed")
		}
		r.roads[v4].down = true
		r.runTyping(10 * time.Minute)
		r.wantPreferred(v4)
		if r.has("login") || r.has("notice") || r.Explain().Reason != ReasonForced {
			t.Errorf("%v %+v", r.log, r.Explain())
		}
		r.RequestLogin(r.now)
		r.decide()
		if r.has("login") {
			t.Error("a login at the user's request")
		}
	})
	t.Run("udp with forwards", func(t *testing.T) {
		r := newRig(t, UDP, v4).withPipe()
		r.SetKeepSSH(true)
		r.run(time.Minute)
		if r.has("close ssh") {
			t.Error("SSH is closed")
		}
		r.SetKeepSSH(false)
		r.decide()
		if !r.has("close ssh") {
			t.Error("SSH is not closed")
		}
	})
	t.Run("ssh", func(t *testing.T) {
		r := newRig(t, SSH, v4).withPipe()
		r.runTyping(time.Minute)
		r.wantPreferred(pipe)
		if r.open[v4] || r.has("notice") || r.has("close ssh") {
			t.Error(r.log)
		}
		r.PipeClosed(r.now, pipe)
		r.decide()
		if !r.has("login 1") {
			t.Error("no login")
		}
	})
}
