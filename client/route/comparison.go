package route

import "time"

const (
	// A path is worse than another with a round trip time over worseRatio times as long
	// and longer by worseBy at least, for slowFor, or with a loss over worseLoss for
	// lossyFor.
	worseRatio = 2
	worseBy    = 20 * time.Millisecond
	worseLoss  = 0.2
	slowFor    = 3 * time.Second
	lossyFor   = 10 * time.Second

	// probeInterval is the time between two probes of paths that are compared.
	probeInterval = time.Second

	// minAnswers is the number of answers of the pipe that a comparison needs.
	minAnswers = 3
)

// comparison is a series of probes of UDP and of SSH while UDP seems to be worse. The
// smoothed round trip time of SSH, which carries nothing else, is that of another time.
type comparison struct {
	began     time.Time     // zero if there is none
	probed    time.Time     // when the paths were probed last
	pending   bool          // the pipe has not answered the newest probe
	answers   int           // of the pipe
	slowest   time.Duration // of its round trips
	abandoned bool          // SSH was not better, and is compared no more until UDP has been good
}

func (r *comparison) running() bool { return !r.began.IsZero() && !r.abandoned }

func (r *comparison) record(now time.Time, pipe *candidate) {
	if !r.pending {
		return
	}
	took := now.Sub(r.probed)
	if pipe.answeredSince(r.probed) {
		took = pipe.state.Answered.Sub(r.probed)
		r.pending = false
		r.answers++
	}
	r.slowest = max(r.slowest, took)
}

// beats reports whether the pipe has been good while UDP had the state.
func (r *comparison) beats(cause Reason, udp State) bool {
	switch {
	case r.answers < minAnswers:
		return false
	case cause == ReasonUDPLossy: // TCP over the same network stalls
		return !slower(r.slowest, udp.SRTT)
	}
	return slower(udp.SRTT, r.slowest)
}

// worseThan reports whether a path seems to be much worse than another, why, and for how
// long it may be.
func worseThan(k, other *candidate) (cause Reason, limit time.Duration, worse bool) {
	switch {
	case k.state.Loss > worseLoss:
		return ReasonUDPLossy, lossyFor, true
	case slower(k.state.SRTT, other.state.SRTT) && k.state.Measured && other.state.Measured:
		return ReasonUDPSlow, slowFor, true
	}
	return 0, 0, false
}

func slower(rtt, other time.Duration) bool {
	return rtt > worseRatio*other && rtt-other >= worseBy
}

// compare reports whether UDP is much worse than SSH, which is found by probes of both.
func (c *Chooser) compare(now time.Time) (cause Reason, worse bool) {
	r := &c.verdict.comparison
	cause, limit, ok := worseThan(c.udp, c.pipe)
	if !ok {
		*r = comparison{}
		return 0, false
	}
	if r.began.IsZero() {
		*r = comparison{began: now}
	}
	if r.abandoned = r.abandoned || c.reached(now, r.began.Add(2*limit)); r.abandoned {
		return 0, false
	}
	r.record(now, c.pipe)
	if r.probed.IsZero() || !r.pending && c.reached(now, r.probed.Add(probeInterval)) {
		r.probed, r.pending = now, true
		c.probeSize(now, c.udp)
		c.probe(now, c.pipe, 0)
		c.reached(now, now.Add(probeInterval))
	}
	return cause, c.reached(now, r.began.Add(limit)) && r.beats(cause, c.udp.state)
}
