package stream

import (
	"slices"
	"testing"
	"time"
)

// TestQueueStaysShort sends keys, in datagrams of 60 bytes, beside a stream that fills the
// path: the queue before it delays them little.
func TestQueueStaysShort(t *testing.T) {
	for _, test := range []struct {
		link        string
		delay       time.Duration // of the link
		median, p99 time.Duration // beyond it
		rate        float64       // of the stream, MB/s
	}{
		{"rtt=50ms,rate=10M", 25 * time.Millisecond, 15 * time.Millisecond, 60 * time.Millisecond, 1.1},
		{"rtt=50ms,rate=10M,loss=2%", 25 * time.Millisecond, 15 * time.Millisecond, 60 * time.Millisecond, 1.1},
		{"rtt=50ms,rate=1M", 25 * time.Millisecond, 15 * time.Millisecond, 60 * time.Millisecond, 0.1},
		{"rtt=50ms,rate=256k", 25 * time.Millisecond, 40 * time.Millisecond, 100 * time.Millisecond, 0.025},
		{"rtt=200ms,rate=1M", 100 * time.Millisecond, 15 * time.Millisecond, 100 * time.Millisecond, 0.1},
		{"rtt=20ms,rate=1M", 10 * time.Millisecond, 15 * time.Millisecond, 60 * time.Millisecond, 0.1},
		{"rtt=20ms,rate=100M", 10 * time.Millisecond, 5 * time.Millisecond, 30 * time.Millisecond, 11.3},
		{"rtt=50ms,rate=10M,jitter=10ms", 25 * time.Millisecond, 25 * time.Millisecond, 60 * time.Millisecond, 1.1},
	} {
		t.Run(test.link, func(t *testing.T) {
			delays, rate := keysBesideBulk(newRig(t, test.link), test.delay)
			slices.Sort(delays)
			median, p99 := delays[len(delays)/2], delays[len(delays)*99/100]
			t.Logf("median %v, p99 %v, %.3f MB/s", median, p99, rate)
			if median > test.median || p99 > test.p99 || rate < test.rate {
				t.Errorf("median %v, p99 %v, %.3f MB/s", median, p99, rate)
			}
		})
	}
}

// keysBesideBulk returns how much later than after a delay keys have come, and the rate of a
// stream beside them. The start, when the path is unknown, does not count.
func keysBesideBulk(r *rig, delay time.Duration) (delays []time.Duration, rate float64) {
	const span, start, every = 30 * time.Second, 4 * time.Second, 41 * time.Millisecond
	streams, data := newReads(r), make([]byte, 100_000)
	s := r.client.Open(1, nil)
	sent := map[byte]time.Time{}
	r.key = func(key byte) {
		if r.now.Sub(epoch) > start {
			delays = append(delays, r.now.Sub(sent[key])-delay)
		}
	}
	next, number := r.now, byte(0)
	r.before = func() {
		if !r.now.Before(next) {
			next, number = next.Add(every), number+1
			sent[number] = r.now
			r.up.Send(r.now, append([]byte{keyMark, number}, make([]byte, 58)...))
		}
	}
	r.limit = func() time.Time { return next }
	r.while(span, func() bool {
		s.Write(data)
		streams.read()
		return false
	})
	return delays, float64(streams.bytes(1)) / span.Seconds() / 1e6
}
