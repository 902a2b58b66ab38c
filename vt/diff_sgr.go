package vt

// setPen makes the reader's pen r, which is in the dialect and in the numbers
// of the screen to be shown, by what differs or from SGR 0, whichever is
// shorter.
func (d *differ) setPen(r Rendition) {
	d.setLink(d.b.links.list[r.Link])
	r.Link = 0
	d.setStyle(r)
}

// setStyle is setPen with the link left as it is.
func (d *differ) setStyle(r Rendition) {
	if r == d.pen {
		return
	}
	if d.dialect.DoubtfulUnderlines && r.styledUnderline() {
		d.setUnderline(r)
		return
	}
	d.drawnValid = false
	start := len(d.out)
	d.out = append(d.out, "\x1b["...)
	d.out = appendOn(appendOff(d.out, d.pen, r), remainingStyle(d.pen, r), r)
	d.out = append(d.out, 'm')
	if end := len(d.out); !onlyAdds(d.pen, r) {
		d.resetStyle(start, end, r)
	}
	d.pen = r
}

// onlyAdds says that going from one rendition to another takes nothing away: it
// is shorter then than starting from SGR 0.
func onlyAdds(from, to Rendition) bool {
	return from.Attrs&^to.Attrs == 0 && (to.Underline != UnderlineNone || from.Underline == UnderlineNone) &&
		(!to.Fg.IsDefault() || from.Fg.IsDefault()) && (!to.Bg.IsDefault() || from.Bg.IsDefault()) &&
		(!to.UnderlineColor.IsDefault() || from.UnderlineColor.IsDefault())
}

// resetStyle puts a sequence that starts from SGR 0 in the place of the one from
// start to end if it is shorter.
func (d *differ) resetStyle(start, end int, r Rendition) {
	d.out = append(d.out, "\x1b[0"...)
	d.out = appendOn(d.out, Rendition{}, r)
	d.out = append(d.out, 'm')
	if r == (Rendition{}) {
		d.out = append(d.out[:end], "\x1b[m"...)
	}
	if n := len(d.out) - end; n < end-start {
		copy(d.out[start:], d.out[end:])
		d.out = d.out[:start+n]
	} else {
		d.out = d.out[:end]
	}
}

// erasePen makes the receiver's pen one with which erasing leaves the background
// and nothing else. gm's and mosh's emulators leave no foreground; xterm leaves
// that of the pen.
func (d *differ) erasePen(background Color) {
	if d.dialect.NoBCE {
		return
	}
	r := d.pen
	r.Bg = background
	r.Attrs &^= Inverse
	if d.dialect.HideCursor {
		r = Rendition{Bg: background}
	}
	if r != d.pen && background.IsDefault() {
		r = Rendition{} // CSI m is the shortest way there
	}
	d.setStyle(r)
}

// appendOff appends what takes attributes away (SGR 22 to 29, 55). SGR 22 takes
// both bold and faint.
func appendOff(dst []byte, from, to Rendition) []byte {
	gone := from.Attrs &^ to.Attrs
	for _, o := range offs {
		if gone&o.attrs != 0 {
			dst = code(dst, o.code)
		}
	}
	if from.Underline != UnderlineNone && to.Underline == UnderlineNone {
		dst = code(dst, 24)
	}
	return dst
}

// remainingStyle gives from after appendOff.
func remainingStyle(from, to Rendition) Rendition {
	gone := from.Attrs &^ to.Attrs
	for _, o := range offs {
		if gone&o.attrs != 0 {
			from.Attrs &^= o.attrs
		}
	}
	if to.Underline == UnderlineNone {
		from.Underline = UnderlineNone
	}
	return from
}

// appendOn appends what gives attributes and colours.
func appendOn(dst []byte, from, to Rendition) []byte {
	if added := to.Attrs &^ from.Attrs; added != 0 {
		for _, o := range ons {
			if added&o.attrs != 0 {
				dst = code(dst, o.code)
			}
		}
	}
	if from.Underline != to.Underline {
		dst = code(dst, 4)
		if to.Underline > UnderlineSingle {
			dst = append(dst, ':', '0'+byte(to.Underline))
		}
	}
	if from.Fg != to.Fg {
		dst = appendColor(dst, to.Fg, 30)
	}
	if from.Bg != to.Bg {
		dst = appendColor(dst, to.Bg, 40)
	}
	if from.UnderlineColor != to.UnderlineColor {
		dst = appendUnderlineColor(dst, to.UnderlineColor)
	}
	return dst
}

// attrCode is the SGR code that gives or takes attributes.
type attrCode struct {
	attrs Attrs
	code  int
}

var offs = [...]attrCode{
	{Bold | Faint, 22}, {Italic, 23}, {Blink | RapidBlink, 25},
	{Inverse, 27}, {Invisible, 28}, {Strike, 29}, {Overline, 55},
}

var ons = [...]attrCode{
	{Bold, 1}, {Faint, 2}, {Italic, 3}, {Blink, 5}, {RapidBlink, 6},
	{Inverse, 7}, {Invisible, 8}, {Strike, 9}, {Overline, 53},
}

// appendColor appends a colour with semicolons; base is 30 for the foreground
// and 40 for the background.
func appendColor(dst []byte, c Color, base int) []byte {
	if r, g, b, ok := c.RGB(); ok {
		return code(code(code(code(code(dst, base+8), 2), int(r)), int(g)), int(b))
	}
	i, ok := c.Palette()
	switch {
	case !ok:
		return code(dst, base+9)
	case i < 8:
		return code(dst, base+int(i))
	case i < 16:
		return code(dst, base+60+int(i)-8)
	}
	return code(code(code(dst, base+8), 5), int(i))
}

// appendUnderlineColor appends a colour with colons, as only they are safe with
// readers that do not know SGR 58.
func appendUnderlineColor(dst []byte, c Color) []byte {
	if r, g, b, ok := c.RGB(); ok {
		dst = append(code(dst, 58), ":2::"...)
		dst = append(appendInt(dst, int(r)), ':')
		dst = append(appendInt(dst, int(g)), ':')
		return appendInt(dst, int(b))
	}
	if i, ok := c.Palette(); ok {
		dst = append(code(dst, 58), ":5:"...)
		return appendInt(dst, int(i))
	}
	return code(dst, 59)
}

// code appends a parameter to a sequence that is being written.
func code(dst []byte, n int) []byte {
	if dst[len(dst)-1] != '[' {
		dst = append(dst, ';')
	}
	return appendInt(dst, n)
}

// setLink begins or ends a hyperlink (OSC 8).
func (d *differ) setLink(l Link) {
	if l == d.link || !d.dialect.Links {
		return
	}
	d.drawnValid = false
	d.out = append(d.out, "\x1b]8;"...)
	if l.ID != "" {
		d.out = append(d.out, "id="...)
		d.out = append(d.out, l.ID...)
	}
	d.out = append(d.out, ';')
	d.out = append(d.out, l.URI...)
	d.out = append(d.out, '\a')
	d.link = l
}

// setUnderline is setStyle for a receiver that may take SGR with colons for
// something else, or ignore the whole of a sequence with one: each is sent alone,
// and a plain underline first.
func (d *differ) setUnderline(r Rendition) {
	plain := r
	plain.Underline, plain.UnderlineColor = min(r.Underline, UnderlineSingle), 0
	if d.pen.Underline > UnderlineSingle && plain.Underline == UnderlineSingle {
		d.pen.Underline = UnderlineNone // so that SGR 4 makes it a plain one
	}
	d.setStyle(plain)
	if r.Underline > UnderlineSingle {
		d.out = append(d.out, "\x1b[4:"...)
		d.out = append(d.out, '0'+byte(r.Underline), 'm')
	}
	if r.UnderlineColor != 0 {
		d.out = append(d.out, "\x1b["...)
		d.out = append(appendUnderlineColor(d.out, r.UnderlineColor), 'm')
	}
	d.pen, d.drawnValid = r, false
}

// styledUnderline reports whether r has what needs SGR with colons.
func (r Rendition) styledUnderline() bool {
	return r.Underline > UnderlineSingle || r.UnderlineColor != 0
}
