// Package plainrow shows messages for screen readers: one after another, in a row below the
// session's screen. A message is written once, does not change, and covers nothing.
package plainrow

import (
	"time"

	"gm/vt"
)

const (
	// minShown is how long a message stays at least, unless the screen scrolls.
	minShown = time.Second
	// maxQueued bounds the messages that wait. The oldest are dropped.
	maxQueued = 16
)

// Place is the place at which a program writes, as far as it is known.
type Place struct {
	lines uint64 // that have scrolled off
	row   int    // of the cursor
	above string // text of the row above it
}

// PlaceIn returns the place at which a program writes to s.
func PlaceIn(s *vt.Screen) Place {
	_, lines := s.History()
	p := Place{lines: lines, row: s.Cursor.Y}
	if p.row > 0 {
		p.above = s.RowText(p.row - 1)
	}
	return p
}

// Row is the row. The zero Row is empty.
type Row struct {
	current string // of the last Set
	queue   []string
	shown   string
	since   time.Time // when shown came
	place   Place     // of the last Set
}

// Set sets the message of the current state, which is empty if there is none. It joins the
// queue if it is another one than before, in parts of at most cols columns. When the program
// goes on to another line the message goes, as it would be moved with the lines; it has been
// read.
func (r *Row) Set(now time.Time, message string, cols int, place Place) {
	if message != r.current {
		r.current = message
		r.queue = append(r.queue, wrap(message, cols)...)
		r.queue = r.queue[max(0, len(r.queue)-maxQueued):]
	}
	if place != r.place {
		r.place, r.shown = place, ""
	}
	due := r.shown == "" || !now.Before(r.since.Add(minShown))
	switch {
	case due && len(r.queue) > 0:
		r.shown, r.queue, r.since = r.queue[0], r.queue[1:], now
	case due && r.current == "":
		r.shown = ""
	}
}

// Deadline returns when Set must be called again; zero for never.
func (r *Row) Deadline() time.Time {
	if r.shown != "" && (len(r.queue) > 0 || r.current == "") {
		return r.since.Add(minShown)
	}
	return time.Time{}
}

// Paint returns s with the row below it. A line that is typed there has the cursor at its end.
func (r *Row) Paint(s *vt.Screen, line string, typing bool) *vt.Screen {
	cols, rows := s.Size()
	s = s.Resized(cols, rows+1)
	text := r.shown
	if typing {
		text = line
	}
	x := s.DrawText(0, rows, text, vt.Rendition{})
	if typing {
		s.Cursor.X, s.Cursor.Y = min(x, cols-1), rows
		s.Cursor.PendingWrap, s.Cursor.Hidden = false, false
	}
	return s
}
