package route

import (
	"time"

	"gm/wire/datagram"
)

// smallerSizes are tried after the largest of the path's family.
var smallerSizes = [...]int{1168, 1000, datagram.MTUSmall}

const (
	// sizeTimeout is the time, beyond two RTO, after which a large probe counts as lost.
	sizeTimeout = 500 * time.Millisecond

	// minSizePause and maxSizePause bound the time between two searches for a size.
	minSizePause, maxSizePause = time.Second, time.Minute
)

// sizeSearch looks for the largest datagram that makes the round trip on a path.
type sizeSearch struct {
	step   int           // smallerSizes[:step] were tried
	probed time.Time     // when the newest probe was sent
	wait   time.Duration // until the next search; 0 during one
	pause  time.Duration // the last wait
}

func (s *sizeSearch) bytes(path datagram.Path) int {
	if s.step == 0 {
		return path.MTU()
	}
	return smallerSizes[s.step-1]
}

// next moves on to the next smaller size, or after the smallest to a pause and then the
// largest. It reports whether a probe is due.
func (s *sizeSearch) next(now time.Time) (probe bool) {
	switch {
	case s.wait > 0:
		s.wait = 0
	case s.step < len(smallerSizes):
		s.step++
	default:
		s.pause = min(max(2*s.pause, minSizePause), maxSizePause)
		s.step, s.wait, s.probed = 0, s.pause, now
	}
	return s.wait == 0
}

func (k *candidate) sizeDue() time.Time {
	return k.size.probed.Add(2*k.state.RTO + sizeTimeout + k.size.wait)
}

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
