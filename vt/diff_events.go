package vt

import "strings"

// carries reports whether an event travels in some way.
func (d *Dialect) carries(e *Event) bool { return d.EventsApart || d.tells(e) }

// tells reports whether an event is in the diff.
func (d *Dialect) tells(e *Event) bool {
	switch {
	case d.EventsApart || e.Command == "":
		return false
	case e.IsMark() || strings.HasPrefix(e.Command, "633;"):
		return d.Marks
	}
	return d.Notices
}

// sameEvents reports whether there is none that one screen has had, the other has not,
// and that travels.
func (d *Dialect) sameEvents(s, o *Screen) bool {
	a, b := s.EventCount(), o.EventCount()
	if a < b {
		s, a, b = o, b, a
	}
	for _, e := range s.EventsSince(b) {
		if d.carries(&e) {
			return false
		}
	}
	return true
}

// events appends the events that are new, each mark with the cursor where it was. A
// mark that has left the screen is left out, but for the end of a command (D), which
// tells its exit status.
func (d *differ) events(from *Screen) {
	events := d.to.EventsSince(from.EventCount())
	if len(events) == 0 {
		return
	}
	for i := range events {
		e := &events[i]
		if !d.dialect.tells(e) {
			continue
		}
		if e.IsMark() && e.Row >= 0 {
			x := e.Col
			if e.startsLine() {
				x = 0
			}
			d.moveTo(min(x, d.to.rows[e.Row].shown()-1), e.Row)
		} else if e.IsMark() && !e.endsCommand() {
			continue
		}
		d.text("", e.Command, len(e.Command))
		d.unwrap()
	}
}
