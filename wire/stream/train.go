package stream

import "time"

// train is the packets that are sent before the first acknowledgement. The bottleneck of the
// path spaces them, and so tells its rate before a round trip can: the second window is
// larger for it.
type train struct {
	start uint64    // delivered when it was sent
	began time.Time // of its acknowledgements
	bytes int       // acknowledged after that
	took  time.Duration
}

const (
	// trainPackets is the least number of packets that tell a rate.
	trainPackets = 8
	// trainWindow is the largest window that it gives, in packets.
	trainWindow = 16 * initialPackets
)

// acknowledged records that bytes of the train have arrived.
func (t *train) acknowledged(now time.Time, bytes int) {
	if t.began.IsZero() {
		t.began = now
	}
	t.bytes += bytes
	t.took = now.Sub(t.began)
}

// window returns the window, in bytes, that the train allows on a path with that round trip;
// 0 if it tells nothing. Packets that are acknowledged together have come within ackAfter.
func (t *train) window(least time.Duration, packet int) int {
	if t.bytes < trainPackets*packet {
		return 0
	}
	rate := float64(t.bytes-packet) / (t.took + ackAfter).Seconds()
	return min(int(rate*least.Seconds()), trainWindow*packet)
}
