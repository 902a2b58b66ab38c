package route

import (
	"time"

	"gm/internal/deadline"
)

const (
	// loginAfter is how long nothing answers until a login is tried.
	loginAfter = 8 * time.Second

	// minLoginPause and maxLoginPause bound the time between two logins.
	minLoginPause, maxLoginPause = time.Second, time.Minute

	// pipeProven is the age at which the end of a pipe no longer counts as a failed login.
	pipeProven = 10 * time.Second
)

// login decides when to log in again.
type login struct {
	state    LoginState
	needed   bool      // no path answers
	notified bool      // the user was asked to log in
	next     time.Time // the next attempt, while waiting
	ended    time.Time // the last attempt
	pause    time.Duration
	moved    bool      // the addresses have changed during the attempt
	lostAt   time.Time // when the pipe in use was closed, while UDP did not answer; zero if it was not
}

func (l *login) start() { l.state, l.moved = LoginRunning, false }

func (l *login) failed(now time.Time, needsUser bool) {
	l.ended = now
	if needsUser && !l.moved {
		l.state = LoginNeedsUser
		return
	}
	l.pause = min(max(2*l.pause, minLoginPause), maxLoginPause)
	l.state, l.next = LoginWaiting, now.Add(l.pause)
	if l.moved {
		l.retrySoon(now)
	}
}

func (l *login) retrySoon(now time.Time) {
	if l.state == LoginWaiting {
		l.next = deadline.Earliest(l.next, deadline.Latest(now, l.ended.Add(minLoginPause)))
	}
}

func (l *login) addressesChanged(now time.Time) {
	l.pause, l.moved = 0, true
	if l.state == LoginNeedsUser {
		l.state, l.next = LoginWaiting, now
	}
	l.retrySoon(now)
}

func (l *login) opened() {
	l.state, l.lostAt, l.notified = LoginIdle, time.Time{}, false
}

func (l *login) notNeeded() {
	if l.state == LoginWaiting {
		l.state = LoginIdle
	}
	l.notified, l.lostAt = false, time.Time{}
}

func (c *Chooser) logIn(now time.Time) {
	l := &c.login
	due, needed := c.loginDue(now)
	if l.needed = needed; !needed {
		l.notNeeded()
		if c.pipe == nil || c.reached(now, c.pipe.since.Add(pipeProven)) {
			l.pause = 0
		}
		return
	}
	if !c.reached(now, due) || l.state == LoginWaiting && !c.reached(now, l.next) {
		return
	}
	switch l.state {
	case LoginRunning:
	case LoginNeedsUser:
		if !l.notified {
			l.notified, c.decision.Notice = true, NoticeAskLogin
		}
	default:
		l.start()
		c.decision.Login = LoginSilent
	}
}

// loginDue returns when a login is due. needed is false if a path answers, or if the host
// has never opened a pipe.
func (c *Chooser) loginDue(now time.Time) (due time.Time, needed bool) {
	if c.cfg.Mode == UDP || !c.piped {
		return time.Time{}, false
	}
	udp, silent := c.udpSilentSince(now)
	if !silent {
		return time.Time{}, false
	}
	if c.pipe == nil {
		if !c.login.lostAt.IsZero() {
			return c.login.lostAt, true
		}
		return udp.Add(loginAfter), true
	}
	waiting := c.awaitingSince(c.pipe)
	if waiting.IsZero() {
		return time.Time{}, false
	}
	due = deadline.Latest(udp, waiting).Add(loginAfter)
	if c.changed.After(c.pipe.state.Heard) { // the connection does not outlive its address
		due = deadline.Latest(udp, waiting).Add(c.pipe.doubtTimeout())
	}
	return due, true
}
