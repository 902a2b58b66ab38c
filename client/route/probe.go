package route

import (
	"slices"
	"time"
)

// openAndProbe probes a UDP path with a small and with a large datagram, and opens it before
// if necessary.
func (c *Chooser) openAndProbe(now time.Time, k *candidate) {
	c.openUDP(now, k)
	c.probe(now, k, 0)
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

// probeSize probes with the largest datagram that is believed to pass. No answer is no
// reason for doubt, as smaller ones may pass.
func (c *Chooser) probeSize(now time.Time, k *candidate) {
	k.size.probed = now
	c.decision.Probes = append(c.decision.Probes, Probe{k.path, k.size.bytes(k.path)})
}

func (c *Chooser) probe(now time.Time, k *candidate, size int) {
	k.expect(now)
	c.decision.Probes = append(c.decision.Probes, Probe{k.path, size})
}

// searchSize looks for the largest datagram that passes on the UDP path in use.
func (c *Chooser) searchSize(now time.Time) {
	k := c.udp
	if k == nil || c.pipe == nil || c.race.running || k.proven() {
		return
	}
	if c.reached(now, k.sizeDue()) && k.size.next(now) {
		c.probeSize(now, k)
	}
	c.reached(now, k.sizeDue())
}
