package route

import "time"

// others is the search for a better UDP path while the one in use loses much and there
// is no pipe.
type others struct {
	lossy time.Time // when the loss began; zero if there is none
	tried int       // number of trials before
}

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

func (c *Chooser) stopOthers(now time.Time) {
	if c.trial.target != nil && c.trial.target != c.udp {
		c.closeLater(now, c.trial.target)
	}
	c.trial, c.others.lossy = trial{}, time.Time{}
}

func (c *Chooser) tryNext(now time.Time) {
	n := len(c.candidates)
	k := c.candidates[c.others.tried%n]
	if k == c.udp {
		c.others.tried++
		k = c.candidates[c.others.tried%n]
	}
	c.others.tried++
	c.openUDP(now, k)
	c.trial.begin(k)
}
