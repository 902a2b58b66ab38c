package route

import "time"

const (
	// unprovenFor is how long UDP is used, with SSH beside it, before a large datagram
	// has passed.
	unprovenFor = 10 * time.Second

	// stableFor is how long UDP is in use until its earlier failures no longer count.
	stableFor = 10 * time.Minute

	// minHold and maxHold bound the time on SSH before UDP is tried again. It doubles
	// with each return to UDP that did not last for stableFor.
	minHold, maxHold = 10 * time.Second, 5 * time.Minute
)

// verdict is the choice between UDP and SSH.
type verdict struct {
	ssh     bool      // SSH is preferred
	cause   Reason    // of the preference for SSH
	since   time.Time // when the cause began
	noticed bool      // the user was notified

	returned time.Time // the last return to UDP
	returns  int       // their number since UDP was stable

	comparison comparison // while UDP is in use, with SSH beside it
}

// updateVerdict changes to SSH when UDP fails. It returns to UDP after a trial, or as soon
// as UDP answers if the pipe has ended or fails.
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

// udpSilent reports whether no UDP path answers while the pipe does not fail.
func (c *Chooser) udpSilent(now time.Time) (cause Reason, silent bool) {
	cause = ReasonUDPSilent
	if c.udp == nil {
		cause = ReasonUDPUnanswered
	}
	return cause, c.reached(now, c.unansweredSince().Add(silentAfter)) && !c.pipeFails(now)
}

func (c *Chooser) leaveUDP(now time.Time, cause Reason) {
	v := &c.verdict
	if now.Sub(v.returned) >= stableFor {
		v.returns = 0
	}
	v.ssh, v.cause, v.since, v.comparison = true, cause, c.causeSince(now, cause), comparison{}
	c.unproven = time.Time{}
	c.trial = trial{next: now.Add(v.hold()), needed: v.returns > 0 || cause == ReasonUDPSlow || cause == ReasonUDPLossy}
	if !v.noticed {
		v.noticed, c.decision.Notice = true, NoticeSSH
	}
}

func (c *Chooser) causeSince(now time.Time, cause Reason) time.Time {
	switch cause {
	case ReasonUDPUnanswered:
		return c.start
	case ReasonUDPSilent:
		return c.udp.state.Heard
	}
	return now
}

// hold returns the time on SSH before UDP is tried again.
func (v *verdict) hold() time.Duration {
	if v.returns == 0 {
		return 0
	}
	return holdAfter(v.returns - 1)
}

// holdAfter returns minHold, doubled n times but at most maxHold.
func holdAfter(n int) time.Duration { return min(minHold<<min(n, 10), maxHold) }

func (c *Chooser) returnToUDP(now time.Time) {
	c.verdict.ssh, c.verdict.returned = false, now
	c.verdict.returns++
	c.trial = trial{}
}
