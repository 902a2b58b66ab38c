package stream

import "time"

const (
	// initialRTT is assumed before the first sample (RFC 9002, 6.2.2).
	initialRTT = 333 * time.Millisecond
	// granularity is the least variation that a timer allows for (RFC 9002, 6.1.2).
	granularity = time.Millisecond
	// maxAckDelay bounds the delay that a peer is believed.
	maxAckDelay = 25 * time.Millisecond
)

// roundTrip estimates the round trip time (RFC 9002, 5).
type roundTrip struct {
	latest, smoothed, variation, least time.Duration
}

func (r *roundTrip) sample(rtt, delay time.Duration) {
	r.latest = rtt
	if r.smoothed == 0 {
		r.smoothed, r.variation, r.least = rtt, rtt/2, rtt
		return
	}
	r.least = min(r.least, rtt)
	if delay = min(delay, maxAckDelay); rtt-delay >= r.least {
		rtt -= delay
	}
	r.variation = (3*r.variation + (r.smoothed - rtt).Abs()) / 4
	r.smoothed = (7*r.smoothed + rtt) / 8
}

func (r *roundTrip) estimate() time.Duration {
	if r.smoothed == 0 {
		return initialRTT
	}
	return r.smoothed
}

// probeTimeout returns the time without an acknowledgement after which a packet is sent as
// a probe (RFC 9002, 6.2.1).
func (r *roundTrip) probeTimeout() time.Duration {
	if r.smoothed == 0 {
		return 2 * initialRTT
	}
	return r.smoothed + max(4*r.variation, granularity) + maxAckDelay
}
