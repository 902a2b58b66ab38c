package vt

// setPen emits the shorter of an incremental SGR and one starting at SGR 0, and the
// hyperlink. r is already in the receiver's dialect and uses the new screen's link
// numbers.
func (d *differ) setPen(r Rendition) {
	d.setLink(d.b.links.list[r.Link])
	r.Link = 0
	d.setStyle(r)
}

func (d *differ) setStyle(r Rendition) {
	if r == d.pen {
		return
	}
	if d.dialect.DoubtfulUnderlines && r.needsColons() {
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

// onlyAdds reports whether the change from one rendition to another removes nothing. An
// SGR starting at SGR 0 is then never shorter.
func onlyAdds(from, to Rendition) bool {
	return from.Attrs&^to.Attrs == 0 && (to.Underline != UnderlineNone || from.Underline == UnderlineNone) &&
		(!to.Fg.IsDefault() || from.Fg.IsDefault()) && (!to.Bg.IsDefault() || from.Bg.IsDefault()) &&
		(!to.UnderlineColor.IsDefault() || from.UnderlineColor.IsDefault())
}

// resetStyle replaces the sequence in out[start:end] with one starting at SGR 0 if that
// is shorter.
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

// erasePen sets a pen with which erasing leaves the background and no other attribute.
// The foreground has no effect in the emulators of gm and mosh; xterm keeps that of the
// pen in erased cells.
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

// appendOff appends the codes that turn attributes off (SGR 22 to 29, 55). SGR 22 turns
// off both bold and faint.
func appendOff(dst []byte, from, to Rendition) []byte {
	gone := from.Attrs &^ to.Attrs
	for _, o := range offs {
		if gone&o.attrs != 0 {
			dst = appendCode(dst, o.code)
		}
	}
	if from.Underline != UnderlineNone && to.Underline == UnderlineNone {
		dst = appendCode(dst, 24)
	}
	return dst
}

// remainingStyle returns the rendition that remains after appendOff.
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

func appendOn(dst []byte, from, to Rendition) []byte {
	if added := to.Attrs &^ from.Attrs; added != 0 {
		for _, o := range ons {
			if added&o.attrs != 0 {
				dst = appendCode(dst, o.code)
			}
		}
	}
	if from.Underline != to.Underline {
		dst = appendCode(dst, 4)
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

// attrCode is an SGR code that turns attributes on or off.
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

// appendColor appends an SGR colour with semicolons. base is 30 for the foreground and
// 40 for the background.
func appendColor(dst []byte, c Color, base int) []byte {
	if r, g, b, ok := c.RGB(); ok {
		return appendCode(appendCode(appendCode(appendCode(appendCode(dst, base+8), 2), int(r)), int(g)), int(b))
	}
	i, ok := c.Palette()
	switch {
	case !ok:
		return appendCode(dst, base+9)
	case i < 8:
		return appendCode(dst, base+int(i))
	case i < 16:
		return appendCode(dst, base+60+int(i)-8)
	}
	return appendCode(appendCode(appendCode(dst, base+8), 5), int(i))
}

// appendUnderlineColor appends an underline colour with colons: receivers that do not
// know SGR 58 would read its parameters after semicolons as attributes.
func appendUnderlineColor(dst []byte, c Color) []byte {
	if r, g, b, ok := c.RGB(); ok {
		dst = append(appendCode(dst, 58), ":2::"...)
		dst = append(appendInt(dst, int(r)), ':')
		dst = append(appendInt(dst, int(g)), ':')
		return appendInt(dst, int(b))
	}
	if i, ok := c.Palette(); ok {
		dst = append(appendCode(dst, 58), ":5:"...)
		return appendInt(dst, int(i))
	}
	return appendCode(dst, 59)
}

func appendCode(dst []byte, n int) []byte {
	if dst[len(dst)-1] != '[' {
		dst = append(dst, ';')
	}
	return appendInt(dst, n)
}

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

// setUnderline is setStyle for a receiver that may misread SGR with colons or ignore
// the whole sequence: parameters with colons follow in sequences of their own.
func (d *differ) setUnderline(r Rendition) {
	plain := r
	plain.Underline, plain.UnderlineColor = min(r.Underline, UnderlineSingle), 0
	if d.pen.Underline > UnderlineSingle && plain.Underline == UnderlineSingle {
		d.pen.Underline = UnderlineNone // so that SGR 4 is sent and makes it a plain one
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

func (r Rendition) needsColons() bool {
	return r.Underline > UnderlineSingle || r.UnderlineColor != 0
}
