package parser

// Performer is called for each event in the parsed stream. Slices and sequences are
// valid only during the call.
type Performer interface {
	Print(text []byte)      // a run of 0x20 to 0x7e
	PrintRunes(text []rune) // code points from U+00A0 up, and ASCII among them
	PrintGR(c byte)         // 0xa0 to 0xff, if the parser is EightBit
	Execute(c byte)         // C0, except ESC
	NewLine()               // CR and LF
	EscDispatch(intermediates uint16, final byte)
	CSIDispatch(s *Sequence)
	ShortSGR(text CSIText) bool         // a short SGR sequence; false if it must be parsed
	DirectColors(fg, bg uint32)         // SGR with direct colours: DirectColor and 0xRRGGBB, or 0 for none
	OSCDispatch(data []byte, st string) // st is the terminator
	RefuseClipboard()                   // an OSC 52 that was too long
	APCDispatch(data []byte)            // a command of kitty's graphics protocol, if MaxPicture is set
	DCSDispatch(s *Sequence, data []byte)
	// HookDCS reports whether what follows the header of a device control string goes to
	// Hooked, up to an end that Hooked finds. Otherwise DCSDispatch gets the string.
	HookDCS(s *Sequence) bool
	// Hooked returns how many bytes of b the hook takes, and whether it ends after them.
	Hooked(b []byte) (n int, over bool)
}

// Sequence is a control sequence (CSI) or the header of a device control string
// (DCS).
type Sequence struct {
	Params
	Marker        byte   // one of < = > ? or 0, or VT52
	Intermediates uint16 // the first in the low byte
	Final         byte
	Short         bool    // an SGR sequence with its parameters in Text
	Text          CSIText // valid only if Short is set
}

// VT52 is the Marker of a sequence of VT52 mode.
const VT52 = esc

// state is a state of Paul Williams' parser for DEC's terminals
// (vt100.net/emu/dec_ansi_parser).
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
	apcString
	skipString   // SOS, PM, and APC but for pictures
	stringEscape // ESC within a string: ST or another sequence begins
	vt52Row
	vt52Column
	printerData // of the printer controller mode (MC)
	hooked      // after a DCS that the Performer has hooked
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

// Parser splits a byte stream into printable runs, controls and sequences. It is
// Paul Williams' state machine over UTF-8, with the eight-bit controls as the code
// points U+0080 to U+009F. Input may be split anywhere.
type Parser struct {
	Performer   Performer
	state       state
	stringState state // the string that stringEscape is in
	seq         Sequence
	utf         decoder
	text        textBuffer
	VT52        bool // DECANM reset: ESC is followed by one character
	// EightBit makes bytes from 0x80 up characters of the set in GR, not UTF-8.
	EightBit bool
	// PrintDEL makes DEL a character: the set in GL has 96.
	PrintDEL bool
	// MaxTransfer is the limit of OSC 52 and of OSC 1337 with files, in bytes, if it is above
	// that of others.
	MaxTransfer int
	// MaxPicture is the limit of the data of a picture, in bytes; 0 if there are none.
	MaxPicture int
	// endPrint counts the bytes seen of the end of printer controller mode.
	endPrint int
	byByte   bool // parse byte by byte, for tests
	one      [1]rune
	ascii    [1]byte
	batch    [128]rune
}

// Write parses b.
func (p *Parser) Write(b []byte) {
	for len(b) > 0 {
		n := 1
		switch {
		case p.byByte:
			p.step(b[0])
		case p.state == ground && p.utf.missing == 0:
			n = p.ground(b)
		case p.state >= dcsString && p.state <= skipString:
			n = p.stringRun(b)
		case p.state == printerData:
			n = p.skipPrinter(b)
		case p.state == hooked:
			n = p.passHooked(b)
		default:
			p.step(b[0])
		}
		b = b[n:]
	}
}

func (p *Parser) step(c byte) {
	switch {
	case p.state >= dcsString && p.state <= skipString:
		p.stringByte(c)
		return
	case p.state == printerData:
		p.skipPrinter([]byte{c})
		return
	case p.state == hooked:
		if p.passHooked([]byte{c}) == 0 {
			p.step(c)
		}
		return
	case p.EightBit && p.state == ground && p.utf.missing == 0 && c >= 0x80:
		if c >= 0xa0 { // xterm ignores the others
			p.Performer.PrintGR(c)
		}
		return
	}
	if c < 0x80 {
		if p.utf.missing > 0 {
			p.replaceIllFormed()
		}
		p.asciiByte(c)
		return
	}
	r, ok := p.utf.feed(c)
	if !ok && p.utf.missing > 0 {
		p.replaceIllFormed()
		r, ok = p.utf.feed(c)
	}
	switch {
	case !ok:
		p.replaceIllFormed()
	case r >= 0:
		p.nonASCII(r)
	}
}

// replaceIllFormed ends an ill-formed UTF-8 sequence with one replacement character for each
// maximal subpart (Unicode, section 3.9).
func (p *Parser) replaceIllFormed() {
	p.utf = decoder{}
	p.nonASCII('\ufffd')
}

func (p *Parser) nonASCII(r rune) {
	switch {
	case r < 0xa0:
		p.c1(r)
	case p.state == ground:
		p.one[0] = r
		p.Performer.PrintRunes(p.one[:])
	case p.state == stringEscape:
		p.text.reset()
		p.state = ground
	default:
		p.state = ground
	}
}

// c1 handles an eight-bit control as ESC and a character of 0x40 to 0x5f (ECMA-35).
func (p *Parser) c1(r rune) {
	p.text.reset()
	p.enterEscape()
	p.escapeByte(byte(r) - 0x40)
}

func (p *Parser) asciiByte(c byte) {
	switch {
	case c == esc:
		p.text.reset()
		p.enterEscape()
	case c == can || c == sub:
		p.text.reset()
		p.state = ground
		p.Performer.Execute(c)
	case c < 0x20 && p.state != stringEscape && p.state < dcsEntry:
		p.Performer.Execute(c)
	default:
		p.printableByte(c)
	}
}

func (p *Parser) printableByte(c byte) {
	switch p.state {
	case ground:
		if c != del || p.PrintDEL {
			p.ascii[0] = c
			p.Performer.Print(p.ascii[:])
		}
	case escape:
		p.escapeByte(c)
	case escapeIntermediate:
		p.escapeIntermediateByte(c)
	case csiEntry, csiParam, csiIntermediate, csiIgnore:
		p.csiByte(c)
	case dcsEntry, dcsParam, dcsIntermediate, dcsIgnore:
		p.dcsByte(c)
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

// collect adds an intermediate and reports whether there was room: no known
// sequence has a third.
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
