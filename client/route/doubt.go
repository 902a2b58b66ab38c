package route

import (
	"gm/internal/deadline"
	"time"
)

const (
	// doubtAfter is how long an answer may be due, beyond two RTO, until its path is in
	// doubt.
	doubtAfter = time.Second

	// silentAfter is how long an answer may be due until its path is silent.
	silentAfter = 5 * time.Second
)

// awaitingSince returns since when an answer is due; zero if none is. heartbeat is the time
// within which the peer sends something on the path without being asked, or 0.
func (k *candidate) awaitingSince(heartbeat time.Duration) time.Time {
	var beat time.Time
	if heartbeat > 0 && !k.state.Heard.IsZero() {
		beat = k.state.Heard.Add(heartbeat)
	}
	return deadline.Earliest(k.asked, beat)
}

// doubtTimeout returns the time until the path is in doubt if an answer is due.
func (k *candidate) doubtTimeout() time.Duration { return 2*k.state.RTO + doubtAfter }

// awaitingSince returns since when an answer on a path is due; zero if none is.
func (c *Chooser) awaitingSince(k *candidate) time.Time {
	if k == c.preferred {
		return k.awaitingSince(c.heartbeat)
	}
	return k.awaitingSince(0)
}

func (c *Chooser) doubtful(now time.Time, k *candidate) bool {
	waiting := c.awaitingSince(k)
	return !waiting.IsZero() && c.reached(now, waiting.Add(k.doubtTimeout()))
}

// noteDoubt races the paths when the preferred one comes into doubt, or the UDP path
// that the session may return to.
func (c *Chooser) noteDoubt(now time.Time) {
	if c.udp != nil && c.udp != c.preferred && !c.race.running && c.doubtful(now, c.udp) {
		c.race.begin(now)
	}
	doubt := c.preferred != nil && c.doubtful(now, c.preferred)
	if doubt && !c.doubt {
		if c.preferred == c.pipe {
			c.probe(now, c.pipe, 0)
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

// udpSilentSince returns since when no UDP path answers. silent is false if one does.
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

// resolveIfSilent requests that the name is resolved again, once UDP is silent.
func (c *Chooser) resolveIfSilent(now time.Time) {
	if !c.resolved && c.race.running && c.reached(now, c.unansweredSince().Add(silentAfter)) {
		c.resolved, c.decision.Resolve = true, true
	}
}
