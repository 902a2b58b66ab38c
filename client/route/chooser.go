package route

import (
	"cmp"
	"time"

	"gm/wire/datagram"
)

// MaxCandidates is the number of UDP paths that are considered at most. With the pipe
// they fit the transport's table.
const MaxCandidates = 6

// Config configures a Chooser.
type Config struct {
	Mode Mode

	// Candidates are the UDP paths to the host in order of preference. The first is to
	// the address that SSH has reached. Those beyond MaxCandidates are ignored.
	Candidates []datagram.Path

	// KeepSSH keeps the SSH connection while UDP is in use, for forwards.
	KeepSSH bool
}

// State holds the transport's measurements of a path.
type State = datagram.PathState

// stockHeartbeat is the time within which each peer sends something (ACK_INTERVAL).
const stockHeartbeat = 3 * time.Second

// Chooser chooses the path of a session. Its caller reports events as they happen, and
// calls Decide after each and at Deadline. It is not safe for concurrent use.
type Chooser struct {
	cfg        Config
	candidates []*candidate // UDP paths
	udp        *candidate   // the one of them in use; nil before one has answered
	pipe       *candidate   // nil if there is none
	preferred  *candidate
	copies     []datagram.Path

	start     time.Time
	heartbeat time.Duration
	changed   time.Time // when the local addresses changed last
	suspect   time.Time // the preferred path is in doubt until it has answered since then
	doubt     bool      // whether it was at the last Decide
	typed     time.Time // the last input
	chosenAt  time.Time // when udp was chosen
	goodSince time.Time // since when UDP is preferred and good; zero if it is not
	unproven  time.Time // since when no large datagram has passed on udp; zero if one has
	resolved  bool      // in this race
	piped     bool      // the host has opened a pipe before
	unused    bool      // there is a pipe although the mode is UDP

	race    race
	verdict verdict
	trial   trial
	others  others
	login   login

	decision Decision  // the next to be returned
	wake     time.Time // when a condition changes without an event; zero if none does
}

// New returns the Chooser of a session that begins now.
func New(now time.Time, cfg Config) *Chooser {
	c := &Chooser{cfg: cfg, start: now, suspect: now, heartbeat: stockHeartbeat}
	c.verdict.returned = now
	if cfg.Mode == SSH {
		c.verdict = verdict{ssh: true, cause: ReasonForced, since: now, noticed: true}
		return c
	}
	c.race.running, c.race.began, c.race.round = true, now, now.Add(minRound)
	c.SetCandidates(now, cfg.Candidates)
	return c
}

// SetHeartbeat sets the time from one datagram of the peer to the next if nothing
// happens: from the transport's Heard to its ExpectedBy. It is 3 s at first.
func (c *Chooser) SetHeartbeat(interval time.Duration) { c.heartbeat = interval }

// SetKeepSSH sets Config.KeepSSH.
func (c *Chooser) SetKeepSSH(keep bool) { c.cfg.KeepSSH = keep }

// SetCandidates replaces the UDP paths after the host's name was resolved again, or
// when the announcement has named more. Known paths keep their state. The one in use
// stays, listed or not. After the first round of a race new paths are probed at once.
func (c *Chooser) SetCandidates(now time.Time, paths []datagram.Path) {
	if c.cfg.Mode == SSH {
		return
	}
	old := c.candidates
	c.candidates = nil
	for _, path := range paths {
		if len(c.candidates) < MaxCandidates && find(c.candidates, path) == nil {
			c.candidates = append(c.candidates, cmp.Or(find(old, path), &candidate{path: path}))
		}
	}
	startOrder(c.candidates)
	for _, k := range old {
		switch {
		case find(c.candidates, k.path) != nil:
		case k == c.udp:
			c.candidates = append(c.candidates, k)
		case k.open:
			c.close(k)
		}
	}
	if c.race.running && !c.race.probed.IsZero() {
		for _, k := range c.candidates {
			if find(old, k.path) == nil {
				c.openAndProbe(now, k)
			}
		}
	}
}

func find(candidates []*candidate, path datagram.Path) *candidate {
	for _, k := range candidates {
		if k.path == path {
			return k
		}
	}
	return nil
}

// LoginFailed records that a login has failed. needsUser reports whether it would have
// asked questions.
func (c *Chooser) LoginFailed(now time.Time, needsUser bool) { c.login.failed(now, needsUser) }

// RequestLogin records that the user wants to log in again and to answer questions.
func (c *Chooser) RequestLogin(now time.Time) {
	if c.cfg.Mode != UDP {
		c.login.start()
		c.decision.Login = LoginInteractive
	}
}

// Typed records input of the user, which the peer acknowledges at once.
func (c *Chooser) Typed(now time.Time) {
	if c.preferred != nil {
		c.preferred.expect(now)
	}
	if c.race.running && !c.typed.IsZero() && now.Sub(c.typed) >= keyPause {
		c.race.advance(now)
	}
	c.login.retrySoon(now)
	c.typed = now
}

// AddressesChanged records that the local addresses have changed.
func (c *Chooser) AddressesChanged(now time.Time) {
	c.changed = now
	for _, k := range c.candidates {
		k.size = sizeSearch{probed: now}
	}
	c.login.addressesChanged(now)
	c.Woke(now)
}

// Woke records that the computer has slept.
func (c *Chooser) Woke(now time.Time) {
	c.suspect = now
	if c.pipe != nil {
		c.probe(now, c.pipe)
	}
	c.raceAndResolve(now)
}

func (c *Chooser) raceAndResolve(now time.Time) {
	if len(c.candidates) > 0 {
		c.race.begin(now)
	}
	c.decision.Resolve, c.resolved = true, true
}

// Unreachable records that no socket could be opened for a UDP path, or that a send on
// it has failed, as without a route of its family. The path is tried again with the
// next round of probes.
func (c *Chooser) Unreachable(now time.Time, path datagram.Path) {
	k := find(c.candidates, path)
	if k == nil {
		return
	}
	k.failed = true
	if k == c.udp && !c.race.running {
		c.race.begin(now)
	}
}
