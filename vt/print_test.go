package vt

import (
	"strings"
	"testing"
)

func TestPrinting(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "text", input: "hello\r\nworld", screen: "hello\nworld", cursor: at(5, 1)},
		{name: "wrap is pending", input: "0123456789", screen: "0123456789", cursor: at(9, 0)},
		{name: "wrap", input: "0123456789ab", screen: "0123456789\nab", cursor: at(2, 1)},
		{name: "wrap scrolls", input: "\x1b[5;1H0123456789ab", screen: "\n\n\n0123456789\nab", cursor: at(2, 4)},
		{name: "CR undoes a pending wrap", input: "0123456789\rx", screen: "x123456789"},
		{name: "DECAWM reset", input: "\x1b[?7l0123456789abc", screen: "012345678c", cursor: at(9, 0)},
		{name: "wrap at the margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;3Habcdef", screen: "..abc\n..def"},
		{name: "right of the margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;8Habcd", screen: ".......abc\n..d"},
		{name: "IRM", input: "abc\r\x1b[4hXY\x1b[4lZ", screen: "XYZbc"},
		{name: "IRM wide", input: "abc\r\x1b[4h日", screen: "日abc"},
		{name: "IRM at the margin", input: "\x1b[?69h\x1b[1;4s0123\x1b[1;7Hxy\x1b[4h\x1b[1;2H--", screen: "0--1..xy"},
		{name: "REP", input: "ab\x1b[3bc", screen: "abbbbc"},
		{name: "REP wraps", input: "a\x1b[11b", screen: "aaaaaaaaaa\naa"},
		{name: "REP after a control", input: "a\r\x1b[3b", screen: "a"},
		{name: "REP wide", input: "日\x1b[b", screen: "日日"},
		{name: "REP is bounded", input: "x\x1b[65535b", screen: strings.Repeat("xxxxxxxxxx\n", 4) + "xxxxxx"},
	})
}

func TestWideCharacters(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "wide", input: "日本語中文字", screen: "日本語中文\n字", cursor: at(2, 1)},
		{name: "no room", input: "123456789日", screen: "123456789\n日", cursor: at(2, 1)},
		{name: "no room, no autowrap", input: "\x1b[?7l123456789日", screen: "12345678日", cursor: at(9, 0)},
		{name: "left half overwritten", input: "日本\rx", screen: "x.本"},
		{name: "right half overwritten", input: "日本\x1b[2Gx", screen: ".x本"},
		{name: "two overwritten by one", input: "日本\x1b[2G語", screen: ".語"},
		{name: "erased in half", input: "日本\x1b[2G\x1b[K", screen: ""},
		{name: "ECH in half", input: "日本語\x1b[2G\x1b[2X", screen: "....語"},
		{name: "DCH in half", input: "日本語\x1b[2G\x1b[P", screen: ".本語"},
		{name: "ICH in half", input: "日本語\x1b[2G\x1b[@", screen: "...本語"},
		{name: "pushed off in half", input: "abcdefgh日\x1b[H\x1b[@", screen: ".abcdefgh"},
		{name: "no room at all", input: "\x1b[?69h\x1b[3;4s\x1b[?69l\x1b[?69h\x1b[1;2s日", screen: "日"},
		{name: "new in Unicode 15", input: "\U0001FAE8x", screen: "\U0001FAE8x", cursor: at(3, 0)},
	})
}

func TestCombining(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "mark", input: "e\u0301x", screen: "e\u0301x", cursor: at(2, 0)},
		{name: "after a move", input: "e\x1b[m\u0301x", screen: "e\u0301x"},
		{name: "pending wrap", input: "0123456789\u0301", screen: "0123456789\u0301", cursor: at(9, 0)},
		{name: "on a wide one", input: "日\u0301x", screen: "日\u0301x", cursor: at(3, 0)},
		{name: "nothing before it", input: "\u0301x", screen: "x"},
		{name: "U+200B", input: "a\u200bb", screen: "a\u200bb", cursor: at(2, 0)},
		{name: "soft hyphen", input: "a\u00adb", screen: "a\u00adb", cursor: at(3, 0)},
		{name: "limit", input: "e" + strings.Repeat("\u0301", 40), screen: "e" + strings.Repeat("\u0301", 15)},
	})
}

func TestClusters(t *testing.T) {
	for _, c := range []struct {
		text          string
		apart, joined int
	}{
		{"👍🏽", 4, 2}, {"❤\ufe0f", 1, 2}, {"🇩🇪", 2, 2}, {"👨\u200d👩\u200d👧", 6, 2},
		{"1\ufe0f\u20e3", 1, 2}, {"e\u0301", 1, 1}, {"ab", 2, 2}, {"日本", 4, 4}, {"\u1100\u1161\u11a8", 2, 2},
	} {
		if x := typed(c.text).screen.Cursor.X; x != c.apart {
			t.Errorf("%q: %d columns, want %d", c.text, x, c.apart)
		}
		term := typed("\x1b[?2027h" + c.text)
		checkInvariants(t, term)
		if x := term.screen.Cursor.X; x != c.joined {
			t.Errorf("%q: %d columns with 2027, want %d", c.text, x, c.joined)
		}
		if got := screenText(term.screen); got != c.text {
			t.Errorf("%q: %q with 2027", c.text, got)
		}
	}
	runFunctions(t, []functionTest{
		{name: "cluster at the edge stays", input: "\x1b[?2027h\x1b[1;10H❤\ufe0fx", screen: ".........❤\ufe0f\nx"},
		{name: "not after a move", input: "\x1b[?2027h🇩\x1b[1;3H🇪", screen: "🇩.🇪"},
	})
}

func TestCharsets(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "special graphics", input: "\x1b(0lqk\x1b(Bq", screen: "┌─┐q"},
		{name: "all of it", input: "\x1b(0`afgjkl\r\nmnopqrstu\r\nvwxyz{|}~", screen: "◆▒°±┘┐┌\n└┼⎺⎻─⎼⎽├┤\n┴┬│≤≥π≠£·"},
		{name: "blank", input: "\x1b(0_x", screen: " │"},
		{name: "capitals stay", input: "\x1b(0ABC^", screen: "ABC^"},
		{name: "SO SI", input: "\x1b)0\x0eq\x0fq", screen: "─q"},
		{name: "LS2 LS3", input: "\x1b*0\x1b+A\x1bnq#\x1boq#", screen: "─#ñ£"},
		{name: "SS2", input: "\x1b*0\x1bNqq", screen: "─q"},
		{name: "SS3", input: "\x1b+0\x1bOqq", screen: "─q"},
		{name: "UK", input: "\x1b(A#\x1b(B#", screen: "£#"},
		{name: "unknown is ASCII", input: "\x1b(0\x1b(%6q", screen: "q"},
		{name: "national sets without NRC mode", input: "\x1b(0\x1b(Kq", screen: "q"},
		{name: "NRC mode", input: "\x1b[?42h\x1b(K[]\x1b(=_\x1b(4]\x1b[?42l]|", screen: "ÄÜè||ƒ"},
		{name: "unknown leaves the old one", input: "\x1b(0\x1b(wq", screen: "─"},
		{name: "96", input: "\x1b(0\x1b-Aq\x0eq\x7f", screen: "─ñÿ"},
		{name: "DEL of 96 by single shift", input: "\x1b.A\x1b*A\x1bN\x7fq\x1b.A\x1bN\x7fq\x7f", screen: "ñÿq"},
		{name: "DEL of 94", input: "\x1b(A\x7fq", screen: "ñ"},
		{name: "technical", input: "\x1b(>a!~", screen: "α⎷↓"},
		{name: "supplemental", input: "\x1b(<D$\x1b(%5]", screen: "Ä⸮Ÿ"},
		{name: "GR", input: "\x1b.A\xe9\xffé\x1b*Bé", screen: "éÿÃ©é"},
		{name: "LS1R", input: "\x1b)0\x1b~\xf1\x85\xffq\x1b}é", screen: "─qé"},
		{name: "single shift of GR", input: "\x1b+0\x1b*>\x1bO\xf1\xe1", screen: "─α"},
		{name: "levels", input: "\x1b[61\"p\x1b(A#[\x1b(<a\x1b(>a\x1b-A\x0ea", screen: "£[aaa"},
		{name: "UTF-8 stays", input: "\x1b(0é日q", screen: "é日─"},
		{name: "RIS", input: "\x1b(0\x1bcq", screen: "q"},
		{name: "DECSTR", input: "\x1b(0\x1b[!pq", screen: "q"},
	})
}

func TestWrappedLines(t *testing.T) {
	term := typed("0123456789ab\r\ncd")
	if !term.screen.Wrapped(0) || term.screen.Wrapped(1) {
		t.Error("the marks of continued lines are wrong")
	}
	typedInto(term, "\x1b[1;10Hx\r")
	if term.screen.Wrapped(0) {
		t.Error("still marked after the last column was rewritten")
	}
}
