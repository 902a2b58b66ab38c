package client

import (
	"fmt"
	"time"

	"gm/internal/deadline"
	"gm/vt"
)

// When the user is told (mosh-protocol, section 10).
const (
	connectingAfter = 250 * time.Millisecond // nothing ever came
	blockedAfter    = 3 * time.Second        // nothing ever came: it will not be the server's start
	giveUpAfter     = 15 * time.Second       // nothing ever came: the end
	silentAfter     = 6500 * time.Millisecond
	unansweredAfter = 10 * time.Second
	failingAfter    = 500 * time.Millisecond // nothing could be sent: no mere change of networks
)

// notificationBar is the notification bar: what the user should know, drawn over the
// top line.
type notificationBar struct {
	port      uint16
	quitHint  string // how to leave, may be empty
	started   time.Time
	message   string    // said by the client itself, until cleared
	showsQuit bool      // the message tells how to leave
	until     time.Time // the message is shown; zero for no end

	sendError    string    // why the last datagram could not be sent; empty if it could
	failingSince time.Time // since when none could
	silenceEnded time.Time // when the last silence ended
}

// contact is what is known of the server: when a datagram last came, when the
// newest state that it acknowledged was sent, and when it was last known to hear
// us. They are zero if never.
type contact struct {
	heard, answered, hears time.Time
}

// setMessage shows a message of the client itself; an empty one clears it. help says
// that it tells how to leave.
func (n *notificationBar) setMessage(message string, help bool) {
	n.message, n.showsQuit, n.until = message, help, time.Time{}
}

// briefMessageTime is how long a remark is shown.
const briefMessageTime = 10 * time.Second

// setBriefMessage shows a message for a while.
func (n *notificationBar) setBriefMessage(now time.Time, message string) {
	n.setMessage(message, false)
	n.until = now.Add(briefMessageTime)
}

// expire clears a remark whose time is over.
func (n *notificationBar) expire(now time.Time) {
	if !n.until.IsZero() && !now.Before(n.until) {
		n.setMessage("", false)
	}
}

// recordSend notes whether a datagram could be sent, and if not, why.
func (n *notificationBar) recordSend(now time.Time, trouble string) {
	if n.sendError == "" {
		n.failingSince = now
	}
	n.sendError = trouble
}

// recordContact notes that a datagram has come; before was the contact until then.
// What was not answered during a silence is given time again.
func (n *notificationBar) recordContact(now time.Time, before contact) {
	if now.Sub(deadline.Latest(before.heard, n.started)) > silentAfter {
		n.silenceEnded = now
	}
}

// text is the bar's text for a window of that width, empty for no bar: of its
// parts those that fit, the first in any case.
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

// parts are what there is to tell, the most important first.
func (n *notificationBar) parts(now time.Time, c contact) []string {
	silence, what := n.silence(now, c)
	switch {
	case n.message != "" && silence == 0:
		return []string{n.message}
	case n.message != "":
		return []string{n.message, n.without(silence, what)}
	case c.heard.IsZero():
		return n.connecting(now)
	case silence > 0 && n.sendError != "":
		return []string{fmt.Sprintf("Last %s %s ago: %s.", what, elapsed(silence, "seconds"), n.sendError)}
	case silence > 0 && what == lastReply:
		return []string{fmt.Sprintf("Last %s %s ago.", what, elapsed(silence, "seconds")), noReply(now, c)}
	case silence > 0:
		return []string{fmt.Sprintf("Last %s %s ago.", what, elapsed(silence, "seconds"))}
	case n.sendFailing(now) && n.failingSince.After(c.heard):
		return []string{"Can not send: " + n.sendError + "."}
	}
	return nil
}

// noReply returns why a server that is heard does not reply. One that hears us
// gets or sends only short datagrams: some paths swallow long ones.
func noReply(now time.Time, c contact) string {
	if now.Sub(c.hears) > unansweredAfter {
		return "The server does not hear us."
	}
	return "Long packets get lost."
}

// connecting is what there is to tell before anything has come.
func (n *notificationBar) connecting(now time.Time) (parts []string) {
	since := now.Sub(n.started)
	switch {
	case n.sendFailing(now):
		parts = []string{fmt.Sprintf("Can not send to UDP port %d: %s.", n.port, n.sendError)}
	case since >= blockedAfter:
		parts = []string{fmt.Sprintf("Nothing received from server on UDP port %d.", n.port), "Does a firewall block it?"}
	case since >= connectingAfter:
		parts = []string{fmt.Sprintf("Nothing received from server on UDP port %d.", n.port)}
	}
	if since > silentAfter {
		parts = append(parts, n.without(since, lastContact))
	}
	return parts
}

// sendFailing says that for a while nothing could be sent.
func (n *notificationBar) sendFailing(now time.Time) bool {
	return n.sendError != "" && now.Sub(n.failingSince) >= failingAfter
}

// What is missing in a silence.
const (
	lastContact = "contact"
	lastReply   = "reply"
)

func (n *notificationBar) without(silence time.Duration, what string) string {
	return fmt.Sprintf("(%s without %s.)", elapsed(silence, "s"), what)
}

// silence is how long the server has been out of touch, zero if it is not, and
// what is missing: its contact, or its reply to what was sent.
func (n *notificationBar) silence(now time.Time, c contact) (time.Duration, string) {
	if d := now.Sub(deadline.Latest(c.heard, n.started)); d > silentAfter {
		return d, lastContact
	}
	answered := deadline.Latest(c.answered, n.started)
	if now.Sub(deadline.Latest(answered, n.silenceEnded)) > unansweredAfter {
		return now.Sub(answered), lastReply
	}
	return 0, ""
}

// deadline is when the text changes if nothing happens before.
func (n *notificationBar) deadline(now time.Time, c contact) time.Time {
	answered := deadline.Latest(c.answered, n.started)
	times := []time.Time{
		deadline.Latest(c.heard, n.started).Add(silentAfter + time.Millisecond),
		deadline.Latest(answered, n.silenceEnded).Add(unansweredAfter + time.Millisecond),
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

// barRendition is how the notification bar and the panel look.
func barRendition() vt.Rendition {
	return vt.Rendition{Fg: vt.PaletteColor(7), Bg: vt.PaletteColor(4), Attrs: vt.Bold}
}

// paint draws the bar over screen.
func (n *notificationBar) paint(now time.Time, c contact, screen *vt.Screen) {
	cols, _ := screen.Size()
	text := n.text(now, c, cols)
	if text == "" {
		return
	}
	screen.SetLineAttribute(0, vt.SingleWidth)
	screen.Erase(0, 0, cols, barRendition())
	screen.DrawText(0, 0, text, barRendition())
	if screen.Cursor.Y == 0 {
		screen.Cursor.Hidden = true
	}
}

// elapsed writes a time in whole seconds with the unit, and from a minute on as
// M:SS or H:MM:SS.
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
