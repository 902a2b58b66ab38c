package route

import "time"

const (
	// A path is worse than another if its round trip is more than worseRatio times as
	// long, and longer by worseBy at least, for slowFor; or if its loss is over worseLoss
	// for lossyFor.
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

// comparison is a series of probes of UDP and of SSH while UDP seems to be worse. SSH
// carries nothing else then, so that its smoothed round trip time is out of date.
type comparison struct {
	began     time.Time     // zero if there is none
	probed    time.Time     // when the paths were probed last
	pending   bool          // the pipe has not answered the newest probe
	answers   int           // of the pipe
	slowest   time.Duration // of its round trips
	udp       State         // of UDP at the beginning
	abandoned bool          // SSH was not better; no more probes until UDP has been good
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

// beats reports whether the pipe was better than UDP, whose state is given.
func (r *comparison) beats(cause Reason, udp State) bool {
	switch {
	case r.answers < minAnswers:
		return false
	case cause == ReasonUDPLossy: // TCP over the same network stalls
		return r.lost(udp) > trialLosses && !slower(r.slowest, udp.SRTT)
	}
	return slower(udp.SRTT, r.slowest)
}

// lost returns the number of probes of UDP without a reply, not counting the newest. The
// loss that the transport has measured may be that of an outage: while the session is idle,
// it changes slowly.
func (r *comparison) lost(udp State) int {
	return int(udp.Probes-r.udp.Probes) - int(udp.Replies-r.udp.Replies) - 1
}

// worseThan reports whether a path seems to be much worse than another, with the cause and
// the time for which it may be.
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

// compare probes UDP and SSH while UDP seems to be worse. It reports whether it is.
func (c *Chooser) compare(now time.Time) (cause Reason, worse bool) {
	r := &c.verdict.comparison
	cause, limit, ok := worseThan(c.udp, c.pipe)
	if !ok {
		*r = comparison{}
		return 0, false
	}
	if r.began.IsZero() {
		*r = comparison{began: now, udp: c.udp.state}
	}
	if r.abandoned = r.abandoned || c.reached(now, r.began.Add(2*limit)); r.abandoned {
		return 0, false
	}
	r.record(now, c.pipe)
	if r.probed.IsZero() || !r.pending && c.reached(now, r.probed.Add(probeInterval)) {
		r.probed, r.pending = now, true
		c.probeSize(now, c.udp)
		c.probe(now, c.pipe)
		c.reached(now, now.Add(probeInterval))
	}
	return cause, c.reached(now, r.began.Add(limit)) && r.beats(cause, c.udp.state)
}
