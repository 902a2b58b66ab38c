package route

import (
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
)

// maxPasses bounds the passes of a decision. A pass that has changed the path is followed by
// another one.
const maxPasses = 3

// Decide returns the decision for now. measure returns the measurements of a path.
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

// reached reports whether the time at has come, and otherwise includes it in the Deadline.
// The zero time never comes.
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

// pass applies the rules once. It reports whether another path is preferred than before.
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
