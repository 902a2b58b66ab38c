package simnet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"
)

var epoch = time.Unix(1_000_000, 0)

// arrived is a datagram and its time of arrival.
type arrived struct {
	at time.Duration
	id int
}

// flow sends n numbered datagrams of size bytes, one each interval, and returns the
// arrivals.
func flow(l *Link, n, size int, interval time.Duration) (out []arrived) {
	drain := func(until time.Time) {
		for !l.Deadline().IsZero() && !l.Deadline().After(until) {
			at := l.Deadline()
			id := binary.BigEndian.Uint32(l.Receive(at))
			out = append(out, arrived{at.Sub(epoch), int(id)})
		}
	}
	for i := range n {
		now := epoch.Add(time.Duration(i) * interval)
		drain(now)
		datagram := make([]byte, size)
		binary.BigEndian.PutUint32(datagram, uint32(i))
		l.Send(now, datagram)
	}
	drain(epoch.Add(24 * time.Hour))
	return out
}

func link(t *testing.T, config string, seed uint64) *Link {
	t.Helper()
	c, err := Parse(config)
	if err != nil {
		t.Fatal(err)
	}
	return NewLink(c, seed, epoch)
}

func TestLinkPerfect(t *testing.T) {
	l := link(t, "", 0)
	l.Send(epoch, nil)
	if got := l.Receive(epoch); got == nil || len(got) != 0 {
		t.Errorf("an empty datagram came out as %#v", got)
	}
	datagram := []byte("hello")
	l.Send(epoch, datagram)
	datagram[0] = 'j'
	if got := l.Receive(epoch); string(got) != "hello" {
		t.Errorf("got %q; the link must keep a copy", got)
	}
	if got, at := l.Receive(epoch), l.Deadline(); got != nil || !at.IsZero() {
		t.Errorf("an empty link returns %q at %v", got, at)
	}
}

func TestLinkDelay(t *testing.T) {
	l := link(t, "rtt=500ms", 0)
	l.Send(epoch, []byte("x"))
	at := epoch.Add(250 * time.Millisecond)
	if l.Deadline() != at || l.Receive(at.Add(-1)) != nil || l.Receive(at) == nil {
		t.Errorf("deadline %v, want %v and the datagram then", l.Deadline(), at)
	}
}

func TestLinkShares(t *testing.T) {
	const n = 10_000
	for _, c := range []struct {
		config string
		share  func(out []arrived) float64
		want   float64
	}{
		{"loss=30%", func(out []arrived) float64 { return 1 - float64(len(out))/n }, 0.3},
		{"loss=100%", func(out []arrived) float64 { return 1 - float64(len(out))/n }, 1},
		{"dup=5%", func(out []arrived) float64 { return float64(len(out))/n - 1 }, 0.05},
		{"rtt=100ms,jitter=40ms", overtaken, 0},
		{"rtt=100ms", overtaken, 0},
		{"reorder=25%", overtaken, 0.20},
	} {
		out := flow(link(t, c.config, 1), n, 50, 20*time.Millisecond)
		if got := c.share(out); got < c.want*0.9 || got > c.want*1.1 {
			t.Errorf("%s: a share of %.4f, want about %.4f", c.config, got, c.want)
		}
	}
}

// overtaken returns the share that arrived after one that was sent later.
func overtaken(out []arrived) float64 {
	late, highest := 0, -1
	for _, a := range out {
		if a.id < highest {
			late++
		}
		highest = max(highest, a.id)
	}
	return float64(late) / float64(len(out))
}

func TestLinkJitterSpread(t *testing.T) {
	const delay, jitter, apart = 50 * time.Millisecond, 40 * time.Millisecond, 100 * time.Millisecond
	var lowest, highest time.Duration = time.Hour, 0
	for _, a := range flow(link(t, "rtt=100ms,jitter=40ms", 3), 1000, 10, apart) {
		took := a.at - time.Duration(a.id)*apart
		lowest, highest = min(lowest, took), max(highest, took)
	}
	if lowest < delay || lowest > delay+jitter/10 || highest > delay+jitter || highest < delay+jitter*9/10 {
		t.Errorf("took %v to %v, want %v to %v", lowest, highest, delay, delay+jitter)
	}
}

func TestLinkRepeats(t *testing.T) {
	const bad = "rtt=80ms,loss=20%,jitter=30ms,dup=10%,reorder=10%,rate=100k"
	run := func(seed uint64) string {
		return fmt.Sprint(flow(link(t, bad, seed), 500, 200, 10*time.Millisecond))
	}
	first, again, other := run(1), run(1), run(2)
	if first != again {
		t.Error("the same seed gave another network")
	}
	if first == other {
		t.Error("another seed gave the same network")
	}
}

func TestLinkRate(t *testing.T) {
	// 100 datagrams at once, of 972+28 bytes: 10 ms each at 800 kbit/s.
	out := flow(link(t, "rate=800k,queue=64k", 0), 100, 972, 0)
	if len(out) != 64 {
		t.Errorf("%d fit in the queue, want 64", len(out))
	}
	for i, a := range out {
		if want := time.Duration(i+1) * 10 * time.Millisecond; a.at != want || a.id != i {
			t.Fatalf("datagram %d came at %v, want %d at %v", a.id, a.at, i, want)
		}
	}
	if out := flow(link(t, "rate=800k,queue=200ms", 0), 100, 972, 0); len(out) != 21 {
		t.Errorf("%d waited at most 200 ms, want 21", len(out))
	}
	if out := flow(link(t, "rate=800k", 0), 200, 972, 0); len(out) != 101 {
		t.Errorf("%d waited at most 1 s, want 101", len(out))
	}
	// The queue counts headers: the 64th datagram of 1000 bytes is 10 bytes too long.
	if out := flow(NewLink(Config{Rate: 800_000, QueueBytes: 63_990}, 0, epoch), 100, 972, 0); len(out) != 63 {
		t.Errorf("%d fit in a queue of 63,990 bytes, want 63", len(out))
	}
	whole := NewLink(Config{Rate: 800_000, HeadersIncluded: true}, 0, epoch)
	if out := flow(whole, 1, 1000, 0); out[0].at != 10*time.Millisecond {
		t.Errorf("1000 bytes with their headers took %v, want 10 ms", out[0].at)
	}
	if out := flow(link(t, "rate=800k", 0), 200, 972, 10*time.Millisecond); len(out) != 200 {
		t.Errorf("%d of 200 came at exactly the rate", len(out))
	}
}

func TestLinkOutages(t *testing.T) {
	l := link(t, "outage=1s+1s,outage=5s+500ms", 0)
	var lost []int
	got := flow(l, 80, 10, 100*time.Millisecond)
	for i := range 80 {
		if !slices.ContainsFunc(got, func(a arrived) bool { return a.id == i }) {
			lost = append(lost, i)
		}
	}
	want := []int{10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 50, 51, 52, 53, 54}
	if !slices.Equal(lost, want) {
		t.Errorf("lost %v, want %v", lost, want)
	}
}

func TestLinkDown(t *testing.T) {
	l := link(t, "rtt=20ms", 0)
	l.Send(epoch, []byte("before"))
	l.SetDown(true)
	l.Send(epoch, []byte("in it"))
	l.SetDown(false)
	l.Send(epoch, []byte("after"))
	var got [][]byte
	for d := l.Receive(epoch.Add(time.Second)); d != nil; d = l.Receive(epoch.Add(time.Second)) {
		got = append(got, d)
	}
	if string(bytes.Join(got, []byte(", "))) != "before, after" {
		t.Errorf("got %q", got)
	}
}

func TestLinkStats(t *testing.T) {
	l := link(t, "loss=50%,dup=50%,rate=80k,queue=500ms", 7)
	out := flow(l, 1000, 72, time.Millisecond)
	s := l.Stats()
	if s.Sent != (Count{1000, 72_000}) {
		t.Errorf("sent %+v", s.Sent)
	}
	if s.Delivered != (Count{len(out), 72 * len(out)}) {
		t.Errorf("delivered %+v, want %d", s.Delivered, len(out))
	}
	if s.Lost.Packets == 0 || s.Overflowed.Packets == 0 || s.Lost.Packets+s.Overflowed.Packets >= 1000 {
		t.Errorf("lost %+v, overflowed %+v", s.Lost, s.Overflowed)
	}
}

func TestLinkBounds(t *testing.T) {
	l := link(t, "delay=1h", 0)
	datagram := make([]byte, 1<<16-1)
	for range maxInFlightBytes/len(datagram) + 100 {
		l.Send(epoch, datagram)
	}
	if l.bytes > maxInFlightBytes || l.Stats().Overflowed.Packets != 100 {
		t.Errorf("%d bytes in inFlight, %d dropped", l.bytes, l.Stats().Overflowed.Packets)
	}
	l = link(t, "delay=1h", 0)
	for range maxInFlightPackets + 10 {
		l.Send(epoch, nil)
	}
	if len(l.inFlight) != maxInFlightPackets || l.Stats().Overflowed.Packets != 10 {
		t.Errorf("%d in inFlight, %d dropped", len(l.inFlight), l.Stats().Overflowed.Packets)
	}
}
