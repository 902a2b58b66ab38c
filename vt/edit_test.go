package vt

import "testing"

// page fills the screen with the numbers of its rows.
const page = "\x1b[H\x1b[2J0000000000\x1b[2;1H1111111111\x1b[3;1H2222222222\x1b[4;1H3333333333\x1b[5;1H4444444444"

func TestErase(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "ED", input: page + "\x1b[3;4H\x1b[J", screen: "0000000000\n1111111111\n222", cursor: at(3, 2)},
		{name: "ED 1", input: page + "\x1b[3;4H\x1b[1J", screen: "\n\n....222222\n3333333333\n4444444444"},
		{name: "ED 2", input: page + "\x1b[3;4H\x1b[2J", cursor: at(3, 2)},
		{name: "EL", input: "abcdef\x1b[1;3H\x1b[K", screen: "ab"},
		{name: "EL 1", input: "abcdef\x1b[1;3H\x1b[1K", screen: "...def"},
		{name: "EL 2", input: "abcdef\x1b[1;3H\x1b[2K", cursor: at(2, 0)},
		{name: "EL ends a pending wrap", input: "0123456789\x1b[Kx", screen: "012345678x"},
		{name: "ECH", input: "abcdef\x1b[1;2H\x1b[3X", screen: "a...ef", cursor: at(1, 0)},
		{name: "ECH past the end", input: "abcdef\x1b[1;2H\x1b[300X", screen: "a"},
		{name: "DECSEL", input: "a\x1b[1\"qb\x1b[0\"qc\x1b[?2K", screen: ".b"},
		{name: "DECSEL 0", input: "a\x1b[1\"qb\x1b[2\"qc\r\x1b[?K", screen: ".b"},
		{name: "DECSED", input: "a\x1b[1\"qb\x1b[0\"q\r\nc\x1b[?2J", screen: ".b"},
		{name: "DECSED 1", input: "a\x1b[1\"qb\x1b[0\"q\r\ncd\x1b[?1J", screen: ".b"},
		{name: "EL takes protected ones", input: "\x1b[1\"qab\x1b[2K", screen: ""},
		{name: "SPA is heeded by EL", input: "a\x1bVb\x1bWc\x1b[2K", screen: ".b"},
		{name: "SPA is heeded by ED", input: "a\x1bVb\x1bWc\x1b[2J", screen: ".b"},
		{name: "SPA is heeded by ECH", input: "a\x1bVb\x1bWc\r\x1b[3X", screen: ".b"},
		{name: "SPA is heeded by DECSEL", input: "a\x1bVb\x1bWc\x1b[?2K", screen: ".b"},
		{name: "SPA is heeded by DECSED", input: "a\x1bVb\x1bWc\x1b[?2J", screen: ".b"},
		{name: "SPA is not heeded by DECSERA", input: "a\x1bVb\x1bWc\x1b[1;1;1;9${"},
		{name: "SPA is not heeded by DECERA", input: "a\x1bVb\x1bWc\x1b[1;1;1;9$z"},
		{name: "SPA makes DECSCA heeded by EL", input: "a\x1b[1\"qb\x1b[0\"qc\x1bV\x1bW\x1b[2K", screen: ".b"},
		{name: "DECSCA ends SPA", input: "a\x1bVb\x1b[0\"qc\x1b[2K"},
		{name: "DECSCA ends SPA but not the protection", input: "a\x1bVb\x1b[0\"qc\x1b[?2K", screen: ".b"},
		{name: "EPA alone", input: "a\x1b[1\"qb\x1bWc\x1b[2K"},
		{name: "DECSTR ends SPA", input: "a\x1bVb\x1b[!pc\x1b[2K"},
		{name: "RIS takes all", input: "a\x1bVb\x1bc"},
		{name: "DECALN", input: "\x1b[2;3r\x1b[3;3H\x1b#8", screen: "EEEEEEEEEE\nEEEEEEEEEE\nEEEEEEEEEE\nEEEEEEEEEE\nEEEEEEEEEE", cursor: at(0, 0)},
	})
}

func TestBackgroundColorErase(t *testing.T) {
	for name, input := range map[string]string{
		"EL": "\x1b[41m\x1b[K", "ED": "\x1b[41m\x1b[J", "ECH": "\x1b[1;41m\x1b[3X", "ICH": "\x1b[41m\x1b[@", "IL": "\x1b[41m\x1b[L",
		"scroll": "\x1b[41m\x1b[H\x1bM", "DECERA": "\x1b[41m\x1b[1;1;1;1$z", "1049": "\x1b[41m\x1b[?1049h",
	} {
		t.Run(name, func(t *testing.T) {
			s := typed(input).screen
			if got := s.Rendition(s.Cell(0, 0)); got != (Rendition{Bg: PaletteColor(1)}) {
				t.Errorf("%s leaves %+v", name, got)
			}
		})
	}
}

func TestEdit(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "ICH", input: "abcdef\x1b[1;2H\x1b[2@", screen: "a..bcdef"},
		{name: "ICH pushes off", input: "0123456789\x1b[1;2H\x1b[8@", screen: "0........1"},
		{name: "ICH margins", input: "0123456789\x1b[?69h\x1b[2;5s\x1b[1;3H\x1b[@", screen: "01.2356789"},
		{name: "ICH outside", input: "0123456789\x1b[?69h\x1b[2;5s\x1b[1;8H\x1b[@", screen: "0123456789"},
		{name: "DCH", input: "abcdef\x1b[1;2H\x1b[2P", screen: "adef"},
		{name: "DCH margins", input: "0123456789\x1b[?69h\x1b[2;5s\x1b[1;3H\x1b[P", screen: "0134.56789"},
		{name: "IL", input: page + "\x1b[2;4H\x1b[2L", screen: "0000000000\n\n\n1111111111\n2222222222", cursor: at(0, 1)},
		{name: "IL region", input: page + "\x1b[2;4r\x1b[3;1H\x1b[L", screen: "0000000000\n1111111111\n\n2222222222\n4444444444"},
		{name: "IL outside", input: page + "\x1b[2;4r\x1b[1;3H\x1b[L", screen: "0000000000\n1111111111\n2222222222\n3333333333\n4444444444", cursor: at(2, 0)},
		{name: "IL columns", input: page + "\x1b[?69h\x1b[3;4s\x1b[2;3H\x1b[L", screen: "0000000000\n11..111111\n2211222222\n3322333333\n4433444444"},
		{name: "DL", input: page + "\x1b[2;4H\x1b[2M", screen: "0000000000\n3333333333\n4444444444", cursor: at(0, 1)},
		{name: "DL many", input: page + "\x1b[2;4H\x1b[200M", screen: "0000000000"},
		{name: "DL columns", input: page + "\x1b[?69h\x1b[3;4s\x1b[2;3H\x1b[M", screen: "0000000000\n1122111111\n2233222222\n3344333333\n44..444444"},
		{name: "DECIC", input: "abc\r\ndef\x1b[1;2H\x1b['}", screen: "a.bc\nd.ef"},
		{name: "DECDC", input: "abc\r\ndef\x1b[1;2H\x1b['~", screen: "ac\ndf"},
	})
}

func TestScroll(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "LF", input: page + "\nx", screen: "1111111111\n2222222222\n3333333333\n4444444444\n.........x"},
		{name: "IND", input: page + "\x1b[5;1H\x1bD", screen: "1111111111\n2222222222\n3333333333\n4444444444", cursor: at(0, 4)},
		{name: "NEL", input: "ab\x1bEc", screen: "ab\nc"},
		{name: "RI", input: page + "\x1b[H\x1bM", screen: "\n0000000000\n1111111111\n2222222222\n3333333333", cursor: at(0, 0)},
		{name: "RI inside", input: "\x1b[3;1H\x1bM", cursor: at(0, 1)},
		{name: "SU", input: page + "\x1b[2S", screen: "2222222222\n3333333333\n4444444444"},
		{name: "SD", input: page + "\x1b[2T", screen: "\n\n0000000000\n1111111111\n2222222222"},
		{name: "SD ECMA", input: page + "\x1b[4^", screen: "\n\n\n\n0000000000"},
		{name: "SU many", input: page + "\x1b[65535S"},
		{name: "region", input: page + "\x1b[2;4r\x1b[4;1H\n", screen: "0000000000\n2222222222\n3333333333\n\n4444444444"},
		{name: "region columns", input: page + "\x1b[?69h\x1b[3;4s\x1b[5;3H\n", screen: "0011000000\n1122111111\n2233222222\n3344333333\n44..444444"},
		{name: "outside the columns", input: page + "\x1b[?69h\x1b[3;4s\x1b[5;1H\n", screen: "0000000000\n1111111111\n2222222222\n3333333333\n4444444444"},
		{name: "DECSTBM homes", input: "\x1b[3;3H\x1b[2;4r", cursor: at(0, 0)},
		{name: "DECSTBM one line", input: page + "\x1b[3;3r\x1b[5;1H\n", screen: "1111111111\n2222222222\n3333333333\n4444444444"},
		{name: "DECSTBM reset", input: "\x1b[2;3r\x1b[r\x1b[9B", cursor: at(0, 4)},
		{name: "below the region", input: page + "\x1b[1;3r\x1b[5;1H\n", screen: "0000000000\n1111111111\n2222222222\n3333333333\n4444444444"},
		{name: "SL", input: "abc\r\ndef\x1b[ @", screen: "bc\nef"},
		{name: "SR", input: "abc\r\ndef\x1b[2 A", screen: "..abc\n..def"},
		{name: "DECBI", input: "abc\r\ndef\r\x1b6", screen: ".abc\n.def", cursor: at(0, 1)},
		{name: "DECBI inside", input: "abc\x1b6", screen: "abc", cursor: at(2, 0)},
		{name: "DECFI", input: "abc\x1b[1;10H\x1b9", screen: "bc", cursor: at(9, 0)},
		{name: "DECFI inside", input: "abc\r\x1b9", screen: "abc", cursor: at(1, 0)},
		{name: "wide cut by the columns", input: "日本日本\x1b[?69h\x1b[2;5s\x1b[S", screen: "......本"},
	})
}

func TestRectangles(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "DECERA", input: page + "\x1b[2;3;3;4$z", screen: "0000000000\n11..111111\n22..222222\n3333333333\n4444444444"},
		{name: "DECERA whole", input: page + "\x1b[$z"},
		{name: "DECERA upside down", input: page + "\x1b[3;3;2;2$z", screen: "0000000000\n1111111111\n2222222222\n3333333333\n4444444444"},
		{name: "DECFRA", input: "\x1b[88;2;3;3;4$x", screen: "\n..XX\n..XX"},
		{name: "DECFRA control", input: "\x1b[7;1;1;1;1$x"},
		{name: "DECFRA origin", input: "\x1b[2;4r\x1b[?6h\x1b[88;1;1;9;2$x", screen: "\nXX\nXX\nXX"},
		{name: "DECCRA", input: "abc\r\ndef\x1b[1;1;2;2;1;3;5;1$v", screen: "abc\ndef\n....ab\n....de"},
		{name: "DECCRA overlap down", input: "a\r\nb\r\nc\x1b[1;1;3;1;1;2;1;1$v", screen: "a\na\nb\nc"},
		{name: "DECCRA overlap right", input: "abcd\x1b[1;1;1;3;1;1;2;1$v", screen: "aabc"},
		{name: "DECCRA off the edge", input: "abc\x1b[1;1;1;3;1;1;9;1$v", screen: "abc.....ab"},
		{name: "DECCRA half of a wide one", input: "日本\x1b[1;2;1;3;1;2;1;1$v", screen: "日本"},
		{name: "DECSERA", input: "a\x1b[1\"qb\x1b[0\"qc\x1b[1;1;1;3${", screen: ".b"},
	})
}

func TestAttributeRectangles(t *testing.T) {
	bold := func(input string) string {
		s, out := typed(input).screen, ""
		for y := range 2 {
			for x := range 4 {
				out += map[bool]string{true: "B", false: "."}[s.Rendition(s.Cell(x, y)).Attrs&Bold != 0]
			}
			out += "|"
		}
		return out
	}
	two := "abcd      efgh"
	for name, c := range map[string][2]string{
		"DECCARA stream":    {two + "\x1b[1;2;2;3;1$r", ".BBB|BBB.|"},
		"DECCARA rectangle": {two + "\x1b[2*x\x1b[1;2;2;3;1$r", ".BB.|.BB.|"},
		"DECCARA reset":     {"\x1b[1m" + two + "\x1b[2*x\x1b[1;2;2;3;22$r", "B..B|B..B|"},
		"DECCARA all":       {"\x1b[1m" + two + "\x1b[2*x\x1b[1;2;2;3$r", "B..B|B..B|"},
		"DECRARA":           {"\x1b[1m" + two + "\x1b[2*x\x1b[1;2;2;3;1$t", "B..B|B..B|"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := bold(c[0]); got != c[1] {
				t.Errorf("%s: %s, want %s", name, got, c[1])
			}
		})
	}
}
