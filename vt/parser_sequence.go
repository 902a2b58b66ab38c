package vt

// escapeChar takes the byte after ESC.
func (p *parser) escapeChar(c byte) {
	p.state = ground
	switch {
	case p.vt52 && c < del:
		p.vt52Char(c)
	case c < 0x30:
		p.seq.collect(c)
		p.state = escapeIntermediate
	case c == '[':
		p.state = csiEntry
	case c == ']':
		p.beginString(oscString)
	case c == 'P':
		p.state = dcsEntry
	case c == 'X' || c == '^' || c == '_':
		p.beginString(skipString)
	case c == del:
		p.state = escape
	default:
		p.to.escape(0, c)
	}
}

// escapeIntermediate takes a byte after ESC and an intermediate.
func (p *parser) escapeIntermediate(c byte) {
	switch {
	case c < 0x30:
		if !p.seq.collect(c) {
			p.seq.inter = 0xffff // of no known sequence
		}
	case c < del:
		p.state = ground
		p.to.escape(p.seq.inter, c)
	}
}

// csi takes a byte of a control sequence.
func (p *parser) csi(c byte) {
	switch {
	case c == del:
	case c >= 0x40:
		ignore := p.state == csiIgnore
		p.state = ground
		if !ignore {
			p.seq.final = c
			p.to.control(&p.seq)
		}
	case !p.head(c, p.state, csiParam, csiIntermediate):
		p.state = csiIgnore
	}
}

// dcs takes a byte of the head of a device control string.
func (p *parser) dcs(c byte) {
	switch {
	case c == del || c < 0x20:
	case c >= 0x40:
		p.seq.final = c
		if p.state == dcsIgnore {
			p.beginString(skipString)
		} else {
			p.beginString(dcsString)
		}
	case !p.head(c, p.state, dcsParam, dcsIntermediate):
		p.state = dcsIgnore
	}
}

// head takes a byte of 0x20 to 0x3f of a sequence's head. It says false if the
// byte is out of place there.
func (p *parser) head(c byte, now, param, inter state) bool {
	switch {
	case now == csiIgnore || now == dcsIgnore:
		return false
	case c < 0x30:
		p.state = inter
		return p.seq.collect(c)
	case now == inter:
		return false
	case c == '?' && p.seq.asks():
		return true
	case c >= '<':
		p.state = param
		p.seq.marker = c
		return now != param
	case c == ':' || c == ';':
		p.seq.separate(c == ':')
	default:
		p.seq.digit(c)
	}
	p.state = param
	return true
}

// asks notes that the last parameter is a question mark, which XTQMODKEYS has in
// a form that programs use (CSI > 4 ; ? m). It says false elsewhere.
func (s *sequence) asks() bool {
	if s.marker != '>' || s.n == 0 || s.over || s.value[s.n-1] != -1 {
		return false
	}
	s.value[s.n-1] = paramQuery
	return true
}

// vt52Char takes the character after ESC in VT52 mode. ESC Y is followed by the
// row and the column, each with 0x20 added.
func (p *parser) vt52Char(c byte) {
	if c == 'Y' {
		p.state = vt52Row
		return
	}
	p.seq.marker, p.seq.final = esc, c
	p.to.control(&p.seq)
}

func (p *parser) vt52Position(c byte) {
	p.seq.begin(false)
	p.seq.value[p.seq.n-1] = max(int32(c)-0x20, 0)
	if p.state == vt52Row {
		p.state = vt52Column
		return
	}
	p.state = ground
	p.seq.marker, p.seq.final = esc, 'Y'
	p.to.control(&p.seq)
}
