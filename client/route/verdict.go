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

	// While UDP is in use, with SSH beside it:
	worse  time.Time // since when it is worse; zero if it is not
	probed time.Time // when the paths were probed last
}

// worseThan reports whether a path is much worse than another, why, and for how long it
// may be.
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

func (c *Chooser) judge(now time.Time) {
	v := &c.verdict
	switch {
	case c.pipe == nil:
		v.worse = time.Time{}
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
	waiting := c.waiting(c.pipe)
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
		since = c.waiting(c.udp)
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
	v := &c.verdict
	cause, limit, ok := worseThan(c.udp, c.pipe)
	if !ok {
		v.worse = time.Time{}
		return 0, false
	}
	if v.worse.IsZero() {
		v.worse, v.probed = now, time.Time{}
	}
	if v.probed.IsZero() || c.reached(now, v.probed.Add(probeInterval)) {
		v.probed = now
		c.probeSize(now, c.udp)
		c.probe(now, c.pipe, 0)
		c.reached(now, now.Add(probeInterval))
	}
	return cause, c.reached(now, v.worse.Add(limit)) && c.pipe.answeredSince(v.worse)
}

func (c *Chooser) leaveUDP(now time.Time, cause Reason) {
	v := &c.verdict
	if now.Sub(v.returned) >= stableFor {
		v.returns = 0
	}
	v.ssh, v.cause, v.worse = true, cause, time.Time{}
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
