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
	// trainPackets is the number of packets, after the first, that tell a rate.
	trainPackets = 8
	// leastTrain is the least time that they take: acknowledgements may come together.
	leastTrain = 2 * time.Millisecond
	// trainShare is the part of the rate that is believed, and trainWindow the largest
	// window that it gives, in packets.
	trainShare  = 0.5
	trainWindow = 16 * initialPackets
)

// acknowledged records that bytes of the train have arrived.
func (t *train) acknowledged(now time.Time, bytes int) {
	if t.began.IsZero() {
		t.began = now
		return
	}
	t.bytes += bytes
	t.took = now.Sub(t.began)
}

// window returns the window, in bytes, that the train allows on a path with that round trip;
// 0 if it tells nothing.
func (t *train) window(least time.Duration, packet int) int {
	if t.bytes < trainPackets*packet {
		return 0
	}
	rate := float64(t.bytes) / max(t.took, leastTrain).Seconds()
	return min(int(trainShare*rate*least.Seconds()), trainWindow*packet)
}
