package parser

// escapeChar takes the byte after ESC.
func (p *Parser) escapeChar(c byte) {
	p.state = ground
	switch {
	case p.VT52 && c < del:
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
		p.Performer.EscDispatch(0, c)
	}
}

// escapeIntermediate takes a byte after ESC and an intermediate.
func (p *Parser) escapeIntermediate(c byte) {
	switch {
	case c < 0x30:
		if !p.seq.collect(c) {
			p.seq.Intermediates = 0xffff // of no known sequence
		}
	case c < del:
		p.state = ground
		p.Performer.EscDispatch(p.seq.Intermediates, c)
	}
}

// csi takes a byte of a control sequence.
func (p *Parser) csi(c byte) {
	switch {
	case c == del:
	case c >= 0x40:
		ignore := p.state == csiIgnore
		p.state = ground
		if !ignore {
			p.seq.Final = c
			p.Performer.CSIDispatch(&p.seq)
		}
	case !p.head(c, p.state, csiParam, csiIntermediate):
		p.state = csiIgnore
	}
}

// dcs takes a byte of the head of a device control string.
func (p *Parser) dcs(c byte) {
	switch {
	case c == del || c < 0x20:
	case c >= 0x40:
		p.seq.Final = c
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
func (p *Parser) head(c byte, now, param, inter state) bool {
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
		p.seq.Marker = c
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
func (s *Sequence) asks() bool {
	if s.Marker != '>' || s.N == 0 || s.over || s.Value[s.N-1] != -1 {
		return false
	}
	s.Value[s.N-1] = Query
	return true
}

// vt52Char takes the character after ESC in VT52 mode. ESC Y is followed by the
// row and the column, each with 0x20 added.
func (p *Parser) vt52Char(c byte) {
	if c == 'Y' {
		p.state = vt52Row
		return
	}
	p.seq.Marker, p.seq.Final = esc, c
	p.Performer.CSIDispatch(&p.seq)
}

func (p *Parser) vt52Position(c byte) {
	p.seq.begin(false)
	p.seq.Value[p.seq.N-1] = max(int32(c)-0x20, 0)
	if p.state == vt52Row {
		p.state = vt52Column
		return
	}
	p.state = ground
	p.seq.Marker, p.seq.Final = esc, 'Y'
	p.Performer.CSIDispatch(&p.seq)
}
