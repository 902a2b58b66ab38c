package vt

import "testing"

func TestCursorMoves(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "CUP", input: "\x1b[3;4H", cursor: at(3, 2)},
		{name: "CUP home", input: "\x1b[3;4H\x1b[H", cursor: at(0, 0)},
		{name: "CUP zero", input: "\x1b[0;0H", cursor: at(0, 0)},
		{name: "CUP outside", input: "\x1b[99;99H", cursor: at(9, 4)},
		{name: "HVP", input: "\x1b[2;2f", cursor: at(1, 1)},
		{name: "CUU", input: "\x1b[4;4H\x1b[2A", cursor: at(3, 1)},
		{name: "CUU at the top", input: "\x1b[4;4H\x1b[20A", cursor: at(3, 0)},
		{name: "CUU stops at the margin", input: "\x1b[2;4r\x1b[3;1H\x1b[9A", cursor: at(0, 1)},
		{name: "CUU above the margin", input: "\x1b[3;4r\x1b[2;1H\x1b[9A", cursor: at(0, 0)},
		{name: "CUD", input: "\x1b[B\x1b[2B", cursor: at(0, 3)},
		{name: "CUD stops at the margin", input: "\x1b[2;4r\x1b[3;1H\x1b[9B", cursor: at(0, 3)},
		{name: "CUD below the margin", input: "\x1b[1;2r\x1b[4;1H\x1b[9B", cursor: at(0, 4)},
		{name: "CUF", input: "\x1b[C\x1b[3C", cursor: at(4, 0)},
		{name: "CUF stops at the margin", input: "\x1b[?69h\x1b[2;5s\x1b[1;3H\x1b[9C", cursor: at(4, 0)},
		{name: "CUB", input: "\x1b[1;9H\x1b[D\x1b[3D", cursor: at(4, 0)},
		{name: "CUB stops at the margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;4H\x1b[9D", cursor: at(2, 0)},
		{name: "CUB left of the margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;2H\x1b[9D", cursor: at(0, 0)},
		{name: "CNL", input: "\x1b[1;5H\x1b[2E", cursor: at(0, 2)},
		{name: "CPL", input: "\x1b[4;5H\x1b[2F", cursor: at(0, 1)},
		{name: "CHA", input: "\x1b[2;2H\x1b[7G", cursor: at(6, 1)},
		{name: "HPA", input: "\x1b[2;2H\x1b[7`", cursor: at(6, 1)},
		{name: "HPR", input: "\x1b[2;2H\x1b[3a", cursor: at(4, 1)},
		{name: "VPA", input: "\x1b[2;2H\x1b[4d", cursor: at(1, 3)},
		{name: "VPR", input: "\x1b[2;2H\x1b[2e", cursor: at(1, 3)},
		{name: "DECOM", input: "\x1b[2;4r\x1b[?6hx\x1b[9;3Hy", screen: "\nx\n\n..y", cursor: at(3, 3)},
		{name: "DECOM columns", input: "\x1b[?69h\x1b[3;6s\x1b[?6h\x1b[1;9Hx", screen: ".....x", cursor: at(5, 0)},
		{name: "CR", input: "abc\rx", screen: "xbc", cursor: at(1, 0)},
		{name: "CR goes to the margin", input: "\x1b[?69h\x1b[3;6s\x1b[1;5H\rx", screen: "..x"},
		{name: "CR left of the margin", input: "\x1b[?69h\x1b[3;6s\x1b[1;2H\rx", screen: "x"},
		{name: "BS", input: "abc\b\bx", screen: "axc", cursor: at(2, 0)},
		{name: "BS at the left", input: "\b\bx", screen: "x"},
		{name: "BS with a pending wrap", input: "0123456789\bx", screen: "01234567x9", cursor: at(9, 0)},
		{name: "LNM", input: "\x1b[20hab\nc", screen: "ab\nc"},
		{name: "no LNM", input: "ab\nc", screen: "ab\n..c"},
		{name: "XTREVWRAP in a line that was not wrapped", input: "\x1b[?45h0123456789\r\na\b\b\bx", screen: "0123456789\nx"},
		{name: "XTREVWRAP far", input: "\x1b[?45h0123456789abcdefghijkl\x1b[99Dx", screen: "x123456789\nabcdefghij\nkl"},
		{name: "XTREVWRAP at the top margin", input: "\x1b[?45h\r\n0123456789abcdefghijkl\x1b[3;4r\x1b[4;3H\x1b[99Dx", screen: "\n0123456789\nxbcdefghij\nkl"},
		{name: "XTREVWRAP of a pending wrap", input: "\x1b[?45h0123456789\bx", screen: "012345678x"},
		{name: "XTREVWRAP2", input: "\x1b[?1045h0123456789\r\na\b\b\bx", screen: "01234567x9\na"},
		{name: "XTREVWRAP", input: "\x1b[?45h0123456789a\b\b\bx", screen: "01234567x9\na"},
	})
}

func TestSavedCursor(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "DECSC DECRC", input: "\x1b[2;3H\x1b7\x1b[H\x1b8x", screen: "\n..x"},
		{name: "SCOSC SCORC", input: "\x1b[2;3H\x1b[s\x1b[H\x1b[ux", screen: "\n..x"},
		{name: "1048", input: "\x1b[2;3H\x1b[?1048h\x1b[H\x1b[?1048lx", screen: "\n..x"},
		{name: "nothing saved", input: "\x1b[2;3H\x1b8", cursor: at(0, 0)},
		{name: "charset", input: "\x1b(0\x1b7\x1b(B\x1b8q", screen: "─"},
		{name: "pending wrap", input: "0123456789\x1b7\x1b[H\x1b8x", screen: "0123456789\nx"},
		{name: "per screen", input: "\x1b[2;2H\x1b7\x1b[?47h\x1b[4;4H\x1b7\x1b[?47l\x1b8", cursor: at(1, 1)},
		{name: "origin mode", input: "\x1b[2;4r\x1b[?6h\x1b7\x1b[?6l\x1b8\x1b[Hx", screen: "\nx"},
	})
	if term := typed("\x1b[1;31m\x1b7\x1b[m\x1b8"); term.screen.Pen != (Rendition{Attrs: Bold, Fg: PaletteColor(1)}) {
		t.Errorf("pen is %+v", term.screen.Pen)
	}
}

func TestTabs(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "HT", input: "a\tx", screen: "a.......x"},
		{name: "HT at the end", input: "\t\t\tx", screen: ".........x"},
		{name: "HTS", input: "\x1b[1;4H\x1bH\r\tx", screen: "...x"},
		{name: "TBC", input: "\x1b[1;9H\x1b[g\r\tx", screen: ".........x"},
		{name: "TBC all", input: "\x1b[3g\tx", screen: ".........x"},
		{name: "CHT", input: "\x1b[1;3H\x1bH\r\x1b[2Ix", screen: "........x"},
		{name: "CBT", input: "\x1b[1;10H\x1b[Zx", screen: "........x"},
		{name: "CBT many", input: "\x1b[1;10H\x1b[9Zx", screen: "x"},
		{name: "DECST8C", input: "\x1b[3g\x1b[?5W\tx", screen: "........x"},
		{name: "HT with a wrap pending", input: "0123456789\tx", screen: "0123456789\nx"},
		{name: "HT wraps", input: "\x1b[?41h0123456789\tx", screen: "0123456789\n........x"},
		{name: "CHT wraps to one stop", input: "\x1b[?41h0123456789\x1b[3g\x1b[2;3H\x1bH\x1b[1;10H9\x1b[9Ix", screen: "0123456789\n..x"},
		{name: "HT wraps at the bottom", input: "\x1b[?41h\x1b[5;1H0123456789\tx", screen: "\n\n\n0123456789\n........x"},
		{name: "HT wraps to the first column", input: "\x1b[?41h\x1b[?69h\x1b[5;8s\x1b[1;8Hx\tx", screen: ".......x\n.......x"},
		{name: "HT stops at the margin", input: "\x1b[?69h\x1b[2;5s\x1b[1;2H\tx", screen: "....x"},
	})
	term := NewTerminal(MaxCols, 1, Options{})
	typedInto(term, "\x1b[2000G\x1bH\x1b[1999G\t")
	if x := term.screen.Cursor.X; x != MaxCols-1 {
		t.Errorf("cursor at %d", x)
	}
}
