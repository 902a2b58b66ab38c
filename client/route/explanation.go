package route

import "time"

// Kind is the kind of a path.
type Kind uint8

const (
	KindNone Kind = iota
	KindUDP
	KindSSH
)

var kindNames = [...]string{KindNone: "none", KindUDP: "udp", KindSSH: "ssh"}

func (k Kind) String() string { return kindNames[k] }

// Reason is why a path is preferred.
type Reason uint8

const (
	ReasonStart         Reason = iota // nothing has answered yet
	ReasonGood                        // UDP answers
	ReasonUnproven                    // UDP has answered, but no large datagram has passed yet
	ReasonForced                      // the user's choice of the mode
	ReasonUDPUnanswered               // UDP has never answered
	ReasonUDPSilent                   // UDP answers no longer
	ReasonUDPSlow                     // UDP is much slower than SSH
	ReasonUDPLossy                    // UDP loses much
	ReasonUDPTrial                    // UDP answers again, and is tried before the session returns to it
	ReasonSilent                      // nothing answers
)

var reasonWords = [...]string{
	ReasonStart:         "nothing has answered yet",
	ReasonGood:          "udp answers",
	ReasonUnproven:      "no large datagram has passed yet",
	ReasonForced:        "forced by --path",
	ReasonUDPUnanswered: "udp unanswered since",
	ReasonUDPSilent:     "udp silent since",
	ReasonUDPSlow:       "udp is slower",
	ReasonUDPLossy:      "udp loses much",
	ReasonUDPTrial:      "udp answers again and is tried",
	ReasonSilent:        "nothing answers since",
}

// String returns the reason in words. Those that end with "since" are followed by the
// age of Explanation.Since.
func (r Reason) String() string { return reasonWords[r] }

// LoginState is the state of the login that opens a pipe again.
type LoginState uint8

const (
	LoginIdle      LoginState = iota // none is needed
	LoginRunning                     // one is under way
	LoginWaiting                     // one has failed, the next follows at Explanation.NextLogin
	LoginNeedsUser                   // the host asks questions: Ctrl-^ r
)

// Explanation is the path in use and why, for the user.
type Explanation struct {
	Kind      Kind
	Reason    Reason
	Since     time.Time // when the reason began
	Doubtful  bool      // the path is silent although an answer is due: everything is sent on all paths
	Login     LoginState
	NextLogin time.Time // the next login, zero if none is due
}

// Explain returns the path in use and why, as of the last Decide.
func (c *Chooser) Explain() Explanation {
	e := Explanation{Kind: KindUDP, Doubtful: c.doubt}
	e.Reason, e.Since = c.reason()
	switch c.preferred {
	case nil:
		e.Kind = KindNone
	case c.pipe:
		e.Kind = KindSSH
	}
	if l := &c.login; l.needed || l.state == LoginRunning {
		e.Login = l.state
	}
	if e.Login == LoginWaiting {
		e.NextLogin = c.login.next
	}
	return e
}

func (c *Chooser) reason() (Reason, time.Time) {
	v := &c.verdict
	switch {
	case c.cfg.Mode != Auto:
		return ReasonForced, c.start
	case c.preferred == nil || c.preferred != c.pipe && c.udp == nil:
		return ReasonStart, c.start
	case c.preferred == c.pipe && !v.ssh:
		return ReasonUDPUnanswered, c.start
	case c.preferred == c.pipe:
		if c.trial.target != nil || v.cause == ReasonUDPSilent && !c.race.running {
			return ReasonUDPTrial, v.since
		}
		return v.cause, v.since
	case c.race.running && c.doubt:
		return ReasonSilent, c.udp.state.Heard
	case c.pipe != nil && !c.udp.proven():
		return ReasonUnproven, c.chosenAt
	}
	return ReasonGood, c.chosenAt
}
