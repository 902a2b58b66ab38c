package session

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"gm/wire/datagram"
	"gm/wire/simnet"
)

func TestNoClient(t *testing.T) {
	r := newRig(t, Timeouts{}, simnet.Config{})
	r.cut = true
	r.Run(connectTimeout - time.Millisecond)
	if r.session.finished {
		t.Fatal("given up too early")
	}
	r.Run(time.Millisecond)
	if !r.session.finished || len(r.host.started) > 0 || len(r.host.sent) > 0 {
		t.Errorf("after 60 s: finished %v, %d programs", r.session.finished, len(r.host.started))
	}
}

// A client that is gone for ten minutes finds everything as it was.
func TestAbsence(t *testing.T) {
	r := connected(t)
	r.cut = true
	r.Run(datagram.PeerTimeout)
	sent := len(r.host.sent)
	for range 600 {
		r.Run(time.Second)
		r.write(".")
	}
	if n := len(r.host.sent) - sent; n > 0 {
		t.Errorf("%d datagrams were sent to nobody", n)
	}
	r.cut = false
	r.typeKeys("back")
	want := r.session.term.Snapshot().Text()
	r.WaitFor(5*time.Second, "the screen does not come", func() bool { return r.shown() == want })
	if string(r.host.typed) != "back" {
		t.Errorf("typed %q", r.host.typed)
	}
}

func TestQuiet(t *testing.T) {
	r := connected(t)
	r.cut = true
	r.Run(quietTimeout + time.Second)
	r.cut = false
	r.Run(5 * time.Second)
	r.from = netip.MustParseAddrPort("[2001:db8::1]:6000")
	r.Run(5 * time.Second)
	r.from = netip.MustParseAddrPort("[2001:db8::1]:6001") // another port is no news
	r.Run(5 * time.Second)
	want := []netip.Addr{clientAddr.Addr(), {}, clientAddr.Addr(), netip.MustParseAddr("2001:db8::1")}
	if !slices.Equal(r.host.clients, want) {
		t.Errorf("others were told %v, want %v", r.host.clients, want)
	}
}

func TestRoaming(t *testing.T) {
	r := connected(t)
	old := r.from
	r.from = netip.MustParseAddrPort("198.51.100.9:777")
	r.typeKeys("x")
	r.Run(4 * time.Second)
	r.host.sent = nil
	r.write("there")
	r.Run(time.Second)
	if len(r.host.sent) == 0 || slices.Contains(r.host.sent, old) || r.shown() != "there" {
		t.Errorf("sent to %v, the client sees %q", r.host.sent, r.shown())
	}
	if !r.logs("Server now attached to client at 198.51.100.9:777") {
		t.Errorf("the log says %q", r.host.logged)
	}
}

func TestTooLong(t *testing.T) {
	r := connected(t)
	r.host.fits = 600
	text, rng := make([]byte, 1500), rand.New(rand.NewPCG(1, 1))
	for i := range text {
		text[i] = byte('!' + rng.IntN(90))
	}
	r.write(string(text))
	want := r.session.term.Snapshot().Text()
	r.WaitFor(5*time.Second, "the screen does not come", func() bool { return r.shown() == want })
	if r.host.longest <= 600 {
		t.Fatalf("the longest datagram was %d: nothing was tested", r.host.longest)
	}
}

func TestNetworkTimeout(t *testing.T) {
	r := newRig(t, Timeouts{Network: 20 * time.Second}, simnet.Config{})
	r.Run(time.Minute) // the client is there
	if r.session.finished {
		t.Fatal("ended with the client there")
	}
	r.cut = true
	r.Run(16 * time.Second)
	if r.session.ending {
		t.Fatal("given up too early")
	}
	r.Run(16 * time.Second)
	if !r.session.finished {
		t.Error("the session goes on")
	}
}

// SIGUSR1 ends a session whose client has been silent for the limit.
func TestUserSignal(t *testing.T) {
	for _, test := range []struct {
		name         string
		limit, quiet time.Duration
		ends         bool
	}{
		{"no limit", 0, 0, true},
		{"client present", time.Minute, 0, false},
		{"just below the limit", time.Minute, time.Minute - 1, false},
		{"at the limit", time.Minute, time.Minute, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, Timeouts{Signal: test.limit}, simnet.Config{})
			r.Run(time.Second)
			r.session.UserSignal(r.attachment.wire.Heard().Add(test.quiet), 10, "SIGUSR1")
			if r.session.ending != test.ends {
				t.Errorf("ending is %v after %v without the client", r.session.ending, test.quiet)
			}
		})
	}
}

func TestEndWithClient(t *testing.T) {
	r := connected(t)
	r.session.end(r.Now, "SIGTERM", 0)
	r.session.end(r.Now, "again", 0)
	r.WaitFor(time.Second, "no end", func() bool { return r.session.finished && r.client.Closed() })
	if r.logs("again") {
		t.Error("ended twice")
	}
}

// The end is sent at least 16 times, and for at most 10 s, to a client that does not
// acknowledge it.
func TestEndWithSilentClient(t *testing.T) {
	r := connected(t)
	r.cut = true
	sent := len(r.host.sent)
	r.session.end(r.Now, "SIGTERM", 0)
	r.Run(10 * r.attachment.wire.SendInterval())
	if r.session.finished {
		t.Fatal("finished without an answer")
	}
	r.Run(10 * time.Second)
	if n := len(r.host.sent) - sent; n < 16 || n > 50 {
		t.Errorf("told %d times", n)
	}
	if !r.session.finished {
		t.Error("waits for ever")
	}
}

// One that is forgotten is not waited for.
func TestEndWithoutClient(t *testing.T) {
	r := connected(t)
	r.cut = true
	r.Run(datagram.PeerTimeout)
	r.session.end(r.Now, "SIGTERM", 0)
	r.Settle()
	if !r.session.finished {
		t.Error("waits for nobody")
	}
}
