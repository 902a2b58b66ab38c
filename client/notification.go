package client

import (
	"fmt"
	"time"

	"gm/internal/deadline"
	"gm/vt"
)

// Times after which the user is notified (protocol, section 10.3).
const (
	connectingAfter = 250 * time.Millisecond  // without any datagram
	blockedAfter    = 3 * time.Second         // without any datagram: longer than a server's start
	giveUpAfter     = 15 * time.Second        // without any datagram: the session ends
	silentAfter     = 6500 * time.Millisecond // since the last datagram of an active session
	overdueAfter    = 3450 * time.Millisecond // since the next datagram was expected
	unansweredAfter = 10 * time.Second        // since the last acknowledged state was sent
	failingAfter    = 500 * time.Millisecond  // of failing sends: longer than a change of networks
)

// notificationBar is the bar over the top row that shows messages of the client and
// the state of the connection.
type notificationBar struct {
	port      uint16
	quitHint  string // the escape key's command to quit, or empty
	plain     bool   // the text does not change with the time
	started   time.Time
	message   string    // of the client, or empty
	showsQuit bool      // the message includes the command to quit
	until     time.Time // when the message is cleared; zero for never
	question  string    // that the user is to answer, or empty; it comes before the message

	waits        waits     // the paths on which an answer may come
	login        string    // the state of a login that is to end the silence, or empty
	sendError    string    // of the last datagram, or empty
	failingSince time.Time // when sending began to fail
	silenceEnded time.Time // when the last silence ended
}

// contact holds times of the connection: the arrival of the last datagram, the sending
// of the newest acknowledged state, and the last sign that the server receives our
// datagrams. A zero time is never. expected is when the next datagram should have arrived
// at the latest; zero for that of an active session.
type contact struct {
	heard, answered, hears, expected time.Time
}

// idle reports whether a peer is rarely heard because there is nothing to say, or was until
// now. States are not acknowledged then.
func (c *contact) idle() bool { return !c.heard.IsZero() && c.expected.Sub(c.heard) > silentAfter }

// silentFrom returns from when on there is a silence.
func (n *notificationBar) silentFrom(c contact) time.Time {
	active := deadline.Latest(c.heard, n.started).Add(silentAfter)
	if c.idle() {
		return deadline.Latest(c.expected.Add(overdueAfter), active)
	}
	return active
}

// setMessage shows a message of the client; an empty one clears it. showsQuit reports
// whether it includes the command to quit.
func (n *notificationBar) setMessage(message string, showsQuit bool) {
	n.message, n.showsQuit, n.until = message, showsQuit, time.Time{}
}

// briefMessageTime is how long setBriefMessage shows a message.
const briefMessageTime = 10 * time.Second

//go:noinline
func (n *notificationBar) setBriefMessage(now time.Time, message string) {
	n.setMessage(message, false)
	n.until = now.Add(briefMessageTime)
}

func (n *notificationBar) expire(now time.Time) {
	if !n.until.IsZero() && !now.Before(n.until) {
		n.setMessage("", false)
	}
}

func (n *notificationBar) recordSend(now time.Time, trouble string) {
	if n.sendError == "" {
		n.failingSince = now
	}
	n.sendError = trouble
}

// recordContact records the arrival of a datagram. before is the contact until then.
// After a silence, unansweredAfter starts again.
func (n *notificationBar) recordContact(now time.Time, before contact) {
	if now.Sub(deadline.Latest(before.heard, n.started)) > silentAfter {
		n.silenceEnded = now
		if n.plain && n.message == "" && !before.heard.IsZero() {
			n.setBriefMessage(now, "Contact again.")
		}
	}
}

// text returns the bar's text: the first of its parts, and those of the others that
// fit into cols columns. It is empty without a bar.
func (n *notificationBar) text(now time.Time, c contact, cols int) string {
	parts := n.parts(now, c)
	if len(parts) == 0 {
		return ""
	}
	if n.quitHint != "" && !n.showsQuit {
		parts = append(parts, n.quitHint)
	}
	text := "gm: " + parts[0]
	for _, part := range parts[1:] {
		if longer := text + " " + part; vt.TextWidth(longer) <= cols {
			text = longer
		}
	}
	return text
}

func (n *notificationBar) parts(now time.Time, c contact) []string {
	silence, what := n.silence(now, c)
	if n.question != "" {
		return []string{n.question}
	}
	switch {
	case n.message != "" && silence == 0:
		return []string{n.message}
	case n.message != "":
		return []string{n.message, n.without(now, silence, what)}
	case c.heard.IsZero():
		return n.connecting(now)
	case silence > 0 && n.login != "":
		return []string{n.last(now, silence, what) + ".", n.login}
	case silence > 0 && n.sendError != "":
		return []string{n.last(now, silence, what) + ": " + n.sendError + "."}
	case silence > 0 && what == lastReply:
		return []string{n.last(now, silence, what) + ".", noReply(now, c)}
	case silence > 0:
		return []string{n.last(now, silence, what) + "."}
	case n.sendFailing(now) && n.failingSince.After(c.heard):
		return []string{"Cannot send: " + n.sendError + "."}
	}
	return nil
}

// noReply returns the reason why a server does not acknowledge although datagrams
// arrive from it. If it receives ours, only long datagrams are lost, as on some
// paths.
func noReply(now time.Time, c contact) string {
	if now.Sub(c.hears) > unansweredAfter {
		return "The server does not hear us."
	}
	return "Long packets get lost."
}

// sendFailing reports whether sending has failed for failingAfter.
func (n *notificationBar) sendFailing(now time.Time) bool {
	return n.sendError != "" && now.Sub(n.failingSince) >= failingAfter
}

// The signs of life that are missing in a silence.
const (
	lastContact = "contact"
	lastReply   = "reply"
)

func (n *notificationBar) last(now time.Time, silence time.Duration, what string) string {
	if n.plain {
		return fmt.Sprintf("No %s since %s", what, now.Add(-silence).Format(time.TimeOnly))
	}
	return fmt.Sprintf("Last %s %s ago", what, elapsed(silence, "seconds"))
}

func (n *notificationBar) without(now time.Time, silence time.Duration, what string) string {
	if n.plain {
		return "(" + n.last(now, silence, what) + ".)"
	}
	return fmt.Sprintf("(%s without %s.)", elapsed(silence, "s"), what)
}

// silence returns the duration of a silence and the missing sign of life, lastContact
// or lastReply; 0 without a silence.
func (n *notificationBar) silence(now time.Time, c contact) (time.Duration, string) {
	if now.After(n.silentFrom(c)) {
		return now.Sub(deadline.Latest(c.heard, n.started)), lastContact
	}
	answered := deadline.Latest(c.answered, n.started)
	if !c.idle() && now.Sub(deadline.Latest(answered, n.silenceEnded)) > unansweredAfter {
		return now.Sub(answered), lastReply
	}
	return 0, ""
}

func (n *notificationBar) deadline(now time.Time, c contact) time.Time {
	answered := deadline.Latest(c.answered, n.started)
	times := []time.Time{n.silentFrom(c).Add(time.Millisecond)}
	if !c.idle() {
		times = append(times, deadline.Latest(answered, n.silenceEnded).Add(unansweredAfter+time.Millisecond))
	}
	if n.sendError != "" {
		times = append(times, n.failingSince.Add(failingAfter))
	}
	if c.heard.IsZero() {
		times = append(times, n.started.Add(connectingAfter), n.started.Add(blockedAfter))
	}
	if d, _ := n.silence(now, c); d > 0 {
		times = append(times, now.Add(time.Second-d%time.Second))
	}
	if !n.until.IsZero() {
		times = append(times, n.until)
	}
	return deadline.EarliestAfter(now, times...)
}

// barRendition returns the colours of the bar and the panel. Those above 15 are the same on
// all terminals, while the first 16 and the default ones belong to the user's theme: white on
// blue is not readable in some. Without 256 colours, or with NO_COLOR (no-color.org), it is
// the terminal's own text in reverse video.
func (s *settings) barRendition() vt.Rendition {
	if colors := vt.UserTerminal(s.term, s.colorTerm).Colors; s.noColor || colors != 0 && colors < 256 {
		return vt.Rendition{Attrs: vt.Inverse}
	}
	return vt.Rendition{Fg: vt.PaletteColor(231), Bg: vt.PaletteColor(24), Attrs: vt.Bold}
}

func (n *notificationBar) paint(now time.Time, c contact, screen *vt.Screen, look vt.Rendition) {
	cols, _ := screen.Size()
	text := n.text(now, c, cols)
	if text == "" {
		return
	}
	screen.SetLineAttribute(0, vt.SingleWidth)
	screen.Erase(0, 0, cols, look)
	screen.DrawText(0, 0, text, look)
	if screen.Cursor.Y == 0 {
		screen.Cursor.Hidden = true
	}
}

// elapsed formats a duration in whole seconds with the unit, from a minute on as M:SS
// and from an hour on as H:MM:SS.
func elapsed(d time.Duration, unit string) string {
	s := int(d / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d %s", s, unit)
	case s < 3600:
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
