package route

import (
	"time"

	"gm/wire/datagram"
)

// closeAfter is how long UDP is good until the SSH connection is closed.
const closeAfter = 10 * time.Second

// SetPipe adds the pipe of a login, at the start or after Decision.Login. It replaces
// an older pipe, which its caller closes.
func (c *Chooser) SetPipe(now time.Time, pipe datagram.Path) {
	c.login.opened()
	if c.cfg.Mode == UDP {
		c.unused = true
		return
	}
	replaced := c.pipe
	c.piped, c.pipe = true, &candidate{path: pipe, open: true, since: now}
	if replaced != nil && c.preferred == replaced {
		c.preferred = c.pipe
		c.decision.Rerouted = true
	}
	c.probe(now, c.pipe)
}

// PipeClosed records that the pipe has ended. One that was replaced is ignored. The
// caller has called the transport's DropPath.
func (c *Chooser) PipeClosed(now time.Time, pipe datagram.Path) {
	if c.pipe == nil || c.pipe.path != pipe {
		c.unused = c.unused && c.pipe != nil
		return
	}
	closed, inUse := c.pipe, c.preferred == c.pipe
	c.pipe = nil
	if !inUse {
		return
	}
	if !c.udpAnswers(now) {
		c.login.lostAt = now
		if now.Sub(closed.since) < pipeProven {
			c.login.failed(now, false)
		}
	}
	c.suspect = now
	c.raceAndResolve(now)
}

// pipeFails reports whether the pipe is silent. After a change of the local addresses doubt
// is enough, as a TCP connection does not outlive its address.
func (c *Chooser) pipeFails(now time.Time) bool {
	since := c.awaitingSince(c.pipe)
	if since.IsZero() {
		return false
	}
	if c.doubtful(now, c.pipe) && c.changed.After(c.pipe.state.Heard) {
		return true
	}
	return c.reached(now, since.Add(silentAfter))
}

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
