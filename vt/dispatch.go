package vt

import "gm/vt/parser"

// handler performs one control function. Those with an acronym are named by it.
type handler func(*Terminal, *parser.Sequence)

func (p *performer) CSIDispatch(s *parser.Sequence) {
	t := (*Terminal)(p)
	if s.Final != 'b' {
		t.last.valid = false
	}
	switch {
	case s.Intermediates != 0 && (t.aboveLevel(s) || t.applyingDiff && rectangle(s) != nil):
		return
	case s.Sub != 0 && (s.Final != 'm' || s.Marker != 0 || s.Intermediates != 0):
		return // xterm accepts colons only in SGR
	}
	if h := handlerOf(s); h != nil {
		h(t, s)
	}
}

func handlerOf(s *parser.Sequence) handler {
	switch {
	case s.Intermediates != 0:
		return withIntermediate(s)
	case s.Marker == 0:
		return plain[s.Final]
	case s.Marker == '?':
		return private[s.Final]
	case s.Marker == parser.VT52:
		return vt52[s.Final]
	}
	return marked(s)
}

// plain are the functions without marker and intermediates (ECMA-48, xterm
// ctlseqs).
var plain = [128]handler{
	'@': (*Terminal).ich, 'A': (*Terminal).cuu, 'B': (*Terminal).cud,
	'C': (*Terminal).cuf, 'D': (*Terminal).cub, 'E': (*Terminal).cnl,
	'F': (*Terminal).cpl, 'G': (*Terminal).cha, 'H': (*Terminal).cup,
	'I': (*Terminal).cht, 'J': (*Terminal).eraseDisplay,
	'K': (*Terminal).eraseLine, 'L': (*Terminal).il, 'M': (*Terminal).dl,
	'P': (*Terminal).dch, 'S': (*Terminal).su, 'T': (*Terminal).sd,
	'X': (*Terminal).ech, 'Z': (*Terminal).cbt, '^': (*Terminal).sd,
	'`': (*Terminal).cha, 'a': (*Terminal).hpr, 'b': (*Terminal).rep,
	'c': (*Terminal).da1, 'd': (*Terminal).vpa, 'e': (*Terminal).vpr,
	'f': (*Terminal).cup, 'g': (*Terminal).tbc, 'h': (*Terminal).sm,
	'i': (*Terminal).mediaCopy,
	'l': (*Terminal).rm, 'm': (*Terminal).sgr, 'n': (*Terminal).dsr,
	'r': (*Terminal).decstbm, 's': (*Terminal).decslrm,
	't': (*Terminal).windowOperation, 'u': (*Terminal).scorc,
	'x': (*Terminal).decreqtparm,
}

// private are the functions with the marker ?.
var private = [128]handler{
	'J': (*Terminal).eraseDisplay, 'K': (*Terminal).eraseLine,
	'W': (*Terminal).decst8c, 'h': (*Terminal).decset,
	'S': (*Terminal).xtsmgraphics,
	'l': (*Terminal).decrst, 'm': (*Terminal).queryModifiers,
	'n': (*Terminal).decdsr, 'r': (*Terminal).restoreModes,
	's': (*Terminal).saveModes, 'u': (*Terminal).kittyQuery,
}

func marked(s *parser.Sequence) handler {
	switch [2]byte{s.Marker, s.Final} {
	case [2]byte{'>', 'c'}:
		return (*Terminal).da2
	case [2]byte{'>', 'm'}:
		return (*Terminal).setModifiers
	case [2]byte{'>', 'n'}:
		return (*Terminal).disableModifiers
	case [2]byte{'>', 'q'}:
		return (*Terminal).xtversion
	case [2]byte{'>', 'u'}:
		return (*Terminal).kittyPush
	case [2]byte{'<', 'u'}:
		return (*Terminal).kittyPop
	case [2]byte{'=', 'u'}:
		return (*Terminal).kittySet
	case [2]byte{'=', 'c'}:
		return (*Terminal).da3
	}
	return nil
}

func withIntermediate(s *parser.Sequence) handler {
	if s.Marker != 0 {
		if s.Marker == '?' && s.Intermediates == '$' && s.Final == 'p' {
			return (*Terminal).decrqm
		}
		return nil
	}
	switch [2]byte{byte(s.Intermediates), s.Final} {
	case [2]byte{' ', '@'}:
		return (*Terminal).sl
	case [2]byte{' ', 'A'}:
		return (*Terminal).sr
	case [2]byte{' ', 'q'}:
		return (*Terminal).decscusr
	case [2]byte{'!', 'p'}:
		return (*Terminal).decstr
	case [2]byte{'"', 'p'}:
		return (*Terminal).decscl
	case [2]byte{'"', 'q'}:
		return (*Terminal).decsca
	case [2]byte{'\'', '}'}:
		return (*Terminal).decic
	case [2]byte{'\'', '~'}:
		return (*Terminal).decdc
	case [2]byte{'$', 'p'}:
		return (*Terminal).decrqm
	case [2]byte{'$', 'w'}:
		return (*Terminal).decrqpsr
	}
	return rectangle(s)
}

func rectangle(s *parser.Sequence) handler {
	switch [2]byte{byte(s.Intermediates), s.Final} {
	case [2]byte{'$', 'r'}:
		return (*Terminal).deccara
	case [2]byte{'$', 't'}:
		return (*Terminal).decrara
	case [2]byte{'$', 'v'}:
		return (*Terminal).deccra
	case [2]byte{'$', 'x'}:
		return (*Terminal).decfra
	case [2]byte{'$', 'z'}:
		return (*Terminal).decera
	case [2]byte{'$', '{'}:
		return (*Terminal).decsera
	case [2]byte{'*', 'x'}:
		return (*Terminal).decsace
	case [2]byte{'*', 'y'}:
		return (*Terminal).decrqcra
	}
	return nil
}

func (t *Terminal) scorc(*parser.Sequence) { t.restoreCursor() }

func (p *performer) Execute(c byte) {
	t := (*Terminal)(p)
	switch c {
	case '\n', '\v', '\f':
		t.lineFeed()
	case '\r':
		t.carriageReturn()
	case '\b':
		t.backward(1)
	case '\t':
		t.tab(1)
	case '\a':
		t.screen.Bells++
	case 0x0e: // SO
		t.charsets.left = 1
		t.charsetsChanged()
	case 0x0f: // SI
		t.charsets.left = 0
		t.charsetsChanged()
	default:
		return
	}
	t.last.valid = false
}

func (p *performer) NewLine() {
	t := (*Terminal)(p)
	t.last.valid = false
	c := &t.screen.Cursor
	if t.margin != t.screen.fullMargins() {
		t.carriageReturn()
		t.lineFeed()
		return
	}
	c.X, c.PendingWrap = 0, false
	if c.Y < t.margin.bottom {
		c.Y++
	} else {
		t.scrollLine(0)
	}
}

func (t *Terminal) lineFeed() {
	t.index()
	if t.modes.has(lnm) {
		t.carriageReturn()
	}
}

func (p *performer) EscDispatch(inter uint16, final byte) {
	t := (*Terminal)(p)
	t.last.valid = false
	if inter != 0 {
		t.escapeSet(inter, final)
		return
	}
	switch final {
	case 'D':
		t.index()
	case 'E':
		t.index()
		t.carriageReturn()
	case 'H':
		t.setTab()
	case 'M':
		t.reverseIndex()
	case 'V':
		t.startProtected()
	case 'W':
		t.protect(false)
	case '6':
		t.backIndex()
	case '7':
		t.saveCursor()
	case '8':
		t.restoreCursor()
	case '9':
		t.forwardIndex()
	case '=':
		t.setMode(decnkm, true)
	case '>':
		t.setMode(decnkm, false)
	case 'c':
		t.reset()
	case 'Z':
		t.primaryAttributes()
	default:
		t.charsets.shift(final)
		t.charsetsChanged()
	}
}

func (t *Terminal) escapeSet(inter uint16, final byte) {
	switch {
	case inter == '#' && final == '8':
		t.alignmentPattern()
		return
	case inter == '#' && final >= '3' && final <= '6':
		t.setLineAttribute(final)
		return
	}
	t.designate(inter, final)
}

// vt52 are the functions of VT52 mode (DECANM reset).
var vt52 = [128]handler{
	'A': func(t *Terminal, _ *parser.Sequence) { t.up(1) },
	'B': func(t *Terminal, _ *parser.Sequence) { t.down(1) },
	'C': func(t *Terminal, _ *parser.Sequence) { t.forward(1) },
	'D': func(t *Terminal, _ *parser.Sequence) { t.backward(1) },
	'F': func(t *Terminal, _ *parser.Sequence) { t.charsets.g[0] = specialGraphics },
	'G': func(t *Terminal, _ *parser.Sequence) { t.charsets.g[0] = ascii },
	'H': func(t *Terminal, _ *parser.Sequence) { t.moveTo(0, 0) },
	'I': func(t *Terminal, _ *parser.Sequence) { t.reverseIndex() },
	'J': (*Terminal).eraseDisplay,
	'K': (*Terminal).eraseLine,
	'Y': func(t *Terminal, s *parser.Sequence) { t.moveTo(s.At(1, 0), s.At(0, 0)) },
	'Z': func(t *Terminal, _ *parser.Sequence) { t.reply([]byte("\x1b/Z")) },
	'=': func(t *Terminal, _ *parser.Sequence) { t.setMode(decnkm, true) },
	'>': func(t *Terminal, _ *parser.Sequence) { t.setMode(decnkm, false) },
	'<': func(t *Terminal, _ *parser.Sequence) { t.setMode(decanm, true) },
}

// Conformance levels, 1 to 4, are those of the VT100 to the VT400.
const (
	highestConformance = 4
	conformanceBase    = 60 // of level 0 in DECSCL
)

// decscl sets the conformance level after a soft reset (DECSCL). A level above the
// highest is the highest. The second parameter is ignored: with UTF-8, replies have
// no C1 controls of one byte. RIS restores the highest level.
func (t *Terminal) decscl(s *parser.Sequence) {
	if n := s.At(0, 0) - conformanceBase; n >= 1 && n <= highestConformance+1 {
		t.softReset()
		t.conformance = min(n, highestConformance)
	}
}

// aboveLevel reports whether a control sequence with an intermediate is not
// available at the level: functions on columns and rectangles need level 4,
// DECRQPSR needs level 3.
func (t *Terminal) aboveLevel(s *parser.Sequence) bool {
	switch s.Intermediates {
	case '\'', '*':
		return t.conformance < 4
	case '$':
		return t.conformance < 4 && s.Final != 'p' && (s.Final != 'w' || t.conformance < 3)
	}
	return false
}

// mediaCopy performs MC (xterm ctlseqs). There is no printer. Data written to one
// in printer controller mode is discarded; other functions, auto print mode
// included, do nothing.
func (t *Terminal) mediaCopy(s *parser.Sequence) {
	if s.N <= 1 && s.At(0, 0) == 5 && !t.applyingDiff {
		t.parser.SkipPrinterData()
	}
}
