package vt

// mediaCopy is MC (xterm ctlseqs). There is no printer. What a program writes to one
// directly, in printer controller mode, is kept off the screen; its other functions
// do nothing, auto print mode included.
func (t *Terminal) mediaCopy(s *sequence) {
	if s.n <= 1 && s.at(0, 0) == 5 && !t.reading {
		t.parser.state, t.parser.endPrint = printerData, 0
	}
}

// endOfPrint ends the printer controller mode, in exactly these bytes (xterm).
const endOfPrint = "\x1b[4i"

// printer skips what b has for the printer, and returns how many bytes that is. A
// reset (RIS) ends it too, unlike in xterm: that is what a person types who sees
// nothing any more.
func (p *parser) printer(b []byte) int {
	for i, c := range b {
		switch {
		case c == endOfPrint[p.endPrint]:
			p.endPrint++
		case c == 'c' && p.endPrint == 1:
			p.state = ground
			p.to.escape(0, 'c')
			return i + 1
		case c == esc:
			p.endPrint = 1
		default:
			p.endPrint = 0
		}
		if p.endPrint == len(endOfPrint) {
			p.state = ground
			return i + 1
		}
	}
	return len(b)
}
