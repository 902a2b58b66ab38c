package parser

func (p *Parser) escapeByte(c byte) {
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
	case c == '_':
		p.beginAPC()
	case c == 'X' || c == '^':
		p.beginString(skipString)
	case c == del:
		p.state = escape
	default:
		p.Performer.EscDispatch(0, c)
	}
}

func (p *Parser) escapeIntermediateByte(c byte) {
	switch {
	case c < 0x30:
		if !p.seq.collect(c) {
			p.seq.Intermediates = 0xffff // no known sequence has it
		}
	case c < del:
		p.state = ground
		p.Performer.EscDispatch(p.seq.Intermediates, c)
	}
}

func (p *Parser) csiByte(c byte) {
	switch {
	case c == del:
	case c >= 0x40:
		ignore := p.state == csiIgnore
		p.state = ground
		if !ignore {
			p.seq.Final = c
			p.Performer.CSIDispatch(&p.seq)
		}
	case !p.headerByte(c, p.state, csiParam, csiIntermediate):
		p.state = csiIgnore
	}
}

func (p *Parser) dcsByte(c byte) {
	switch {
	case c == del || c < 0x20:
	case c >= 0x40:
		p.seq.Final = c
		switch {
		case p.state == dcsIgnore:
			p.beginString(skipString)
		case p.Performer.HookDCS(&p.seq):
			p.state = hooked
		default:
			p.beginDCS()
		}
	case !p.headerByte(c, p.state, dcsParam, dcsIntermediate):
		p.state = dcsIgnore
	}
}

func (p *Parser) headerByte(c byte, now, param, inter state) bool {
	switch {
	case now == csiIgnore || now == dcsIgnore:
		return false
	case c < 0x30:
		p.state = inter
		return p.seq.collect(c)
	case now == inter:
		return false
	case c == '?' && p.seq.queryParameter():
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

// queryParameter replaces the last parameter by a question mark, which XTQMODKEYS has in a
// form that programs use (CSI > 4 ; ? m). It reports whether this is such a
// sequence.
func (s *Sequence) queryParameter() bool {
	if s.Marker != '>' || s.N == 0 || s.overflow || s.Value[s.N-1] != -1 {
		return false
	}
	s.Value[s.N-1] = Query
	return true
}

// vt52Char handles the character after ESC in VT52 mode. ESC Y is followed by the
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
