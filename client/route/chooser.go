package route

import (
	"net/netip"
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

// State is what the transport has measured of a path.
type State struct {
	SRTT, Variation time.Duration  // of the round trip time
	Loss            float64        // share of datagrams that the path loses, 0 to 1
	Heard           time.Time      // when the newest datagram arrived on it; zero if none did
	Answered        time.Time      // when the newest proof arrived that the peer receives on it
	Largest         int            // bytes of the largest probe answered
	Observed        netip.AddrPort // the client's address as the server sees it
	Sent, Replies   uint64         // probes and their answers
}

// Chooser chooses the path of a session. Events are reported to it as they happen;
// after each, and at Deadline, its caller calls Decide. It is not safe for concurrent
// use.
type Chooser struct {
	cfg Config
}

// New returns the Chooser of a session that begins now.
func New(now time.Time, cfg Config) *Chooser {
	return &Chooser{cfg: cfg}
}

// Decide returns what is to be done now. measure returns the measurements of a path.
func (c *Chooser) Decide(now time.Time, measure func(datagram.Path) State) Decision {
	d := Decision{Login: NoLogin}
	if len(c.cfg.Candidates) > 0 {
		d.Preferred = c.cfg.Candidates[0]
	}
	return d
}

// Deadline returns when Decide must be called if nothing happens before; zero if
// nothing is due.
func (c *Chooser) Deadline(now time.Time) time.Time { return time.Time{} }

// Explain returns the path in use and why.
func (c *Chooser) Explain() Explanation { return Explanation{} }

// SetHeartbeat sets the time within which the peer sends something even if nothing
// happens. It is 3 s at first.
func (c *Chooser) SetHeartbeat(interval time.Duration) {}

// SetCandidates replaces the UDP paths after the host's name was resolved again, or
// when the announcement has named more. Paths that were known keep their state. The
// preferred path stays until it is silent, listed or not.
func (c *Chooser) SetCandidates(now time.Time, candidates []datagram.Path) {}

// SetKeepSSH sets Config.KeepSSH.
func (c *Chooser) SetKeepSSH(keep bool) {}

// SetPipe adds the pipe of a login, at the start or after Decision.Login. It replaces
// an older pipe.
func (c *Chooser) SetPipe(now time.Time, pipe datagram.Path) {}

// PipeClosed records that the pipe has ended. One that was replaced is ignored. The
// caller has told the transport by DropPath.
func (c *Chooser) PipeClosed(now time.Time, pipe datagram.Path) {}

// LoginFailed records that a login has failed. needsUser reports whether it would have
// asked questions.
func (c *Chooser) LoginFailed(now time.Time, needsUser bool) {}

// RequestLogin records that the user wants to log in again and to answer questions.
func (c *Chooser) RequestLogin(now time.Time) {}

// Typed records input of the user, which the peer acknowledges at once.
func (c *Chooser) Typed(now time.Time) {}

// AddressesChanged records that the local addresses have changed.
func (c *Chooser) AddressesChanged(now time.Time) {}

// Woke records that the computer has slept.
func (c *Chooser) Woke(now time.Time) {}

// Unreachable records that no socket could be opened for a UDP path, or that a send on
// it has failed, as without a route of its family. The path is tried again with the
// next round of probes.
func (c *Chooser) Unreachable(now time.Time, path datagram.Path) {}
