package stream

import (
	"math"
	"testing"
	"time"
)

// TestLossesAtFullQueue has losses at the longest round trip, which are congestion, and at
// any, which are not.
func TestLossesAtFullQueue(t *testing.T) {
	const least, longest = 40 * time.Millisecond, 50 * time.Millisecond
	for name, test := range map[string]struct {
		rtt  func(i int) time.Duration
		want bool
	}{
		"all at the longest":        {func(int) time.Duration { return longest - time.Millisecond }, true},
		"none at the longest":       {func(int) time.Duration { return least + 3*time.Millisecond }, false},
		"one of eight":              {func(i int) time.Duration { return least + longest*time.Duration((i%8)/7)/5 }, false},
		"three of four":             {func(i int) time.Duration { return longest - time.Duration((i%4)/3)*8*time.Millisecond }, true},
		"shorter than the shortest": {func(int) time.Duration { return least / 2 }, false},
	} {
		t.Run(name, func(t *testing.T) {
			var g congestion
			g.sample(epoch, longest, least, 1)
			found := false
			for i := range 200 {
				lost := g.lost(test.rtt(i), least)
				found = found || lost && i > 100
			}
			if found != test.want {
				t.Errorf("congestion is found: %t, want %t", found, test.want)
			}
		})
	}
}

// TestLinkLoss has a link lose one packet of ten, and many more when its queue is full, which
// are not those of the link.
func TestLinkLoss(t *testing.T) {
	const least, longest = 40 * time.Millisecond, 50 * time.Millisecond
	var g congestion
	g.sample(epoch, longest, least, 1)
	for i := range 2000 {
		if i%10 == 0 {
			g.lost(least, least)
		} else {
			g.sample(epoch, least, least, 1)
		}
		g.lost(longest, least)
	}
	if g.linkLoss < 0.07 || g.linkLoss > 0.13 {
		t.Errorf("the link loses %.2f of its packets, want 0.10", g.linkLoss)
	}
}

// TestPathWithoutQueue has losses on a path whose round trip is always the same.
func TestPathWithoutQueue(t *testing.T) {
	var g congestion
	g.sample(epoch, 40*time.Millisecond, 40*time.Millisecond, 1)
	for range 100 {
		if g.lost(40*time.Millisecond, 40*time.Millisecond) {
			t.Fatal("congestion without a queue")
		}
	}
}

// TestLongestRoundTripIsForgotten has a long round trip, and none for some time.
func TestLongestRoundTripIsForgotten(t *testing.T) {
	var g congestion
	g.sample(epoch, time.Second, 50*time.Millisecond, 1)
	for s := range 25 {
		g.sample(epoch.Add(time.Duration(s)*time.Second), 50*time.Millisecond, 50*time.Millisecond, 1)
	}
	if m := max(g.longest[0], g.longest[1]); m != 50*time.Millisecond {
		t.Errorf("%v is remembered", m)
	}
}

// TestCubicWindow holds the window to RFC 9438: 0.7 of the old one after a loss, the old one
// after K, and never less than that of Reno. Further losses of a round do not count, and a
// loss at a smaller window makes it return to less.
func TestCubicWindow(t *testing.T) {
	var g congestion
	const rtt = 100 * time.Millisecond
	g.reduce(epoch, epoch.Add(-rtt), 200)
	g.reduce(epoch.Add(rtt/2), epoch.Add(-rtt/2), 100)
	at := func(d time.Duration) float64 { return g.window(epoch.Add(d), rtt) }
	k := time.Duration(math.Cbrt(200*0.3/0.4) * float64(time.Second))
	for d, want := range map[time.Duration]float64{0: 140, k: 200, k + time.Second: 200.4} {
		if got := at(d); math.Abs(got-want) > 0.01 {
			t.Errorf("%v after a loss: %.2f, want %.2f", d, got, want)
		}
	}
	if reno := g.window(epoch.Add(time.Second), 5*time.Millisecond); math.Abs(reno-140-0.9/1.7*200) > 0.01 {
		t.Errorf("%.2f with a short round trip", reno)
	}
	g.reduce(epoch.Add(time.Second), epoch.Add(time.Second/2), 150)
	if g.most != 150*0.85 {
		t.Errorf("a loss at a window of 150 after 200 returns to %.1f", g.most)
	}
}
