package route

import (
	"time"

	"gm/internal/deadline"
)

const (
	// A path is worse than another with a round trip time over worseRatio times as long
	// and longer by worseBy at least, for slowFor, or with a loss over worseLoss for
	// lossyFor.
	worseRatio = 2
	worseBy    = 20 * time.Millisecond
	worseLoss  = 0.2
	slowFor    = 3 * time.Second
	lossyFor   = 10 * time.Second

	// unprovenFor is how long UDP is used, with SSH beside it, before a large datagram
	// has passed.
	unprovenFor = 10 * time.Second

	// probeInterval is the time between two probes of paths that are compared.
	probeInterval = time.Second

	// stableFor is how long UDP is in use until its earlier failures no longer count.
	stableFor = 10 * time.Minute

	// minHold and maxHold bound the time on SSH before UDP is tried again. It doubles
	// with each return to UDP that did not last for stableFor.
	minHold, maxHold = 10 * time.Second, 5 * time.Minute
)

// verdict is the choice between UDP and SSH.
type verdict struct {
	ssh     bool      // SSH is preferred
	cause   Reason    // of that
	since   time.Time // when that began
	noticed bool      // the user was told

	returned time.Time // when UDP was preferred last
	returns  int       // how often it was since it was stable

	comparison comparison // while UDP is in use, with SSH beside it
}

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

// minAnswers is the number of answers of the pipe that a comparison needs.
const minAnswers = 3

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

func (c *Chooser) updateVerdict(now time.Time) {
	v := &c.verdict
	switch {
	case c.pipe == nil:
		v.comparison = comparison{}
		if v.ssh && c.udpAnswers(now) {
			c.returnToUDP(now)
		}
	case !v.ssh:
		if cause, ok := c.udpFails(now); ok {
			c.leaveUDP(now, cause)
		}
	case c.pipeFails(now) && c.udpAnswers(now):
		c.returnToUDP(now)
	case c.udpAnswers(now) && c.udp.proven() && c.trialPassed(now):
		c.returnToUDP(now)
	}
}

func (c *Chooser) udpAnswers(now time.Time) bool {
	return c.udp != nil && !c.race.running && !c.doubtful(now, c.udp)
}

// pipeFails reports whether the pipe is silent. One of an address that has changed is so
// sooner.
func (c *Chooser) pipeFails(now time.Time) bool {
	waiting := c.awaitingSince(c.pipe)
	if waiting.IsZero() {
		return false
	}
	if c.doubtful(now, c.pipe) && c.changed.After(c.pipe.state.Heard) {
		return true
	}
	return c.reached(now, waiting.Add(silentAfter))
}

func (c *Chooser) udpFails(now time.Time) (cause Reason, fails bool) {
	switch {
	case len(c.candidates) == 0:
		return ReasonUDPUnanswered, true
	case c.race.running:
		return c.udpSilent(now)
	case !c.udp.proven():
		if c.unproven.IsZero() {
			c.unproven = now
		}
		return ReasonUnproven, c.reached(now, c.unproven.Add(unprovenFor))
	}
	c.unproven = time.Time{}
	return c.compare(now)
}

// udpSilent reports whether no UDP path answers although the pipe does, or may.
func (c *Chooser) udpSilent(now time.Time) (cause Reason, silent bool) {
	cause = ReasonUDPSilent
	if c.udp == nil {
		cause = ReasonUDPUnanswered
	}
	return cause, c.reached(now, c.unansweredSince().Add(silentAfter)) && !c.pipeFails(now)
}

// unansweredSince returns since when the UDP paths of a race owe an answer.
func (c *Chooser) unansweredSince() (since time.Time) {
	if c.udp != nil {
		since = c.awaitingSince(c.udp)
	} else {
		for _, k := range c.candidates {
			since = deadline.Earliest(since, k.asked)
		}
	}
	if since.IsZero() {
		return c.race.began
	}
	return since
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

func (c *Chooser) leaveUDP(now time.Time, cause Reason) {
	v := &c.verdict
	if now.Sub(v.returned) >= stableFor {
		v.returns = 0
	}
	v.ssh, v.cause, v.comparison = true, cause, comparison{}
	switch v.since = now; cause {
	case ReasonUDPUnanswered:
		v.since = c.start
	case ReasonUDPSilent:
		v.since = c.udp.state.Heard
	}
	var hold time.Duration
	if v.returns > 0 {
		hold = min(minHold<<min(v.returns-1, 10), maxHold)
	}
	c.unproven = time.Time{}
	c.trial = trial{next: now.Add(hold), needed: v.returns > 0 || cause == ReasonUDPSlow || cause == ReasonUDPLossy}
	if !v.noticed {
		v.noticed, c.decision.Notice = true, NoticeSSH
	}
}

func (c *Chooser) returnToUDP(now time.Time) {
	c.verdict.ssh, c.verdict.returned = false, now
	c.verdict.returns++
	c.trial = trial{}
}
