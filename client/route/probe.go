package route

import (
	"slices"
	"time"
)

func (c *Chooser) openAndProbe(now time.Time, k *candidate) {
	c.openUDP(now, k)
	c.probe(now, k)
	if c.cfg.Mode == Auto {
		c.probeSize(now, k)
	}
}

func (c *Chooser) openUDP(now time.Time, k *candidate) {
	k.closeAt = time.Time{}
	if k.open {
		return
	}
	k.open, k.since = true, now
	if i := slices.Index(c.decision.Close, k.path); i >= 0 {
		c.decision.Close = slices.Delete(c.decision.Close, i, i+1)
		return
	}
	c.decision.Open = append(c.decision.Open, k.path)
}

// probe sends a probe of the smallest size, which must be answered.
func (c *Chooser) probe(now time.Time, k *candidate) {
	k.expect(now)
	c.decision.Probes = append(c.decision.Probes, Probe{Path: k.path})
}

// probeSize sends a probe of the size that is searched for. Without an answer the path is
// not in doubt, because smaller datagrams may pass.
func (c *Chooser) probeSize(now time.Time, k *candidate) {
	k.size.probed = now
	c.decision.Probes = append(c.decision.Probes, Probe{k.path, k.size.bytes(k.path)})
}

// closeLater keeps the socket for loserKept, as an answer may be on its way.
func (c *Chooser) closeLater(now time.Time, k *candidate) {
	k.asked = time.Time{}
	if k.open && k.closeAt.IsZero() {
		k.closeAt = now.Add(loserKept)
	}
}

func (c *Chooser) close(k *candidate) {
	k.open, k.closeAt, k.asked = false, time.Time{}, time.Time{}
	if i := slices.Index(c.decision.Open, k.path); i >= 0 {
		c.decision.Open = slices.Delete(c.decision.Open, i, i+1)
		return
	}
	c.decision.Close = append(c.decision.Close, k.path)
}
