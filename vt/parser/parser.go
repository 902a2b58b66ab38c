package parser

// Performer is what a parser reports to. Slices and sequences are valid only
// during the call.
type Performer interface {
	Print(text []byte)      // a run of 0x20 to 0x7e
	PrintRunes(text []rune) // code points from U+00A0 up, and ASCII among them
	PrintGR(c byte)         // 0xa0 to 0xff, if the parser is EightBit
	Execute(c byte)         // C0, but for ESC
	NewLine()               // CR and LF
	EscDispatch(intermediates uint16, final byte)
	CSIDispatch(s *Sequence)
	ShortSGR(text CSIText) bool         // a short SGR sequence; false if it must be parsed
	DirectColors(fg, bg uint32)         // SGR with direct colours: DirectColor and 0xRRGGBB, or 0 for none
	OSCDispatch(data []byte, st string) // st is what ended it
	RefuseClipboard()                   // an OSC 52 that was too long
	DCSDispatch(s *Sequence, data []byte)
}

// Sequence is a control sequence (CSI) or the head of a device control string.
type Sequence struct {
	Params
	Marker        byte   // one of < = > ? or 0, or VT52
	Intermediates uint16 // the first in the low byte
	Final         byte
	Short         bool    // the sequence is SGR with the parameters in Text
	Text          CSIText // not valid else
}

// VT52 is the Marker of a sequence of the VT52 mode.
const VT52 = esc

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
type Parser struct {
	Performer Performer
	state     state
	within    state // the string that stringEscape is in
	seq       Sequence
	utf       decoder
	text      textBuffer
	VT52      bool // DECANM reset: ESC is followed by one character
	// EightBit: bytes from 0x80 up are characters of the set in GR, not UTF-8.
	EightBit bool
	// PrintDEL: the set in GL has 96 characters, and DEL is one.
	PrintDEL bool
	// endPrint is how much of the end of the printer controller mode was seen.
	endPrint int
	slow     bool // tests: no short cuts
	one      [1]rune
	ascii    [1]byte
	batch    [128]rune
}

// Write parses b.
func (p *Parser) Write(b []byte) {
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
func (p *Parser) step(c byte) {
	switch {
	case p.state >= dcsString && p.state <= skipString:
		p.stringByte(c)
		return
	case p.state == printerData:
		p.printer([]byte{c})
		return
	case p.EightBit && p.state == ground && p.utf.need == 0 && c >= 0x80:
		if c >= 0xa0 { // xterm leaves out the others
			p.Performer.PrintGR(c)
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
func (p *Parser) broken() {
	p.utf = decoder{}
	p.rune('\ufffd')
}

// rune takes a code point above ASCII. Within a sequence it cancels it.
func (p *Parser) rune(r rune) {
	switch {
	case r < 0xa0:
		p.c1(r)
	case p.state == ground:
		p.one[0] = r
		p.Performer.PrintRunes(p.one[:])
	case p.state == stringEscape:
		p.text.drop()
		p.state = ground
	default:
		p.state = ground
	}
}

// c1 takes an eight-bit control: the same as ESC and a character of 0x40 to
// 0x5f (ECMA-35).
func (p *Parser) c1(r rune) {
	p.text.drop()
	p.enterEscape()
	p.escapeChar(byte(r) - 0x40)
}

// char takes an ASCII byte outside of strings.
func (p *Parser) char(c byte) {
	switch {
	case c == esc:
		p.text.drop()
		p.enterEscape()
	case c == can || c == sub:
		p.text.drop()
		p.state = ground
		p.Performer.Execute(c)
	case c < 0x20 && p.state != stringEscape && p.state < dcsEntry:
		p.Performer.Execute(c)
	default:
		p.graphic(c)
	}
}

// graphic takes a byte of 0x20 to 0x7f by the state.
func (p *Parser) graphic(c byte) {
	switch p.state {
	case ground:
		if c != del || p.PrintDEL {
			p.ascii[0] = c
			p.Performer.Print(p.ascii[:])
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

func (p *Parser) enterEscape() {
	p.state = escape
	p.seq.clear()
}

func (s *Sequence) clear() {
	s.Params.clear()
	s.Marker, s.Intermediates, s.Final, s.Short = 0, 0, 0, false
}

// collect adds an intermediate; it says false for a third one, which no
// sequence has.
func (s *Sequence) collect(c byte) bool {
	switch {
	case s.Intermediates == 0:
		s.Intermediates = uint16(c)
	case s.Intermediates < 0x100:
		s.Intermediates |= uint16(c) << 8
	default:
		return false
	}
	return true
}
