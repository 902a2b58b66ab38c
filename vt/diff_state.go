package vt

import (
	"slices"
	"strings"
	"unicode/utf8"
)

func (d *differ) appendState(from *Screen) {
	if from.Bells != d.to.Bells {
		d.out = append(d.out, '\a')
	}
	if !d.dialect.sameTitle(from, d.to) {
		d.title(from)
	}
	d.clipboards(from)
	if d.dialect.Progress && from.Progress != d.to.Progress {
		d.out = d.to.Progress.append(d.out)
	}
	if d.dialect.Pointer && from.Pointer != d.to.Pointer {
		d.oscText("22;", d.to.Pointer, len(d.to.Pointer))
	}
	d.notes(from)
	if d.dialect.Directory && from.Directory != d.to.Directory {
		d.oscText("7;", d.to.Directory, len(d.to.Directory))
	}
	d.colors(from.Colors, d.to.Colors)
	d.modes(d.dialect.modes(from.Modes), d.dialect.modes(d.to.Modes))
}

func (d *differ) clipboards(from *Screen) {
	if len(d.to.Clipboards) == 0 {
		return
	}
	shown := d.dialect.clipboards(from.Clipboards)
	for _, c := range d.dialect.clipboards(d.to.Clipboards) {
		if !slices.Contains(shown, c) {
			d.osc("52;", c.Selection)
			d.out = append(d.out, ';')
			d.out = append(append(d.out, c.Data...), '\a')
		}
	}
}

// maxTitle bounds a title in code points. mosh keeps 256 of the whole string, including
// the OSC number and the semicolon (protocol, section 8).
const maxTitle = 254

func (d *differ) title(from *Screen) {
	switch {
	case d.to.Title == d.to.Icon:
		d.oscTitle("0;", d.to.Title)
	case from.TitleSet != d.to.TitleSet:
		d.oscTitle("1;", d.to.Icon)
		d.oscTitle("2;", d.to.Title)
	default:
		if from.Icon != d.to.Icon {
			d.oscTitle("1;", d.to.Icon)
		}
		if from.Title != d.to.Title {
			d.oscTitle("2;", d.to.Title)
		}
	}
}

func (d *differ) oscTitle(number, text string) { d.oscText(number, text, maxTitle) }

// oscText appends an OSC with at most that many code points of text. It drops control
// characters, which could end the OSC early.
func (d *differ) oscText(number, text string, most int) {
	d.osc(number, "")
	n := 0
	for _, r := range text {
		if n == most {
			break
		}
		if r >= ' ' && (r < 0x7f || r > 0x9f) {
			d.out = utf8.AppendRune(d.out, r)
			n++
		}
	}
	d.out = append(d.out, '\a')
}

func (d *differ) osc(number, text string) {
	d.out = append(d.out, "\x1b]"...)
	d.out = append(append(d.out, number...), text...)
}

func (d *differ) modes(from, to Modes) {
	if from == to {
		return
	}
	d.toggle(5, from.ReverseVideo, to.ReverseVideo)
	d.toggle(2004, from.BracketedPaste, to.BracketedPaste)
	d.toggle(1004, from.FocusEvents, to.FocusEvents)
	was, is := from.toggles(), to.toggles()
	for i, m := range toggleModes {
		if *was[i] != *is[i] {
			d.appendToggle(m, *is[i])
		}
	}
	d.switchMode(int(from.Mouse), int(to.Mouse))
	d.switchMode(int(from.MouseEncoding), int(to.MouseEncoding))
	d.toggle(1, from.CursorKeys, to.CursorKeys)
	if from.Keypad != to.Keypad {
		d.keypad(to.Keypad)
	}
	d.toggle(67, from.BackArrow, to.BackArrow)
	if from.KittyKeys != to.KittyKeys {
		d.out = append(d.out, "\x1b[="...)
		d.out = append(appendInt(d.out, int(to.KittyKeys)), 'u')
	}
	if from.ModifyOtherKeys != to.ModifyOtherKeys {
		d.out = append(d.out, "\x1b[>4;"...)
		d.out = append(appendInt(d.out, int(to.ModifyOtherKeys)), 'm')
	}
}

// keypad appends DECKPAM or DECKPNM, which more terminals know than DECNKM.
func (d *differ) keypad(application bool) {
	if application {
		d.out = append(d.out, "\x1b="...)
	} else {
		d.out = append(d.out, "\x1b>"...)
	}
}

func (d *differ) toggle(mode int, from, to bool) {
	if from != to {
		d.mode(mode, to)
	}
}

func (d *differ) switchMode(from, to int) {
	if from == to {
		return
	}
	if from != 0 {
		d.mode(from, false)
	}
	if to != 0 {
		d.mode(to, true)
	}
}

// colorsAtOnce is the number of palette colours that one OSC 4 or OSC 104 carries.
// Terminals limit the length of a sequence.
const colorsAtOnce = 16

func (d *differ) colors(from, to *Colors) {
	if !d.dialect.SetColors || from == to {
		return
	}
	d.palette("4", from, to, func(slot int) bool { return to.at(slot) != 0 })
	d.palette("104", from, to, func(slot int) bool { return to.at(slot) == 0 })
	for n := 10; n <= 19; n++ {
		slot := dynamicSlot(n)
		if !isSlotSent(slot) || from.at(slot) == to.at(slot) {
			continue
		}
		if c := to.at(slot); c != 0 {
			d.osc("", "")
			d.out = d.appendRGB(appendInt(d.out, n), c)
		} else {
			d.osc("", "")
			d.out = appendInt(d.out, n+100)
		}
		d.out = append(d.out, '\a')
	}
}

func (d *differ) palette(number string, from, to *Colors, chosen func(slot int) bool) {
	n := 0
	for slot := range specialSlot {
		if from.at(slot) == to.at(slot) || !chosen(slot) {
			continue
		}
		if n%colorsAtOnce == 0 {
			if n > 0 {
				d.out = append(d.out, '\a')
			}
			d.osc(number, "")
		}
		d.out = appendInt(append(d.out, ';'), slot)
		if c := to.at(slot); c != 0 {
			d.out = d.appendRGB(d.out, c)
		}
		n++
	}
	if n > 0 {
		d.out = append(d.out, '\a')
	}
}

func (d *differ) appendRGB(dst []byte, c Color) []byte {
	dst = append(dst, ";rgb:"...)
	for shift := 16; shift >= 0; shift -= 8 {
		v := uint8(c >> shift)
		dst = append(dst, hexDigits[v>>4], hexDigits[v&15], '/')
	}
	return dst[:len(dst)-1]
}

const hexDigits = "0123456789abcdef"

func (d *Dialect) carries(e *Event) bool { return d.EventsApart || d.inDiff(e) }

func (d *Dialect) inDiff(e *Event) bool {
	switch {
	case d.EventsApart || e.Command == "":
		return false
	case e.IsMark() || strings.HasPrefix(e.Command, "633;"):
		return d.Marks
	}
	return d.Notifications
}

// sameEvents reports whether the events that only one of the screens has had do not
// reach the receiver.
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

// events appends the new events. A mark is sent with the cursor at its position. A mark
// that has left the screen is dropped, except the end of a command (D), which carries
// the exit status.
func (d *differ) events(from *Screen) {
	events := d.to.EventsSince(from.EventCount())
	if len(events) == 0 {
		return
	}
	for i := range events {
		e := &events[i]
		if !d.dialect.inDiff(e) {
			continue
		}
		if e.IsMark() && e.Row >= 0 {
			x := e.Col
			if e.startsLine() {
				x = 0
			}
			d.moveTo(min(x, d.to.rows[e.Row].columns()-1), e.Row)
		} else if e.IsMark() && !e.endsCommand() {
			continue
		}
		d.oscText("", e.Command, len(e.Command))
		d.invalidateWrap()
	}
}
