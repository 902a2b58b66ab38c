package vt

// performer is what a parser reports to. Slices and sequences are valid only
// during the call.
type performer interface {
	print(text []byte)      // a run of 0x20 to 0x7e
	printRunes(text []rune) // code points from U+00A0 up, and ASCII among them
	execute(c byte)         // C0, but for ESC
	newLine()               // CR and LF
	escape(inter uint16, final byte)
	control(s *sequence)             // CSI
	recall(text csiText) bool        // a short SGR sequence; false if it must be parsed
	setColors(fg, bg Color)          // SGR with direct colours; 0 is none
	printGR(c byte)                  // 0xa0 to 0xff, if the parser's eightBit is set
	command(data []byte, st string)  // OSC, and what ended it
	refuseClipboard()                // an OSC 52 that was too long
	device(s *sequence, data []byte) // DCS
}

// sequence is a control sequence (CSI) or the head of a device control string.
type sequence struct {
	params
	marker byte   // one of < = > ? or 0
	inter  uint16 // the intermediates, the first in the low byte
	final  byte
	short  bool    // the sequence is SGR with the parameters in sgr
	sgr    csiText // not valid else
}

// state is a state of Paul Williams' parser diagram.
type state uint8

const (
	ground state = iota
	escape
	escapeIntermediate
	csiEntry
	csiParam
	csiIntermediate
	csiIgnore
	dcsEntry
	dcsParam
	dcsIntermediate
	dcsIgnore
	dcsString
	oscString
	skipString   // SOS, PM, APC
	stringEscape // ESC within a string: the start of ST or of something else
	vt52Row
	vt52Column
	printerData // of the printer controller mode (MC)
)

// Control characters.
const (
	nul = 0x00
	enq = 0x05
	bel = 0x07
	bs  = 0x08
	ht  = 0x09
	lf  = 0x0a
	vtb = 0x0b
	ff  = 0x0c
	cr  = 0x0d
	so  = 0x0e
	si  = 0x0f
	can = 0x18
	sub = 0x1a
	esc = 0x1b
	del = 0x7f
)

// parser cuts a byte stream into printable runs, controls and sequences. It is
// Paul Williams' state machine over UTF-8, with the eight-bit controls as the
// code points U+0080 to U+009F. It may be fed in any split.
type parser struct {
	to     performer
	state  state
	within state // the string that stringEscape is in
	seq    sequence
	utf    decoder
	text   textBuffer
	vt52   bool // DECANM reset: ESC is followed by one character
	// eightBit: bytes from 0x80 up are characters of the set in GR, not UTF-8.
	eightBit bool
	// del: the set in GL has 96 characters, and DEL is one.
	del bool
	// endPrint is how much of the end of the printer controller mode was seen.
	endPrint int
	slow     bool // tests: no short cuts
	one      [1]rune
	ascii    [1]byte
	batch    [128]rune
}

// write parses b.
func (p *parser) write(b []byte) {
	for len(b) > 0 {
		n := 1
		switch {
		case p.slow:
			p.step(b[0])
		case p.state == ground && p.utf.need == 0:
			n = p.ground(b)
		case p.state == oscString || p.state == dcsString || p.state == skipString:
			n = p.string(b)
		case p.state == printerData:
			n = p.printer(b)
		default:
			p.step(b[0])
		}
		b = b[n:]
	}
}

// step parses one byte.
func (p *parser) step(c byte) {
	switch {
	case p.state >= dcsString && p.state <= skipString:
		p.stringByte(c)
		return
	case p.state == printerData:
		p.printer([]byte{c})
		return
	case p.eightBit && p.state == ground && p.utf.need == 0 && c >= 0x80:
		if c >= 0xa0 { // xterm leaves out the others
			p.to.printGR(c)
		}
		return
	}
	if c < 0x80 {
		if p.utf.need > 0 {
			p.broken()
		}
		p.char(c)
		return
	}
	r, ok := p.utf.feed(c)
	if !ok && p.utf.need > 0 {
		p.broken()
		r, ok = p.utf.feed(c)
	}
	switch {
	case !ok:
		p.broken()
	case r >= 0:
		p.rune(r)
	}
}

// broken ends an ill-formed UTF-8 sequence: one replacement character for each
// maximal subpart (Unicode, section 3.9).
func (p *parser) broken() {
	p.utf = decoder{}
	p.rune('\ufffd')
}

// rune takes a code point above ASCII. Within a sequence it cancels it.
func (p *parser) rune(r rune) {
	switch {
	case r < 0xa0:
		p.c1(r)
	case p.state == ground:
		p.one[0] = r
		p.to.printRunes(p.one[:])
	case p.state == stringEscape:
		p.text.drop()
		p.state = ground
	default:
		p.state = ground
	}
}

// c1 takes an eight-bit control: the same as ESC and a character of 0x40 to
// 0x5f (ECMA-35).
func (p *parser) c1(r rune) {
	p.text.drop()
	p.enterEscape()
	p.escapeChar(byte(r) - 0x40)
}

// char takes an ASCII byte outside of strings.
func (p *parser) char(c byte) {
	switch {
	case c == esc:
		p.text.drop()
		p.enterEscape()
	case c == can || c == sub:
		p.text.drop()
		p.state = ground
		p.to.execute(c)
	case c < 0x20 && p.state != stringEscape && p.state < dcsEntry:
		p.to.execute(c)
	default:
		p.graphic(c)
	}
}

// graphic takes a byte of 0x20 to 0x7f by the state.
func (p *parser) graphic(c byte) {
	switch p.state {
	case ground:
		if c != del || p.del {
			p.ascii[0] = c
			p.to.print(p.ascii[:])
		}
	case escape:
		p.escapeChar(c)
	case escapeIntermediate:
		p.escapeIntermediate(c)
	case csiEntry, csiParam, csiIntermediate, csiIgnore:
		p.csi(c)
	case dcsEntry, dcsParam, dcsIntermediate, dcsIgnore:
		p.dcs(c)
	case stringEscape:
		p.endString(c)
	case vt52Row, vt52Column:
		p.vt52Position(c)
	}
}

func (p *parser) enterEscape() {
	p.state = escape
	p.seq.clear()
}

func (s *sequence) clear() {
	s.params.clear()
	s.marker, s.inter, s.final, s.short = 0, 0, 0, false
}

// collect adds an intermediate; it says false for a third one, which no
// sequence has.
func (s *sequence) collect(c byte) bool {
	switch {
	case s.inter == 0:
		s.inter = uint16(c)
	case s.inter < 0x100:
		s.inter |= uint16(c) << 8
	default:
		return false
	}
	return true
}
