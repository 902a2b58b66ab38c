package roaming

import (
	"testing"
	"time"

	"gm/client/route"
	"gm/wire/simnet"
)

// TestUDPBlockedFromTheStart has the pipe answer after one round trip. The user is told
// once. When UDP passes, the session moves to it, and SSH closes after 10 s.
func TestUDPBlockedFromTheStart(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.block(true)
		w.waitFor(60*time.Millisecond, "no prompt after a round trip", func() bool { return w.shows("ready") })
		w.typeFor(15 * time.Second)
		w.expectPath(0, route.KindSSH)
		w.expectAll()
		w.expectNotices(route.NoticeSSH)
		w.block(false)
		w.expectPath(20*time.Second, route.KindUDP)
		w.typeFor(9 * time.Second)
		if !w.roamer.OverSSH() {
			t.Error("SSH was closed at once")
		}
		w.typeFor(2 * time.Second)
		w.expectAll()
		w.expectSSHClosed(1)
		w.expectNotices(route.NoticeSSH)
	})
}

// expectSSHClosed checks that the connections of n logins are closed, and none is open.
func (w *world) expectSSHClosed(n int) {
	w.t.Helper()
	w.dialer.mutex.Lock()
	defer w.dialer.mutex.Unlock()
	if w.roamer.OverSSH() || w.dialer.closed != n || len(w.pipes) != 0 {
		w.t.Errorf("SSH is open: %v, %d closed, want %d, %d pipes", w.roamer.OverSSH(), w.dialer.closed, n, len(w.pipes))
	}
}

// TestUDPBlockedLater blocks UDP twice after SSH has closed, and passes it again. Each
// time a login in the background takes over. The user is told of the first one.
func TestUDPBlockedLater(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.expectPath(0, route.KindUDP)
		w.expectAll()
		w.expectSSHClosed(1)
		w.expectNotices()
		for i := range 2 {
			w.block(true)
			w.typeFor(12 * time.Second)
			w.expectPath(0, route.KindSSH)
			w.expectAll()
			w.expectNotices(route.NoticeSSH)
			w.block(false)
			w.expectReturn()
			w.waitFor(time.Minute, "SSH is open", func() bool { return !w.roamer.OverSSH() })
			w.typeFor(time.Second)
			w.expectAll()
			w.expectSSHClosed(2 + i)
		}
		if dials := w.dialer.list(); len(dials) != 2 || !dials[0].batch || !dials[1].batch {
			t.Errorf("logins %v", dials)
		}
		w.expectNotices(route.NoticeSSH)
	})
}

// expectReturn types until the session is on UDP again, which it tries after pauses.
func (w *world) expectReturn() {
	w.t.Helper()
	for began := time.Now(); ; w.typeFor(time.Second) {
		if e, _ := w.roamer.Explain(); e.Kind == route.KindUDP {
			return
		}
		if time.Since(began) > 2*time.Minute {
			w.t.Fatal("not back on UDP")
		}
	}
}

// TestUDPOpensAndCloses types 5000 keys while UDP is blocked and passed in turn: none is
// lost or doubled. SSH stays, as UDP is never good for long enough.
func TestUDPOpensAndCloses(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		for turn := range 50 {
			w.block(turn%2 == 0)
			for range 100 {
				w.typeKeys("k")
				w.run(30 * time.Millisecond)
			}
		}
		w.expectAll()
	})
}

// TestThrottledUDP limits UDP to 64 kbit/s while the program prints.
func TestThrottledUDP(t *testing.T) {
	testWorld(t, config{udp: simnet.Config{Delay: 20 * time.Millisecond, Rate: 64_000}}, func(t *testing.T, w *world) {
		for range 150 {
			w.print(6000)
			w.typeKeys("k")
			w.run(100 * time.Millisecond)
		}
		w.expectPath(0, route.KindSSH)
		w.expectNotices(route.NoticeSSH)
		w.run(3 * time.Second)
		w.expectAll()
		if len(w.dialer.list()) > 0 {
			t.Error("a login although the first one goes on")
		}
	})
}

// print has the program print text that does not become shorter by compression.
func (w *world) print(bytes int) {
	w.host.output = append(w.host.output, "\x1b[2;1H"...)
	for range bytes {
		w.seed = w.seed*6364136223846793005 + 1442695040888963407
		w.host.output = append(w.host.output, byte('!'+w.seed>>33%90))
	}
}

// TestOnlyLargeDatagramsAreLost has a tunnel on the way, in which the session stays on UDP.
func TestOnlyLargeDatagramsAreLost(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.roads[host4].longest, w.roads[host6].longest = 1132, 1112
		for range 150 {
			w.print(1800)
			w.typeKeys("k")
			w.waitFor(300*time.Millisecond, "a frame is late", w.echoed)
			w.run(100 * time.Millisecond)
		}
		w.expectPath(0, route.KindUDP)
		w.expectAll()
		w.expectSSHClosed(1)
		w.expectNotices()
	})
}

func TestModes(t *testing.T) {
	t.Run("udp", func(t *testing.T) {
		testWorld(t, config{mode: route.UDP}, func(t *testing.T, w *world) {
			w.typeFor(time.Second)
			w.expectAll()
			w.expectSSHClosed(1)
			w.block(true)
			w.typeFor(30 * time.Second)
			if w.roamer.RequestLogin(time.Now()) || len(w.dialer.list()) > 0 {
				t.Error("a login although the path is UDP")
			}
			w.block(false)
			w.typeFor(3 * time.Second)
			w.expectAll()
			w.expectNotices()
		})
	})
	t.Run("ssh", func(t *testing.T) {
		testWorld(t, config{mode: route.SSH}, func(t *testing.T, w *world) {
			w.typeFor(30 * time.Second)
			w.expectAll()
			w.expectPath(0, route.KindSSH)
			if len(w.opened) > 0 || w.finder.finds > 0 {
				t.Errorf("sockets to %v, %d lookups", w.opened, w.finder.finds)
			}
			w.cutSSH()
			w.typeFor(3 * time.Second)
			w.expectAll()
			w.expectNotices()
			if len(w.dialer.list()) != 1 {
				t.Errorf("logins %v", w.dialer.list())
			}
		})
	})
}
