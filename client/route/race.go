package route

import (
	"slices"
	"time"

	"gm/internal/deadline"
)

const (
	// attemptDelay is the Connection Attempt Delay of RFC 8305, section 5.
	attemptDelay = 250 * time.Millisecond

	// ipv6Favour is how long an answer over IPv4 waits for one over IPv6.
	ipv6Favour = 50 * time.Millisecond

	// loserKept is how long the sockets of the paths stay that lost a race.
	loserKept = 10 * time.Second

	// minRound and maxRound bound the time between two rounds of probes while UDP does
	// not answer.
	minRound, maxRound = time.Second, time.Minute

	// keyPause is how long the user is silent before a key that probes at once.
	keyPause = 5 * time.Second
)

// race is the search for the UDP path that answers. It runs from the start, and again
// while the path in use is in doubt, until one answers.
type race struct {
	running  bool
	began    time.Time
	opened   int           // candidates that were opened in turn at the start
	answered time.Time     // when the first answer over IPv4 was seen; zero before
	round    time.Time     // when the next round of probes is due
	probed   time.Time     // the last round; zero before the first
	pause    time.Duration // from that to the next
}

// begin starts a race anew, with a round of probes at once.
func (r *race) begin(now time.Time) {
	r.running, r.began, r.answered, r.pause = true, now, time.Time{}, 0
	r.round = r.earliestRound(now)
}

func (r *race) advance(now time.Time) { r.round = deadline.Earliest(r.round, r.earliestRound(now)) }

func (r *race) earliestRound(now time.Time) time.Time {
	if r.probed.IsZero() {
		return now
	}
	return deadline.Latest(now, r.probed.Add(minRound))
}

// startOrder puts candidates in the order in which they are tried at the start: the
// first, the first one of the other family, then the rest.
func startOrder(candidates []*candidate) {
	if len(candidates) < 3 {
		return
	}
	family := candidates[0].isIPv6()
	if i := slices.IndexFunc(candidates, func(k *candidate) bool { return k.isIPv6() != family }); i > 1 {
		other := candidates[i]
		copy(candidates[2:], candidates[1:i])
		candidates[1] = other
	}
}

func (c *Chooser) runRace(now time.Time) {
	if c.race.running {
		c.pickWinner(now)
	}
	if c.race.running {
		c.openInTurn(now)
		if c.reached(now, c.race.round) {
			c.startRound(now)
		}
	}
	for _, k := range c.candidates {
		if k.open && k != c.udp && c.reached(now, k.closeAt) {
			c.close(k)
		}
	}
}

// pickWinner ends the race if a path has answered. The one in use wins if it answers
// before it is in doubt.
func (c *Chooser) pickWinner(now time.Time) {
	if c.udp != nil {
		if c.udp.answeredSince(c.race.began) {
			c.endRace(now, c.udp)
			return
		}
		if !c.doubtful(now, c.udp) && !c.udp.failed {
			return
		}
	}
	first, ipv6Missing := c.firstAnswer()
	if first == nil {
		return
	}
	if c.race.answered.IsZero() {
		c.race.answered = now
	}
	if first.isIPv6() || !ipv6Missing || c.reached(now, c.race.answered.Add(ipv6Favour)) {
		c.endRace(now, first)
	}
}

// firstAnswer returns the path that has answered first in the race, one over IPv6 before
// all others; nil if none has. ipv6Missing reports whether another one over IPv6 may
// answer yet.
func (c *Chooser) firstAnswer() (first *candidate, ipv6Missing bool) {
	for _, k := range c.candidates {
		switch {
		case !k.open || k.failed:
		case !k.answeredSince(c.race.began):
			ipv6Missing = ipv6Missing || k.isIPv6()
		case first == nil, k.isIPv6() && !first.isIPv6(),
			k.isIPv6() == first.isIPv6() && k.state.Answered.Before(first.state.Answered):
			first = k
		}
	}
	return first, ipv6Missing
}

func (c *Chooser) endRace(now time.Time, winner *candidate) {
	if c.udp != winner {
		c.udp, c.chosenAt = winner, now
	}
	winner.closeAt = time.Time{}
	c.race.running, c.resolved = false, false
	for _, k := range c.candidates {
		if k != winner {
			c.closeLater(now, k)
		}
	}
}

func (c *Chooser) openInTurn(now time.Time) {
	if !c.race.probed.IsZero() {
		return
	}
	lastFailed := false
	for _, k := range c.candidates {
		switch {
		case k.open:
			lastFailed = k.failed
			continue
		case !lastFailed && !c.reached(now, c.start.Add(time.Duration(c.race.opened)*attemptDelay)):
			return
		}
		c.openAndProbe(now, k)
		c.race.opened++
		lastFailed = false
	}
}

func (c *Chooser) startRound(now time.Time) {
	for _, k := range c.candidates {
		k.failed = false
		c.openAndProbe(now, k)
	}
	if c.race.pause == maxRound {
		c.decision.Resolve = true
	}
	c.race.probed = now
	c.race.pause = min(max(2*c.race.pause, minRound), maxRound)
	c.race.round = now.Add(c.race.pause)
	c.reached(now, c.race.round)
}
