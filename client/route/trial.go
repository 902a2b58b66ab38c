package route

import "time"

const (
	// trialProbes is the number of probes of a trial, one each probeInterval: 10 s.
	trialProbes = 11

	// trialLosses is the number of probes that may be lost: under 10%.
	trialLosses = 1

	// A path passes with a round trip time under betterRatio times that of the path in
	// use, or longer by less than betterBy.
	betterRatio = 1.5
	betterBy    = 10 * time.Millisecond
)

// trial is a series of probes of a UDP path before it is preferred. The zero trial is none.
type trial struct {
	needed bool      // otherwise one answer to a large probe is enough
	next   time.Time // when the next trial may begin

	target   *candidate // nil while none is under way
	sent     int
	answered int
	total    time.Duration // of the round trips
	probed   time.Time     // the newest probe
	pending  bool          // it has no answer yet
	failures int           // earlier trials that were not passed
}

func (t *trial) begin(target *candidate) {
	*t = trial{needed: t.needed, failures: t.failures, target: target}
}

// fail ends the trial. The time until the next one doubles with each failure.
func (t *trial) fail(now time.Time) {
	*t = trial{needed: true, failures: t.failures + 1, next: now.Add(holdAfter(t.failures))}
}

func (t *trial) record() {
	if t.pending && t.target.answeredSince(t.probed) {
		t.pending = false
		t.answered++
		t.total += t.target.state.Answered.Sub(t.probed)
	}
}

func (t *trial) lossTimeout() time.Duration {
	return max(probeInterval, t.target.state.SRTT+4*t.target.state.Variation)
}

func (t *trial) fastEnough(current *candidate) bool {
	rtt := t.total / time.Duration(t.answered)
	return float64(rtt) < betterRatio*float64(current.state.SRTT) || rtt-current.state.SRTT < betterBy
}

// trialPassed runs the trial of the UDP path in use while SSH is preferred, if one is
// needed. It reports whether the session returns to UDP.
func (c *Chooser) trialPassed(now time.Time) bool {
	t := &c.trial
	if t.target == nil && !t.next.IsZero() && !c.reached(now, t.next) {
		return false
	}
	if !t.needed {
		return true
	}
	if t.target == nil || t.target != c.udp {
		t.begin(c.udp)
	}
	return c.tryPath(now, c.pipe)
}

// tryPath sends the probes of a trial, which is not passed if the path is much slower than
// the current one. It reports whether the trial was passed.
func (c *Chooser) tryPath(now time.Time, current *candidate) (passed bool) {
	t := &c.trial
	t.record()
	due := t.sent == 0 || c.reached(now, t.probed.Add(t.lossTimeout()))
	switch lost := t.sent - t.answered; {
	case t.pending && !due:
		return false
	case lost > trialLosses:
		c.trialFailed(now)
		return false
	case t.sent == trialProbes:
		if passed = t.fastEnough(current); !passed {
			c.trialFailed(now)
		}
		return passed
	case !due:
		return false
	}
	t.sent++
	t.probed, t.pending = now, true
	c.probeSize(now, t.target)
	if current == c.pipe {
		c.probe(now, current)
	}
	c.reached(now, now.Add(t.lossTimeout()))
	return false
}

func (c *Chooser) trialFailed(now time.Time) {
	t := &c.trial
	if t.answered == 0 && t.target == c.udp {
		c.race.begin(now)
	}
	t.fail(now)
	c.reached(now, t.next)
}
