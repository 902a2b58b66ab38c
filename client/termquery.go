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
	// replyTimeout is how long the terminal has for its replies.
	replyTimeout = 2 * time.Second

	// lateReplyTimeout is how long after the queries a reply is still taken for
	// one.
	lateReplyTimeout = time.Minute

	// escDelay bounds how long an ambiguous ESC is held; partialReplyTimeout, an
	// incomplete reply.
	escDelay            = 50 * time.Millisecond
	partialReplyTimeout = time.Second

	// maxReply bounds a reply, in bytes.
	maxReply = 256
)

// termQuery asks the user's terminal what it can do and how it looks, and takes
// the replies out of what is typed. The keys pass on unharmed and in order. The
// zero termQuery has asked nothing and passes everything on.
//
// Only what has the exact form of a reply that is still to come is taken, and
// held until it is complete. What turns out to be something else passes on at
// once; Escape, Alt-[, Alt-] and Alt-P, which replies begin with, after escDelay.
// When the terminal has sent all that it will, or after replyTimeout, they are not
// held any more: then a reply that comes after all, until lateReplyTimeout, must
// not be cut after those.
type termQuery struct {
	began  time.Time
	open   []query // without a reply
	done   bool    // the last query was replied to
	held   []byte  // the beginning of a reply, perhaps
	heldAt time.Time

	theme          vt.Theme
	caps           vt.Capabilities
	matchedSamples int  // colours of the palette's cube that are xterm's
	changed        bool // since take was called
	reported       bool // take has returned what was known at the end
	// schemeReported: the terminal has reported its colour scheme by itself.
	schemeReported bool
}

// ask returns the queries. Without dcs there are none that a terminal may take for
// text, or pass on to another one; with widths, the second row is written to.
func (q *termQuery) ask(now time.Time, dcs, widths bool) string {
	*q = termQuery{held: q.held, heldAt: q.heldAt}
	return q.start(now, allQueries(dcs, widths))
}

// askColors returns the queries for the colours alone, which have changed, but for
// those that a program has set: they are not the terminal's.
func (q *termQuery) askColors(now time.Time, set *vt.Colors) string {
	q.done, q.reported, q.matchedSamples = false, false, 0
	return q.start(now, append(colorQueries(set), fence()))
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

// pending reports whether replies are on their way.
func (q *termQuery) pending(now time.Time) bool {
	return !q.began.IsZero() && !q.done && now.Before(q.began.Add(replyTimeout))
}

// expired reports whether no reply to a query is taken any more. Reports of the
// colour scheme, which come by themselves, are.
func (q *termQuery) expired(now time.Time) bool {
	return len(q.open) == 0 || !now.Before(q.began.Add(lateReplyTimeout))
}

// reportsScheme reports whether the terminal sends reports of its colour scheme.
func (q *termQuery) reportsScheme() bool {
	v := q.caps.Mode(modeColorReports)
	return v == 1 || v == 2
}

// filter returns the keys among input and what was held that turns out to be keys.
// It keeps no reference to input.
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

// nonReplyPrefix returns how much of what is held cannot become a reply, up to
// where the next could begin. A complete reply it takes.
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

// matchHeld reports whether what is held may become a reply, or was a complete one.
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

// mayBeKey reports whether what is held may have been typed.
func (q *termQuery) mayBeKey() bool { return 0 < len(q.held) && len(q.held) <= len("\x1b[") }

// deadline is when flush has something to do, or the replies are waited for no
// longer.
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

// flush returns what was held for too long.
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

// takeAppearance returns what is known, if that is all that will be and was not returned
// before.
func (q *termQuery) takeAppearance(now time.Time) (theme vt.Theme, caps vt.Capabilities, ok bool) {
	if q.began.IsZero() || q.pending(now) || q.reported && !q.changed {
		return vt.Theme{}, vt.Capabilities{}, false
	}
	q.reported, q.changed = true, false
	return q.theme, q.caps, true
}
