package route

import "time"

// others is the search for a better UDP path while the one in use loses much and there
// is no pipe.
type others struct {
	lossy time.Time // since when it does; zero if it does not
	turn  int       // candidates tried before
}

// tryOthers tries the other UDP paths, one after the other, while the one in use loses
// much.
func (c *Chooser) tryOthers(now time.Time) {
	o := &c.others
	if c.pipe != nil || !c.udpAnswers(now) || len(c.candidates) < 2 || c.udp.state.Loss <= worseLoss {
		if !o.lossy.IsZero() {
			c.stopOthers(now)
		}
		return
	}
	if o.lossy.IsZero() {
		o.lossy = now
		c.trial = trial{next: now.Add(lossyFor)}
	}
	t := &c.trial
	if t.target == nil {
		if !c.reached(now, t.next) {
			return
		}
		c.tryNext(now)
	}
	target := t.target
	switch passed := c.tryPath(now, c.udp); {
	case passed:
		t.target, c.udp, c.chosenAt = c.udp, target, now
		c.stopOthers(now)
	case t.target == nil:
		c.closeLater(now, target)
	}
}

// stopOthers ends the search for a better UDP path.
func (c *Chooser) stopOthers(now time.Time) {
	if c.trial.target != nil && c.trial.target != c.udp {
		c.closeLater(now, c.trial.target)
	}
	c.trial, c.others.lossy = trial{}, time.Time{}
}

func (c *Chooser) tryNext(now time.Time) {
	n := len(c.candidates)
	k := c.candidates[c.others.turn%n]
	if k == c.udp {
		c.others.turn++
		k = c.candidates[c.others.turn%n]
	}
	c.others.turn++
	c.openUDP(now, k)
	c.trial.begin(k)
}
