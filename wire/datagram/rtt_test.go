package datagram

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

const ms = time.Millisecond

func TestRTTBeforeSamples(t *testing.T) {
	var r RTT
	if got := r.Smoothed(); got != 1000*ms {
		t.Errorf("srtt %v, want 1s", got)
	}
	if got := r.Timeout(); got != 1000*ms {
		t.Errorf("timeout %v, want 1s", got)
	}
	if got := r.SendInterval(); got != 250*ms {
		t.Errorf("interval %v, want 250ms", got)
	}
}

func TestRTTSamples(t *testing.T) {
	var r RTT
	for i, step := range []struct {
		sample              time.Duration // ms
		smoothed, variation float64
		timeout, interval   time.Duration
	}{
		{101, 101, 50.5, 303 * ms, 51 * ms},
		{101, 101, 37.875, 253 * ms, 51 * ms},
		{301, 126, 78.40625, 440 * ms, 63 * ms},
		{0, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{5000, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{65535, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{4999, 721.34375, 1289.916015625, 1000 * ms, 250 * ms},
	} {
		r.Add(step.sample * ms)
		if r.smoothed != step.smoothed || r.variation != step.variation {
			t.Errorf("step %d: smoothed %v variance %v, want %v %v", i, r.smoothed, r.variation, step.smoothed, step.variation)
		}
		if r.Timeout() != step.timeout || r.SendInterval() != step.interval {
			t.Errorf("step %d: timeout %v interval %v, want %v %v", i, r.Timeout(), r.SendInterval(), step.timeout, step.interval)
		}
	}
}

func TestRTTLowerBounds(t *testing.T) {
	var r RTT
	r.Add(0)
	if r.Timeout() != 50*ms || r.SendInterval() != 20*ms {
		t.Errorf("timeout %v interval %v, want 50ms 20ms", r.Timeout(), r.SendInterval())
	}
}

// TestQueued checks when a path counts as full, after 100 samples of a quiet one. The
// round trip through a queue varies by up to 35 ms, the time that a full datagram takes at
// 256 kbit/s.
func TestQueued(t *testing.T) {
	for _, c := range []struct {
		name         string
		lowest, then time.Duration
		samples      int // of then
		want         bool
	}{
		{"the same", 100 * ms, 100 * ms, 100, false},
		{"one late sample", 20 * ms, 320 * ms, 1, false},
		{"one mark of congestion", 100 * ms, 600 * ms, 1, true},
		{"a queue of 30 ms", 100 * ms, 130 * ms, 100, false},
		{"a queue of 50 ms", 100 * ms, 150 * ms, standingSpans*settledSpan - 1, true},
		{"a queue of 1 s for long", 100 * ms, 1100 * ms, 1000, true},
		{"a queue of 1 s", 100 * ms, 1100 * ms, 1, true},
		{"a far path, a queue of 100 ms", 500 * ms, 600 * ms, 100, false},
		{"a far path, a queue of 150 ms", 500 * ms, 650 * ms, standingSpans*settledSpan - 1, true},
		{"a shorter path", 500 * ms, 100 * ms, 100, false},
		{"for a minute", 100 * ms, 400 * ms, floorSpan - 100, true},
		{"for good", 100 * ms, 400 * ms, 2 * floorSpan, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r RTT
			for range 100 {
				r.Add(c.lowest)
			}
			for n := range c.samples {
				varies := time.Duration(n*11%36) * ms
				if c.then <= c.lowest {
					varies = 0
				}
				r.Add(c.then + varies - 17*ms)
			}
			if got := r.Queued(); got != c.want {
				t.Errorf("queued %v with a round trip of %v", got, r.Smoothed())
			}
		})
	}
}

// TestLongerPathIsNotFull makes the round trip longer at once, as a VPN, another route
// behind the same addresses, or a radio that wakes up does.
func TestLongerPathIsNotFull(t *testing.T) {
	for _, c := range []struct {
		name    string
		then    func(n int) time.Duration // sample n of the longer path
		samples int                       // of them until it is not full any more
		near    bool
	}{
		{"100 ms", func(int) time.Duration { return 100 * ms }, settledSpan, true},
		{"500 ms", func(n int) time.Duration { return time.Duration(500+n%4) * ms }, settledSpan, false},
		{"a host is busy once", func(n int) time.Duration {
			if n%settledSpan == 5 {
				return 250 * ms
			}
			return 100 * ms
		}, settledSpan, true},
		{"jitter of 15 ms", func(n int) time.Duration { return time.Duration(100+n*7%16) * ms }, settledSpan, true},
		{"jitter of 60 ms", func(n int) time.Duration { return time.Duration(100+n*23%61) * ms }, standingSpans * settledSpan, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r RTT
			for range 100 {
				r.Add(ms)
			}
			for n := range c.samples {
				if n > 4 && !r.Queued() {
					t.Fatalf("not full after %d samples", n)
				}
				if longer, want := r.Add(c.then(n)), c.near && n == c.samples-1; longer != want {
					t.Errorf("sample %d: longer %v", n, longer)
				}
			}
			for range settledSpan { // SRTT follows
				r.Add(c.then(0))
			}
			if r.Queued() {
				t.Errorf("queued with a round trip of %v", r.Smoothed())
			}
		})
	}
}

// TestQueueIsNoLongerPath fills a queue of 0.3 to 2 s, for a minute or less, and lets it
// drain. Neither is taken for a longer path.
func TestQueueIsNoLongerPath(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, queue := range []int{300, 1000, 2000} {
		t.Run(fmt.Sprintf("%d ms", queue), func(t *testing.T) {
			var r RTT
			for range 100 {
				r.Add(100 * ms)
			}
			add := func(wait int) {
				if r.Add(time.Duration(100+wait+rng.IntN(35)) * ms) {
					t.Fatalf("a queue of %d ms is taken for a longer path", wait)
				}
			}
			for n := range 100 {
				for wait := 0; wait < queue; wait += 35 {
					add(wait)
				}
				for range n {
					add(queue)
				}
				for wait := queue; wait > 0; wait -= 60 {
					add(wait)
				}
			}
		})
	}
}

func TestQueuedBeforeSamples(t *testing.T) {
	if new(RTT).Queued() {
		t.Error("a path without samples is full")
	}
}

// TestAnotherPathIsNotFull roams from a path of 10 ms to one of 200 ms.
func TestAnotherPathIsNotFull(t *testing.T) {
	var r RTT
	for range 100 {
		r.Add(10 * ms)
	}
	r = r.elsewhere()
	if r.Queued() || r.Smoothed() != 10*ms {
		t.Errorf("begins with %v, queued %v", r.Smoothed(), r.Queued())
	}
	for range 100 {
		if r.Add(200 * ms); r.Queued() {
			t.Fatalf("queued with a round trip of %v", r.Smoothed())
		}
	}
}

// TestJitterIsNoQueue varies both ways by up to 20 ms.
func TestJitterIsNoQueue(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var r RTT
	for range 10_000 {
		if r.Add(100*ms + time.Duration(rng.Int64N(int64(20*ms))+rng.Int64N(int64(20*ms)))); r.Queued() {
			t.Fatalf("queued with a round trip of %v", r.Smoothed())
		}
	}
}
