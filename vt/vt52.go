package vt

import "gm/vt/parser"

// vt52 are the functions of VT52 mode (DECANM reset).
var vt52 = [128]handler{
	'A': func(t *Terminal, _ *parser.Sequence) { t.up(1) },
	'B': func(t *Terminal, _ *parser.Sequence) { t.down(1) },
	'C': func(t *Terminal, _ *parser.Sequence) { t.forward(1) },
	'D': func(t *Terminal, _ *parser.Sequence) { t.backward(1) },
	'F': func(t *Terminal, _ *parser.Sequence) { t.sets.g[0] = specialGraphics },
	'G': func(t *Terminal, _ *parser.Sequence) { t.sets.g[0] = ascii },
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
