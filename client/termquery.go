package client

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"gm/internal/deadline"
	"gm/vt"
)

const (
	// replyTimeout bounds the wait for the replies.
	replyTimeout = 2 * time.Second

	// rowTimeout bounds the wait for the row of the cursor after a resize.
	rowTimeout = 500 * time.Millisecond

	// lateReplyTimeout is the time after the queries in which replies are still
	// recognized.
	lateReplyTimeout = time.Minute

	// escDelay bounds how long an ambiguous ESC is held; partialReplyTimeout bounds
	// an incomplete reply.
	escDelay            = 50 * time.Millisecond
	partialReplyTimeout = time.Second

	// maxReply bounds a reply, in bytes.
	maxReply = 256
)

// termQuery queries the capabilities and colours of the user's terminal and removes
// the replies from the keyboard's input. Keys pass unchanged and in order. The zero
// termQuery has sent no queries and passes all input.
//
// Only input in the exact form of an expected reply is held, until it is complete.
// Input that turns out to be something else passes at once, except for Escape, Alt-[,
// Alt-], Alt-_ and Alt-P, which begin replies: they are held for escDelay. After the last
// reply, or replyTimeout, these keys are not held any more. A late reply, until
// lateReplyTimeout, is then recognized only if it is not split after such a prefix.
type termQuery struct {
	began  time.Time
	open   []query // without a reply
	done   bool    // the reply to the last query, the fence, has arrived
	held   []byte  // may be an incomplete reply
	heldAt time.Time

	theme          vt.Theme
	caps           vt.Capabilities
	graphics       graphics
	matchedSamples int  // samples of the palette that equal xterm's
	changed        bool // since the last takeAppearance
	reported       bool // takeAppearance has returned the result
	// fixedLines is set if the terminal does not break lines anew when it is resized.
	fixedLines bool
	located    location  // as the terminal has reported; zero until then
	rowUntil   time.Time // until when the reports are expected; zero if they are not
	// schemeReported is set when the terminal reports its colour scheme unasked.
	schemeReported bool
}

// graphics are the protocols for pictures that the terminal has.
type graphics struct {
	kitty, files, sixel bool
	placeholders        bool // of kitty's protocol
	registers           int  // of sixels; 0 if unknown
}

// ask returns the queries. Without dcs there are none that a terminal may print, or
// pass on to another terminal.
func (q *termQuery) ask(now time.Time, dcs bool, widths widthTest) string {
	*q = termQuery{held: q.held, heldAt: q.heldAt, fixedLines: q.fixedLines}
	return q.start(now, allQueries(dcs, widths))
}

// askColors returns the queries for the colours only, after a change of the colour
// scheme. It leaves out the colours in set, which a program has set.
func (q *termQuery) askColors(now time.Time, set *vt.Colors) string {
	q.done, q.reported, q.matchedSamples = false, false, 0
	return q.start(now, append(colorQueries(set), fence()))
}

// location is the row of the cursor, and the size of the window. All are from 1.
type location struct {
	row        int
	cols, rows int
}

// askRow returns the queries for the row of the cursor and the size of the window, which
// are expected for rowTimeout. Reports that are still expected are recognized, and not
// used: the window has had another size then.
func (q *termQuery) askRow(now time.Time) string {
	if q.began.IsZero() {
		q.done, q.reported = true, true
	}
	row, corner := rowQuery(), cornerQuery()
	if !now.Before(q.rowUntil) {
		q.open = slices.DeleteFunc(q.open, query.locates)
	}
	q.began, q.located, q.rowUntil = now, location{}, now.Add(rowTimeout)
	q.open = append(q.open, row, corner)
	return row.ask + corner.ask
}

func (q *termQuery) start(now time.Time, queries []query) string {
	q.began = now
	q.open = queries
	var text strings.Builder
	for _, k := range queries {
		text.WriteString(k.ask)
	}
	return text.String()
}

func (q *termQuery) pending(now time.Time) bool {
	return !q.began.IsZero() && !q.done && now.Before(q.began.Add(replyTimeout)) || now.Before(q.rowUntil)
}

// owed reports whether replies may still come that must not be left to the shell.
func (q *termQuery) owed(now time.Time) bool {
	return q.pending(now) || slices.ContainsFunc(q.open, query.locates) && now.Before(q.began.Add(replyTimeout))
}

// expired reports whether replies are no longer recognized. Unasked reports of the
// colour scheme always are.
func (q *termQuery) expired(now time.Time) bool {
	return len(q.open) == 0 || !now.Before(q.began.Add(lateReplyTimeout))
}

// reportsScheme reports whether the terminal supports unasked reports of its colour
// scheme (mode 2031).
func (q *termQuery) reportsScheme() bool {
	v := q.caps.Mode(modeColorReports)
	return v == 1 || v == 2
}

// filter returns the keys in the held bytes and input. It keeps no reference to
// input.
func (q *termQuery) filter(now time.Time, input []byte) (keys []byte) {
	if q.expired(now) {
		q.open = nil
	}
	if len(q.open) == 0 && !q.reportsScheme() {
		return append(q.release(), input...)
	}
	for _, b := range input {
		if len(q.held) == 0 && b != '\x1b' {
			keys = append(keys, b)
			continue
		}
		q.held = append(q.held, b)
		for n := q.nonReplyPrefix(); n > 0; n = q.nonReplyPrefix() {
			keys = append(keys, q.held[:n]...)
			q.held = q.held[n:]
		}
	}
	q.heldAt = now
	if q.mayBeKey() && !q.pending(now) {
		keys = append(keys, q.release()...)
	}
	return keys
}

// nonReplyPrefix returns the number of held bytes that cannot become a reply, up to
// the next ESC. It handles a complete reply.
func (q *termQuery) nonReplyPrefix() int {
	if len(q.held) == 0 {
		return 0
	}
	if q.held[0] == '\x1b' && len(q.held) <= maxReply && q.matchHeld() {
		return 0
	}
	if n := bytes.IndexByte(q.held[1:], '\x1b'); n >= 0 {
		return 1 + n
	}
	return len(q.held)
}

// matchHeld reports whether the held bytes are a complete or an incomplete reply. It
// handles a complete one.
func (q *termQuery) matchHeld() bool {
	for i, k := range q.open {
		body, whole, ok := k.match(q.held)
		if whole {
			q.open = slices.Delete(q.open, i, i+1)
			q.handleReply(k, body)
		}
		if ok {
			return true
		}
	}
	if !q.reportsScheme() {
		return false
	}
	report := schemeQuery()
	body, whole, ok := report.match(q.held)
	if whole {
		q.handleReply(report, body)
		q.schemeReported = true
	}
	return ok
}

func (q *termQuery) handleReply(k query, body string) {
	q.held = nil
	theme, caps := q.theme, q.caps
	k.take(q, body)
	q.changed = q.changed || theme != q.theme || caps != q.caps
}

func (q *termQuery) mayBeKey() bool { return 0 < len(q.held) && len(q.held) <= len("\x1b[") }

// deadline returns the time at which flush releases held bytes or the replies are no
// longer pending, or the zero time.
func (q *termQuery) deadline() time.Time {
	var end time.Time
	if !q.began.IsZero() && !q.reported && !q.done {
		end = q.began.Add(replyTimeout)
	}
	return deadline.Earliest(end, q.flushDeadline())
}

func (q *termQuery) flushDeadline() time.Time {
	switch {
	case len(q.held) == 0:
		return time.Time{}
	case q.mayBeKey():
		return q.heldAt.Add(escDelay)
	}
	return q.heldAt.Add(partialReplyTimeout)
}

func (q *termQuery) flush(now time.Time) (keys []byte) {
	if at := q.flushDeadline(); at.IsZero() || now.Before(at) {
		return nil
	}
	return q.release()
}

func (q *termQuery) release() (keys []byte) {
	keys, q.held = q.held, nil
	return keys
}

// takeAppearance returns the result once no replies are pending, and again after each
// change. Otherwise ok is false.
func (q *termQuery) takeAppearance(now time.Time) (theme vt.Theme, caps vt.Capabilities, ok bool) {
	if q.began.IsZero() || q.pending(now) || q.reported && !q.changed {
		return vt.Theme{}, vt.Capabilities{}, false
	}
	q.reported, q.changed = true, false
	return q.theme, q.caps, true
}
