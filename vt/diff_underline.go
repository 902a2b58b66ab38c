package vt

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
	d.pen, d.sure = r, false
}

// styledUnderline reports whether r has what needs SGR with colons.
func (r Rendition) styledUnderline() bool {
	return r.Underline > UnderlineSingle || r.UnderlineColor != 0
}
