package vt

import "gm/vt/parser"

// The conformance levels are those of the VT100 to the VT400, 1 to 4.
const (
	highestLevel = 4
	levelNumber  = 60 // of level 0 in DECSCL
)

// decscl sets the level, after a soft reset (DECSCL). A level above the highest
// is the highest. The second parameter goes unheard: in UTF-8 there are no C1
// controls of one byte to answer with. RIS brings back the highest level.
func (t *Terminal) decscl(s *parser.Sequence) {
	if n := s.At(0, 0) - levelNumber; n >= 1 && n <= highestLevel+1 {
		t.softReset()
		t.level = min(n, highestLevel)
	}
}

// beyond reports whether a control sequence with an intermediate is not in the
// level: the functions on columns and on rectangles are in level 4 alone, and
// DECRQPSR is not below level 3.
func (t *Terminal) beyond(s *parser.Sequence) bool {
	switch s.Intermediates {
	case '\'', '*':
		return t.level < 4
	case '$':
		return t.level < 4 && s.Final != 'p' && (s.Final != 'w' || t.level < 3)
	}
	return false
}
