package route

import (
	"time"

	"gm/internal/deadline"
)

const (
	// doubtAfter is how long an answer may be due, beyond two RTO, until its path is in
	// doubt.
	doubtAfter = time.Second

	// silentAfter is how long an answer may be due until its path is silent.
	silentAfter = 5 * time.Second
)

// awaitingSince returns since when an answer is due; zero if none is. heartbeat is the
// interval at which the peer sends on the path unasked; 0 if it does not.
func (k *candidate) awaitingSince(heartbeat time.Duration) time.Time {
	var beat time.Time
	if heartbeat > 0 && !k.state.Heard.IsZero() {
		beat = k.state.Heard.Add(heartbeat)
	}
	return deadline.Earliest(k.asked, beat)
}

func (k *candidate) doubtTimeout() time.Duration { return 2*k.state.RTO + doubtAfter }

func (c *Chooser) awaitingSince(k *candidate) time.Time {
	if k == c.preferred {
		return k.awaitingSince(c.heartbeat)
	}
	return k.awaitingSince(0)
}

func (c *Chooser) doubtful(now time.Time, k *candidate) bool {
	since := c.awaitingSince(k)
	return !since.IsZero() && c.reached(now, since.Add(k.doubtTimeout()))
}

// noteDoubt starts a race when the preferred path comes into doubt, or the UDP path to
// which the session may return.
func (c *Chooser) noteDoubt(now time.Time) {
	if c.udp != nil && c.udp != c.preferred && !c.race.running && c.doubtful(now, c.udp) {
		c.race.begin(now)
	}
	doubt := c.preferred != nil && c.doubtful(now, c.preferred)
	if doubt && !c.doubt {
		if c.preferred == c.pipe {
			c.probe(now, c.pipe)
		}
		switch {
		case len(c.candidates) == 0:
		case c.race.running:
			c.race.advance(now)
		default:
			c.race.begin(now)
		}
	}
	c.doubt = doubt
}

func (c *Chooser) udpAnswers(now time.Time) bool {
	return c.udp != nil && !c.race.running && !c.doubtful(now, c.udp)
}

func (c *Chooser) udpSilentSince(now time.Time) (since time.Time, silent bool) {
	switch {
	case len(c.candidates) == 0:
		return c.start, true
	case c.udp == nil || c.race.running || c.doubtful(now, c.udp):
		return c.unansweredSince(), true
	}
	return time.Time{}, false
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

func (c *Chooser) resolveIfSilent(now time.Time) {
	if !c.resolved && c.race.running && c.reached(now, c.unansweredSince().Add(silentAfter)) {
		c.resolved, c.decision.Resolve = true, true
	}
}
