package vt

import "gm/vt/parser"

// Characters are protected in two ways that share the mark in the cell, as in
// xterm. DECSCA protects from DECSED, DECSEL and DECSERA (DEC STD 070). SPA
// protects from ED, EL and ECH too (ECMA-48, 8.3.129), but not from DECSERA,
// and does so until the next DECSCA or reset for whatever is marked.

// decsca protects the characters that follow, or does not (DECSCA).
func (t *Terminal) decsca(s *parser.Sequence) {
	t.protect(s.At(0, 0) == 1)
	t.guarded = false
}

// startProtected is SPA; EPA is protect(false).
func (t *Terminal) startProtected() {
	t.protect(true)
	t.guarded = true
}

func (t *Terminal) protect(on bool) {
	t.brush &^= cellProtected
	if on {
		t.brush |= cellProtected
	}
}
