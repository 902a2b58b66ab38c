package vt

import (
	"slices"
	"unicode/utf8"
)

// announce appends all that is neither cell nor cursor nor pen nor an event with a
// place: a bell, title, clipboard, progress, pointer, directory, colours, modes.
func (d *differ) announce(from *Screen) {
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
		d.text("22;", d.to.Pointer, len(d.to.Pointer))
	}
	d.notes(from)
	if d.dialect.Directory && from.Directory != d.to.Directory {
		d.text("7;", d.to.Directory, len(d.to.Directory))
	}
	d.colors(from.Colors, d.to.Colors)
	d.modes(d.dialect.modes(from.Modes), d.dialect.modes(d.to.Modes))
}

// clipboards appends the texts for the clipboard that are new.
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

// maxTitle is how much of a title travels, in code points: a stock peer keeps
// 256 of the whole string, with its number and semicolon (mosh-protocol,
// section 8).
const maxTitle = 254

// title appends the title and the icon name, in one if they are the same.
func (d *differ) title(from *Screen) {
	switch {
	case d.to.Title == d.to.Icon:
		d.name("0;", d.to.Title)
	case from.TitleSet != d.to.TitleSet:
		d.name("1;", d.to.Icon)
		d.name("2;", d.to.Title)
	default:
		if from.Icon != d.to.Icon {
			d.name("1;", d.to.Icon)
		}
		if from.Title != d.to.Title {
			d.name("2;", d.to.Title)
		}
	}
}

// name appends a title or an icon name.
func (d *differ) name(number, text string) { d.text(number, text, maxTitle) }

// text appends an OSC with at most so many code points of text, without the
// control characters that would end it early.
func (d *differ) text(number, text string, most int) {
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

// modes appends what leads from one set of modes to another.
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
	d.choose(int(from.Mouse), int(to.Mouse))
	d.choose(int(from.MouseEncoding), int(to.MouseEncoding))
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

// choose appends what leads from one of several modes, of which one or none is
// set, to another; 0 is none.
func (d *differ) choose(from, to int) {
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
