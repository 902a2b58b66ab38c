package vt

// vt52 are the functions of VT52 mode (DECANM reset).
var vt52 = [128]handler{
	'A': func(t *Terminal, _ *sequence) { t.up(1) },
	'B': func(t *Terminal, _ *sequence) { t.down(1) },
	'C': func(t *Terminal, _ *sequence) { t.forward(1) },
	'D': func(t *Terminal, _ *sequence) { t.backward(1) },
	'F': func(t *Terminal, _ *sequence) { t.sets.g[0] = specialGraphics },
	'G': func(t *Terminal, _ *sequence) { t.sets.g[0] = ascii },
	'H': func(t *Terminal, _ *sequence) { t.moveTo(0, 0) },
	'I': func(t *Terminal, _ *sequence) { t.reverseIndex() },
	'J': (*Terminal).eraseDisplay,
	'K': (*Terminal).eraseLine,
	'Y': func(t *Terminal, s *sequence) { t.moveTo(s.at(1, 0), s.at(0, 0)) },
	'Z': func(t *Terminal, _ *sequence) { t.reply([]byte("\x1b/Z")) },
	'=': func(t *Terminal, _ *sequence) { t.setMode(decnkm, true) },
	'>': func(t *Terminal, _ *sequence) { t.setMode(decnkm, false) },
	'<': func(t *Terminal, _ *sequence) { t.setMode(decanm, true) },
}
