package route

import (
	"gm/wire/datagram"
	"slices"
	"time"
)

// maxCopies is the number of paths beside the preferred one that the transport sends on.
const maxCopies = 2

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
