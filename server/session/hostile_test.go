package session

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
	"gm/wire/wiretest"
)

// strangers is where junk comes from.
var strangers = netip.MustParseAddrPort("198.51.100.66:666")

// flood sends the session n datagrams from another host.
func (r *rig) flood(rng *rand.Rand, recorded [][]byte, n int) {
	r.t.Helper()
	for range n {
		r.session.Receive(r.Now, junk(rng, recorded), datagram.Path{Local: serverAddr, Remote: strangers}, true)
	}
}

// junk returns a datagram that costs little to make: an empty or a short one, a
// reflection, noise of the size of a keystroke, or a part of a recorded one or one with
// a changed bit.
func junk(rng *rand.Rand, recorded [][]byte) []byte {
	real := recorded[rng.IntN(len(recorded))]
	switch rng.IntN(16) {
	case 0:
		return nil
	case 1, 2, 3, 4, 5:
		return make([]byte, 1+rng.IntN(23))
	case 6:
		bad := bytes.Clone(real)
		bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		return bad
	case 7:
		return real[:rng.IntN(len(real))]
	case 8:
		return make([]byte, 24+rng.IntN(24))
	}
	reflected := make([]byte, 24+rng.IntN(1200))
	reflected[0] = 0x80
	return reflected
}

// Under 50,000 datagrams a second for 10 s each key is echoed in the usual time, the
// program gets no other input, and neither the client's address nor the memory changes.
func TestJunkFlood(t *testing.T) {
	r := connected(t)
	r.host.echo = true
	var recorded [][]byte
	send := r.host.datagram
	r.host.datagram = func(d []byte) {
		if len(recorded) < 100 {
			recorded = append(recorded, bytes.Clone(d))
		}
		send(d)
	}
	r.typeKeys("quiet")
	r.Run(2 * time.Second)
	rng := rand.New(rand.NewPCG(1, 2))
	before, typed := wiretest.LiveBytes(), "quiet"
	moved, sent := len(r.host.clients), len(r.host.sent)
	for i := range 10 {
		key := string(rune('a' + i))
		r.typeKeys(key)
		typed += key
		for range 100 {
			r.flood(rng, recorded, 500)
			r.Run(10 * time.Millisecond)
		}
		if r.shown() != typed {
			t.Fatalf("after %d s the client sees %q, want %q", i+1, r.shown(), typed)
		}
		wiretest.WantNotGrown(t, before, t.Name())
	}
	if string(r.host.typed) != typed {
		t.Errorf("the program was typed %q", r.host.typed)
	}
	if len(r.host.clients) != moved {
		t.Errorf("the client is said to have moved: %v", r.host.clients)
	}
	for _, to := range r.host.sent[sent:] {
		if to != clientAddr {
			t.Fatalf("a datagram was sent to %v", to)
		}
	}
	if n := len(r.host.sent) - sent; n > 200 {
		t.Errorf("%d datagrams were sent for 10 keys", n)
	}
}

// TestReplayFromElsewhere sends all that the client ever sent once more, from
// another address: the server does not follow.
func TestReplayFromElsewhere(t *testing.T) {
	r := newRig(t, Timeouts{}, simnet.Config{Delay: 5 * time.Millisecond})
	r.host.echo = true
	var recorded [][]byte
	r.Tap = func(d datagram.Direction, data []byte) {
		if d == datagram.ToServer {
			recorded = append(recorded, bytes.Clone(data))
		}
	}
	r.resize(80, 24)
	r.Run(time.Second)
	for i := range 50 {
		r.typeKeys(fmt.Sprint(i, " "))
		r.Run(100 * time.Millisecond)
	}
	typed, sent := string(r.host.typed), len(r.host.sent)
	rng := rand.New(rand.NewPCG(5, 6))
	for range 5 {
		rng.Shuffle(len(recorded), func(i, j int) { recorded[i], recorded[j] = recorded[j], recorded[i] })
		for _, d := range recorded {
			r.session.Receive(r.Now, d, datagram.Path{Local: serverAddr, Remote: strangers}, false)
		}
		r.Run(time.Second)
	}
	for _, to := range r.host.sent[sent:] {
		if to != clientAddr {
			t.Fatalf("a datagram was sent to %v", to)
		}
	}
	if string(r.host.typed) != typed {
		t.Errorf("the program was typed again: %q", r.host.typed[len(typed):])
	}
}

// A hostile client.

// TestResizeStorm changes the size ten thousand times, to what no screen can
// have among others, in one instruction and in many.
func TestResizeStorm(t *testing.T) {
	r := connected(t)
	before := wiretest.LiveBytes()
	storm := func(n int) {
		for i := range n {
			r.resize([]int{0, 1, 65535, 2000, i % 300, -5}[i%6], []int{0, 65535, 1, 1000, i % 100, -1}[i%6])
		}
		r.resize(80, 24)
	}
	storm(6000)
	r.Run(time.Second)
	for range 30 {
		storm(100)
		r.Run(20 * time.Millisecond)
	}
	r.Run(time.Second)
	if n := len(r.host.resizes); n > 40 {
		t.Errorf("the program's terminal was resized %d times", n)
	}
	for _, size := range r.host.resizes {
		if size[0] < vt.MinCols || size[0] > vt.MaxCols || size[1] < vt.MinRows || size[1] > vt.MaxRows {
			t.Errorf("the program's terminal was made %v", size)
		}
	}
	wiretest.WantNotGrown(t, before, t.Name())
	r.wantEcho()
}

// wantEcho types and sees it.
func (r *rig) wantEcho() {
	r.t.Helper()
	r.host.echo = true
	r.typeKeys("\r\nstill here")
	r.WaitFor(5*time.Second, "no echo", func() bool { return strings.Contains(r.shown(), "still here") })
}

// States that are never thrown away and cost a hundred times the memory of their diff
// are limited.
func TestStatesThatNeverEnd(t *testing.T) {
	r := connected(t)
	before := wiretest.LiveBytes()
	_, base := r.attachment.wire.Remote()
	looks := state.User{}
	for i := range 20_000 {
		looks = looks.WithAppearance(state.Appearance{Width: 1 + i%2, Height: 1})
	}
	diff := looks.AppendDiff(nil, state.User{})
	a := newAttacker(t, r)
	taken := 0
	for i := range 15 {
		_, was := r.attachment.wire.Remote()
		a.send(base, 1<<40+uint64(i), diff)
		if _, is := r.attachment.wire.Remote(); is != was {
			taken++
		}
	}
	if grown := wiretest.LiveBytes() - before; grown > 400<<20 {
		t.Errorf("%d MB are held of %d states", grown>>20, taken)
	}
	runtime.KeepAlive(r)
	if taken < 5 || taken == 15 {
		t.Errorf("%d of 15 states were taken", taken)
	}
}

// 1500 small states are never thrown away, and their extensions are unknown.
func TestManyStates(t *testing.T) {
	r := connected(t)
	before := wiretest.LiveBytes()
	_, base := r.attachment.wire.Remote()
	a := newAttacker(t, r)
	for i := range 1500 {
		a.send(base+uint64(i), base+uint64(i)+1, []byte("\x0a\x07\x92\x3e\x04\x08\x00\x18\x01"))
	}
	wiretest.WantNotGrown(t, before, t.Name())
	runtime.KeepAlive(r)
	if _, num := r.attachment.wire.Remote(); num < base+1000 || num > base+1100 {
		t.Errorf("state %d is the newest, after %d", num, base)
	}
	if len(r.host.typed) != 0 {
		t.Errorf("the program was typed %q", r.host.typed)
	}
}

// The client announces the end with states that the server lacks, again after the end,
// and with an acknowledgement of states that were never sent.
func TestShutdownTricks(t *testing.T) {
	const last = 1<<64 - 1
	r := connected(t)
	a := newAttacker(t, r)
	a.ack = last // of a shutdown that nobody began
	_, base := r.attachment.wire.Remote()
	a.send(base, base+1, nil)
	a.send(12345, last, nil)
	a.send(last, last, nil)
	a.send(last, 1, nil)
	r.Run(time.Second)
	if r.session.finished || r.session.ending {
		t.Fatal("the session ended without an announcement that can be read")
	}
	for range 20 {
		a.send(base, last, nil)
		a.send(base, base+7, []byte("junk"))
	}
	r.Run(time.Second)
	if r.host.hungUp != 1 {
		t.Errorf("the announced end hangs the program up %d times", r.host.hungUp)
	}
	for range 20 {
		a.send(base, last, nil)
		r.Run(100 * time.Millisecond)
	}
	r.Run(5 * time.Second)
	if !r.session.finished || r.host.hungUp != 1 {
		t.Error("the announced end is not the end")
	}
}
