package route

import (
	"slices"
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
)

// maxCopies is the number of paths beside the preferred one that the transport sends on.
const maxCopies = 2

// closeAfter is how long UDP is good until the SSH connection is closed.
const closeAfter = 10 * time.Second

// maxPasses bounds the passes of a decision. A second one is needed if the first has
// chosen another path.
const maxPasses = 3

// Decide returns what is to be done now. measure returns the measurements of a path.
func (c *Chooser) Decide(now time.Time, measure func(datagram.Path) State) Decision {
	for _, k := range c.candidates {
		k.measure(measure(k.path))
	}
	if c.pipe != nil {
		c.pipe.measure(measure(c.pipe.path))
	}
	for range maxPasses {
		if !c.pass(now) {
			break
		}
	}
	d := c.decision
	if d.Preferred = (datagram.Path{}); c.preferred != nil {
		d.Preferred = c.preferred.path
	}
	d.Copies = c.copies
	c.decision = Decision{Open: d.Open[:0], Close: d.Close[:0], Probes: d.Probes[:0]}
	return d
}

// Deadline returns when Decide must be called if nothing happens before; zero if
// nothing is due.
func (c *Chooser) Deadline() time.Time { return c.wake }

// reached reports whether the time at has come. Decide is called again then if it has
// not. The zero time never comes.
func (c *Chooser) reached(now, at time.Time) bool {
	if at.IsZero() {
		return false
	}
	if now.Before(at) {
		c.wake = deadline.Earliest(c.wake, at)
		return false
	}
	return true
}

// pass reports whether another path is preferred than before.
func (c *Chooser) pass(now time.Time) (changed bool) {
	c.wake = time.Time{}
	c.noteDoubt(now)
	c.runRace(now)
	c.searchSize(now)
	c.tryOthers(now)
	if c.cfg.Mode == Auto {
		c.updateVerdict(now)
	}
	changed = c.setRoute(now)
	c.resolveIfSilent(now)
	c.closeUnneededSSH(now)
	c.logIn(now)
	return changed
}

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

func (c *Chooser) setRoute(now time.Time) (changed bool) {
	preferred := c.choose()
	changed = preferred != c.preferred
	c.preferred = preferred
	var copies [maxCopies]datagram.Path
	n := 0
	if preferred != nil && c.copying(now) {
		for _, k := range append([]*candidate{c.pipe, c.udp}, c.candidates...) {
			if n < maxCopies && k != nil && k != preferred && k.open && !k.failed && !slices.Contains(copies[:n], k.path) {
				copies[n] = k.path
				n++
			}
		}
	}
	if changed || !slices.Equal(c.copies, copies[:n]) {
		c.copies = append(c.copies[:0], copies[:n]...)
		c.decision.Rerouted = true
	}
	return changed
}

func (c *Chooser) choose() *candidate {
	switch {
	case c.pipe != nil && c.verdict.ssh:
		return c.pipe
	case c.udp != nil:
		return c.udp
	case c.pipe != nil && (len(c.candidates) == 0 || !c.pipe.state.Heard.IsZero()):
		return c.pipe
	case len(c.candidates) > 0:
		return c.candidates[0]
	}
	return nil
}

func (c *Chooser) copying(now time.Time) bool {
	k := c.preferred
	return !k.answeredSince(c.suspect) || c.doubtful(now, k) || k == c.udp && c.pipe != nil && !k.proven()
}

// resolveIfSilent requests that the name is resolved again, once UDP is silent.
func (c *Chooser) resolveIfSilent(now time.Time) {
	if !c.resolved && c.race.running && c.reached(now, c.unansweredSince().Add(silentAfter)) {
		c.resolved, c.decision.Resolve = true, true
	}
}

// closeUnneededSSH closes the SSH connection once UDP was good for long enough.
func (c *Chooser) closeUnneededSSH(now time.Time) {
	if c.unused && !c.cfg.KeepSSH {
		c.unused, c.decision.CloseSSH = false, true
	}
	if c.pipe == nil || c.preferred != c.udp || !c.udp.proven() || c.copying(now) || c.verdict.comparison.running() {
		c.goodSince = time.Time{}
		return
	}
	if c.goodSince.IsZero() {
		c.goodSince = now
	}
	if !c.cfg.KeepSSH && c.reached(now, c.goodSince.Add(closeAfter)) {
		c.pipe, c.decision.CloseSSH = nil, true
	}
}
