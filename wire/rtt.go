package wire

import (
	"math"
	"time"
)

const (
	maxSample = 5000 // ms; a longer round trip is a clock that was stopped

	minRTO, maxRTO                   = 50 * time.Millisecond, 1000 * time.Millisecond
	minSendInterval, maxSendInterval = 20 * time.Millisecond, 250 * time.Millisecond
)

// rtt is the round trip time as TCP estimates it (RFC 6298), with mosh's
// bounds. All of it is in milliseconds.
type rtt struct {
	smoothed, variance float64
	sampled            bool
}

func newRTT() rtt { return rtt{smoothed: 1000, variance: 500} }

// sample takes a round trip that ended now and began at sent.
func (r *rtt) sample(now, sent stamp) {
	ms := float64(now - sent)
	switch {
	case ms >= maxSample:
	case !r.sampled:
		r.smoothed, r.variance, r.sampled = ms, ms/2, true
	default:
		r.variance = 3./4*r.variance + 1./4*math.Abs(r.smoothed-ms)
		r.smoothed = 7./8*r.smoothed + 1./8*ms
	}
}

// timeout is RTO: after so long without an answer a datagram is taken for lost.
func (r *rtt) timeout() time.Duration {
	return min(max(ceilMillis(r.smoothed+4*r.variance), minRTO), maxRTO)
}

// slack is by how much the least timeout there is exceeds a round trip: so much
// later than expected an answer is not late, whatever the peer has measured.
func (r *rtt) slack() time.Duration { return max(0, minRTO-r.srtt()) }

// interval is send_interval: the time between two frames, so that about two
// are on their way.
func (r *rtt) interval() time.Duration {
	return min(max(ceilMillis(r.smoothed/2), minSendInterval), maxSendInterval)
}

func (r *rtt) srtt() time.Duration { return millis(r.smoothed) }

func (r *rtt) variation() time.Duration { return millis(r.variance) }

func millis(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

func ceilMillis(ms float64) time.Duration {
	return time.Duration(math.Ceil(ms)) * time.Millisecond
}
