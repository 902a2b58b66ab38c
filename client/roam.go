package client

import (
	"fmt"
	"strings"
	"time"

	"gm/client/route"
	"gm/internal/sanitize"
	"gm/wire/datagram"
)

// pathStatus describes the path of a session for the user. The zero value is that of a
// server without the extension "paths".
type pathStatus struct {
	route.Explanation
	several    bool
	sshAlone   bool   // UDP is not used (--path=ssh)
	pipe       bool   // the SSH connection carries datagrams
	pipeEnded  bool   // it did, and there is no other
	loginError string // of the last login, or empty
}

// roam carries out the work that is due for the session's paths.
func (l *loop) roam(now time.Time) {
	due := l.roamer.Decide(now)
	e, several := l.roamer.Explain()
	if !several {
		return
	}
	w := &l.session.path
	pipe := l.roamer.OverSSH()
	w.pipeEnded = !pipe && (w.pipe || w.pipeEnded)
	w.Explanation, w.several, w.pipe, w.loginError = e, true, pipe, ""
	if err := l.roamer.LoginError(); err != nil {
		w.loginError = err.Error()
	}
	l.session.bar.login, l.session.bar.waits = w.text(l.session.input.loginHint()), w.waits()
	if due.Notice == route.NoticeSSH {
		l.session.bar.setBriefMessage(now, noticeSSH(e.Reason))
	}
	if due.Ask {
		l.ask(now)
	}
}

// ask releases the terminal for the questions of a login. A passage is not ended for that.
func (l *loop) ask(now time.Time) {
	if l.phase != phaseEntering && l.phase != phaseShown || l.passages.Active() || !l.reader.pause(l.tty.keyboard) {
		l.roamer.RefuseLogin(now)
		return
	}
	l.asking = true
	l.watchdog.ignoreSignals.Store(true)
	l.setPhase(now, phaseReleasing)
}

// endAsking resumes the session on the terminal once the login has ended.
func (l *loop) endAsking(now time.Time) {
	if !l.asking || l.phase != phaseReleased || l.roamer.Asking() {
		return
	}
	l.asking = false
	l.watchdog.ignoreSignals.Store(false)
	l.reader.resume(l.tty.keyboard)
	l.resume(now)
	if err := l.roamer.LoginError(); err != nil {
		l.session.bar.setBriefMessage(now, loginFailed(err))
	}
}

func (c *session) pathLines(now time.Time, open []datagram.Path) []string {
	lines := []string{"path        " + c.path.reason(now)}
	for _, path := range open {
		lines = append(lines, "  "+pathLine(now, path, c.transport.PathState(path)))
	}
	if c.path.loginError != "" {
		lines = append(lines, "login       "+sanitize.Line(c.path.loginError))
	}
	return lines
}

// reason returns the path in use and the reason, such as "ssh (udp unanswered since 12 s)".
func (w *pathStatus) reason(now time.Time) string {
	why := w.Reason.String()
	if strings.HasSuffix(why, "since") {
		why += " " + elapsed(now.Sub(w.Since), "s")
	}
	return fmt.Sprintf("%v (%s)", w.Kind, why)
}

func pathLine(now time.Time, path datagram.Path, s datagram.PathState) string {
	name := "ssh"
	if !path.IsPipe() {
		name = "udp " + path.String()
	}
	if !s.Measured {
		return fmt.Sprintf("%s: no answer, last heard %s", name, ago(now, s.Heard))
	}
	return fmt.Sprintf("%s: %d ms, %.0f%% lost, last answer %s", name, s.SRTT.Milliseconds(), 100*s.Loss, ago(now, s.Answered))
}
