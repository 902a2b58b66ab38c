package client

import (
	"fmt"
	"time"

	"gm/vt"
)

// When the user is told (mosh-protocol, section 10).
const (
	connectingAfter = 250 * time.Millisecond // nothing ever came
	giveUpAfter     = 15 * time.Second       // nothing ever came: the end
	silentAfter     = 6500 * time.Millisecond
	unansweredAfter = 10 * time.Second
)

// notices is the notification bar: what the user should know, drawn over the
// top line.
type notices struct {
	port    uint16
	quit    string // how to leave, may be empty
	started time.Time
	message string // said by the client itself, until cleared
	help    bool   // the message tells how to leave
}

// contact is what is known of the server: when a datagram last came, and when
// the newest state that it acknowledged was sent. Both are zero if never.
type contact struct {
	heard, answered time.Time
}

// text is the bar's text, empty for no bar.
func (n *notices) text(now time.Time, c contact) string {
	body := n.message
	if body == "" && c.heard.IsZero() && now.Sub(n.started) >= connectingAfter {
		body = fmt.Sprintf("Nothing received from server on UDP port %d.", n.port)
	}
	silence, what := n.silence(now, c)
	switch {
	case body == "" && silence == 0:
		return ""
	case body == "":
		body = fmt.Sprintf("Last %s %s ago.", what, elapsed(silence, "seconds"))
	case silence > 0:
		body = fmt.Sprintf("%s (%s without %s.)", body, elapsed(silence, "s"), what)
	}
	if n.quit != "" && !n.help {
		body += " " + n.quit
	}
	return "gm: " + body
}

// say shows a message of the client itself; an empty one clears it. help says
// that it tells how to leave.
func (n *notices) say(message string, help bool) { n.message, n.help = message, help }

// silence is how long the server has been out of touch, zero if it is not, and
// what is missing: its contact, or its reply to what was sent.
func (n *notices) silence(now time.Time, c contact) (time.Duration, string) {
	if d := now.Sub(latest(c.heard, n.started)); d > silentAfter {
		return d, "contact"
	}
	if d := now.Sub(latest(c.answered, n.started)); d > unansweredAfter {
		return d, "reply"
	}
	return 0, ""
}

// deadline is when the text changes if nothing happens before.
func (n *notices) deadline(now time.Time, c contact) time.Time {
	silent := latest(c.heard, n.started).Add(silentAfter + time.Millisecond)
	unanswered := latest(c.answered, n.started).Add(unansweredAfter + time.Millisecond)
	connecting := time.Time{}
	if c.heard.IsZero() {
		connecting = n.started.Add(connectingAfter)
	}
	counting := time.Time{}
	if d, _ := n.silence(now, c); d > 0 {
		counting = now.Add(time.Second - d%time.Second)
	}
	return earliestAfter(now, silent, unanswered, connecting, counting)
}

// paint draws the bar over screen.
func (n *notices) paint(now time.Time, c contact, screen *vt.Screen) {
	text := n.text(now, c)
	if text == "" {
		return
	}
	look := vt.Rendition{Fg: vt.PaletteColor(7), Bg: vt.PaletteColor(4), Attrs: vt.Bold}
	cols, _ := screen.Size()
	screen.Erase(0, 0, cols, look)
	screen.DrawText(0, 0, text, look)
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

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// earliestAfter gives the first of the times that are later than now, zero if
// none is.
func earliestAfter(now time.Time, times ...time.Time) (first time.Time) {
	for _, t := range times {
		if t.After(now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
