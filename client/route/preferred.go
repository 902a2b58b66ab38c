package route

import (
	"slices"
	"time"

	"gm/wire/datagram"
)

// maxCopies is the number of paths beside the preferred one that the transport sends on.
const maxCopies = 2

// setRoute reports whether another path is preferred than before.
func (c *Chooser) setRoute(now time.Time) (changed bool) {
	preferred := c.preferredPath()
	changed = preferred != c.preferred
	c.preferred = preferred
	copies := make([]datagram.Path, 0, maxCopies)
	if preferred != nil && c.copying(now) {
		copies = c.appendCopies(copies)
	}
	if changed || !slices.Equal(c.copies, copies) {
		c.copies = append(c.copies[:0], copies...)
		c.decision.Rerouted = true
	}
	return changed
}

// preferredPath returns the UDP path in use unless the verdict is for SSH. Before one has
// answered, it returns the pipe if that has, and otherwise the first UDP path.
func (c *Chooser) preferredPath() *candidate {
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

// copying reports whether everything is sent on several paths: until the preferred one
// has answered, while it is in doubt, and on UDP beside SSH until a large datagram has
// passed.
func (c *Chooser) copying(now time.Time) bool {
	k := c.preferred
	return !k.answeredSince(c.suspect) || c.doubtful(now, k) || k == c.udp && c.pipe != nil && !k.proven()
}

// appendCopies appends the other open paths: the pipe, then the UDP path in use, then the
// candidates in their order.
func (c *Chooser) appendCopies(copies []datagram.Path) []datagram.Path {
	for _, k := range append([]*candidate{c.pipe, c.udp}, c.candidates...) {
		if len(copies) < maxCopies && k != nil && k != c.preferred && k.open && !k.failed && !slices.Contains(copies, k.path) {
			copies = append(copies, k.path)
		}
	}
	return copies
}
