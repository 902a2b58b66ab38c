package stream

import (
	"slices"
	"testing"
	"time"
)

// TestQueueStaysShort sends keys beside a stream that fills the path: the queue before it
// delays them little.
func TestQueueStaysShort(t *testing.T) {
	for _, test := range []struct {
		link        string
		median, p99 time.Duration // longer than half a round trip
	}{
		{"rtt=50ms,rate=10M", 15 * time.Millisecond, 60 * time.Millisecond},
		{"rtt=50ms,rate=10M,loss=2%", 15 * time.Millisecond, 60 * time.Millisecond},
	} {
		t.Run(test.link, func(t *testing.T) {
			r, data := newRig(t, test.link), make([]byte, 100_000)
			s := r.client.Open(1, nil)
			var peer *Stream
			var delays []time.Duration
			sent := map[byte]time.Time{}
			r.key = func(key byte) { delays = append(delays, r.now.Sub(sent[key])-25*time.Millisecond) }
			next, number := r.now, byte(0)
			r.while(30*time.Second, func() bool {
				s.Write(data)
				if peer == nil {
					if peer = r.server.Accept(); peer == nil {
						return false
					}
				}
				peer.Consume(r.now, len(peer.in.next()))
				if !r.now.Before(next) {
					next, number = next.Add(40*time.Millisecond), number+1
					sent[number] = r.now
					r.up.Send(r.now, []byte{number})
				}
				return false
			})
			slices.Sort(delays)
			median, p99 := delays[len(delays)/2], delays[len(delays)*99/100]
			t.Logf("median %v, p99 %v, %.2f MB/s", median, p99, float64(peer.in.read)/30/1e6)
			if median > test.median || p99 > test.p99 {
				t.Errorf("median %v, p99 %v", median, p99)
			}
		})
	}
}
