package datagram

import (
	"math"
	"time"
)

const (
	maxSample = 5000 * time.Millisecond // a longer round trip means a clock that was stopped

	minRTO, maxRTO                   = 50 * time.Millisecond, 1000 * time.Millisecond
	minSendInterval, maxSendInterval = 20 * time.Millisecond, 250 * time.Millisecond
)

// RTT estimates the round trip time as TCP does (RFC 6298), with mosh's bounds.
// The zero RTT has no samples and assumes 1 s with a variation of 0.5 s.
type RTT struct {
	smoothed, variation float64 // ms
	sampled             bool
	floor               floor
}

func (r *RTT) estimate() (smoothed, variation float64) {
	if !r.sampled {
		return 1000, 500
	}
	return r.smoothed, r.variation
}

// Add adds a sample. Samples of 5 s or more are ignored. It reports whether the path has
// proved to be a little longer: it seemed to be full and was not.
func (r *RTT) Add(sample time.Duration) (longer bool) {
	if sample >= maxSample {
		return false
	}
	ms := float64(sample) / float64(time.Millisecond)
	longer = r.floor.add(ms)
	if !r.sampled {
		r.smoothed, r.variation, r.sampled = ms, ms/2, true
		return longer
	}
	r.variation = 3./4*r.variation + 1./4*math.Abs(r.smoothed-ms)
	r.smoothed = 7./8*r.smoothed + 1./8*ms
	return longer
}

// Smoothed returns SRTT, the smoothed round trip time.
func (r *RTT) Smoothed() time.Duration {
	smoothed, _ := r.estimate()
	return millis(smoothed)
}

// Variation returns RTTVAR, the variation of the round trip time.
func (r *RTT) Variation() time.Duration {
	_, variation := r.estimate()
	return millis(variation)
}

// Timeout returns RTO, 50 ms to 1 s: a datagram that was not answered for so
// long is assumed lost.
func (r *RTT) Timeout() time.Duration {
	smoothed, variation := r.estimate()
	return min(max(ceilMillis(smoothed+4*variation), minRTO), maxRTO)
}

// AnswerTimeout returns within which time an immediate answer arrives unless it is
// lost. Unlike Timeout it is no bound, and serves to send again a few bytes.
func (r *RTT) AnswerTimeout() time.Duration {
	smoothed, variation := r.estimate()
	return ceilMillis(smoothed + 2*variation)
}

// AckSlack returns by how much the minimum of Timeout exceeds the round trip
// time. An acknowledgement delayed by less is not late for any peer, whatever
// round trip time the peer has measured.
func (r *RTT) AckSlack() time.Duration { return max(0, minRTO-r.Smoothed()) }

// SendInterval returns the time between two frames (send_interval), half a
// round trip time bounded to 20 to 250 ms: about two frames are in flight.
func (r *RTT) SendInterval() time.Duration {
	smoothed, _ := r.estimate()
	return min(max(ceilMillis(smoothed/2), minSendInterval), maxSendInterval)
}

// elsewhere returns the estimate that another path begins with. Its lowest round trip
// may be a longer one.
func (r RTT) elsewhere() RTT {
	r.floor = floor{}
	return r
}

// Queued reports whether datagrams wait in a queue: SRTT is well above the lowest
// round trip. Then the path is full, and losses are a reason to send less. The mark
// CE has the same effect, because it makes samples longer (protocol, section 2).
func (r *RTT) Queued() bool { return r.floor.below(r.smoothed) }

func millis(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

func ceilMillis(ms float64) time.Duration {
	return time.Duration(math.Ceil(ms)) * time.Millisecond
}
