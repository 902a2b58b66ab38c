package vt

import "gm/vt/parser"

// mediaCopy is MC (xterm ctlseqs). There is no printer. What a program writes to one
// directly, in printer controller mode, is kept off the screen; its other functions
// do nothing, auto print mode included.
func (t *Terminal) mediaCopy(s *parser.Sequence) {
	if s.N <= 1 && s.At(0, 0) == 5 && !t.reading {
		t.parser.SkipPrinterData()
	}
}
