package vt

import (
	"fmt"
	"strings"
	"testing"
)

// attributesOf returns a letter for each row: the final byte of its sequence, or a
// point for single width.
func attributesOf(s *Screen) string {
	var b strings.Builder
	for y := range s.rows {
		b.WriteByte(max(byte(s.LineAttribute(y)), '.'))
	}
	return b.String()
}

// TestDECDWL checks that a row of double width has 5 of 10 columns.
func TestDECDWL(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "wraps", input: "\x1b#6abcdefg", screen: "abcde\nfg", cursor: at(2, 1)},
		{name: "wide character", input: "\x1b#6abcd日", screen: "abcd\n日", cursor: at(2, 1)},
		{name: "other characters", input: "\x1b#6äöüßéè", screen: "äöüßé\nè", cursor: at(1, 1)},
		{name: "no autowrap", input: "\x1b[?7l\x1b#6abcdefg", screen: "abcdg", cursor: at(4, 0)},
		{name: "double height", input: "\x1b#3abcdef\r\n\x1b#4abcdef", screen: "abcde\nf\nabcde\nf", cursor: at(1, 3)},
		{name: "REP", input: "\x1b#6a\x1b[6b", screen: "aaaaa\naa", cursor: at(2, 1)},
		{name: "into a double row", input: "\n\x1b#6\x1b[Habcdefghijklmnop", screen: "abcdefghij\nklmno\np", cursor: at(1, 2)},
		{name: "CUF", input: "\x1b#6\x1b[9Cx", screen: "....x", cursor: at(4, 0)},
		{name: "HT", input: "\x1b#6\tx", screen: "....x", cursor: at(4, 0)},
		{name: "DECFI", input: "\x1b#6\x1b[5G\x1b9\x1b9", cursor: at(4, 0)},
		{name: "CUP beyond the middle", input: "\x1b#6\x1b[1;8Hxyz日", cursor: at(7, 0)},
		{name: "back from there", input: "\x1b#6\x1b[1;8H\x1b[3Dx", screen: "....x", cursor: at(4, 0)},
		{name: "forward from there", input: "\x1b#6\x1b[1;8H\x1b[C", cursor: at(4, 0)},
		{name: "HT from there", input: "\x1b#6\x1b[1;8H\t", cursor: at(4, 0)},
		{name: "LF from there", input: "\x1b#6\x1b[1;8Hx\nx", screen: "\n.......x", cursor: at(8, 1)},
		{name: "IRM there", input: "\x1b#6\x1b[4h\x1b[1;8Hx", cursor: at(7, 0)},
		{name: "IRM moves what is hidden", input: "abcdefgh\r\x1b#6\x1b[4hx", screen: "xabcdefgh", cursor: at(1, 0)},
		{name: "a cursor that is far right", input: "abcdefgh\x1b#6x", screen: "abcdefgh", cursor: at(5, 0)},
		{name: "a pending wrap", input: "abcdefghij\x1b#6x", screen: "abcdefghij\nx", cursor: at(1, 1)},
		{name: "cluster at the middle", input: "\x1b[?2027h\x1b#6\x1b[1;5H❤\ufe0fx", screen: "....❤\ufe0f\nx"},
	})
}

// TestDECSWL checks that the hidden half of a row comes back.
func TestDECSWL(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "text", input: "abcdefgh\r\x1b#6\x1b#5", screen: "abcdefgh", cursor: at(0, 0)},
		{name: "DCH", input: "abcdefgh\r\x1b#6\x1b[2P\x1b#5", screen: "cdefgh"},
		{name: "ICH", input: "abcde\r\x1b#6\x1b[2@\x1b#5", screen: "..abcde"},
		{name: "EL", input: "abcdefgh\r\x1b#6\x1b[K\x1b#5"},
		{name: "DECFRA", input: "\x1b#6\x1b[88;1;1;1;9$x\x1b#5", screen: "XXXXXXXXX"},
		{name: "cursor", input: "\x1b#6\x1b[1;8H\x1b#5x", screen: ".......x", cursor: at(8, 0)},
		{name: "pending wrap", input: "\x1b#6abcde\x1b#5f", screen: "abcde\nf", cursor: at(1, 1)},
	})
}

// TestLineAttributes checks the functions that set, reset and move the attributes
// of rows. rows is the attributes of the 5 rows at the end.
func TestLineAttributes(t *testing.T) {
	for name, c := range map[string]struct{ input, rows string }{
		"each":                     {"\x1b#3\n\x1b#4\n\x1b#5\n\x1b#6", "34.6."},
		"another":                  {"\x1b#3\x1b#4", "4...."},
		"single":                   {"\x1b#3\x1b#5", "....."},
		"text":                     {"\x1b#6a\x1b[Hb", "6...."},
		"EL":                       {"\x1b#6a\x1b[2K\x1b[K\x1b[1K", "6...."},
		"ED in the row":            {"\x1b#6\n\x1b#6\n\x1b#6\x1b[2H\x1b[J", "66..."},
		"ED from the start":        {"\x1b#6\n\x1b#6\x1b[H\x1b[J", "....."},
		"ED to the row":            {"\x1b#6\n\x1b#6\n\x1b#6\x1b[2H\x1b[1J", ".66.."},
		"ED to the end":            {"\x1b#6\x1b[5H\x1b#6\x1b[5;10H\x1b[1J", "....."},
		"ED 2":                     {"\x1b#6\x1b[2J", "....."},
		"ED 2 in a colour":         {"\x1b#6\x1b[44m\x1b[2J", "....."},
		"DECSED":                   {"\x1b#6a\x1b[?2J", "....."},
		"DECSED, protected":        {"\x1b#6\x1b[1\"qa\n\x1b#6\x1b[?2J", "6...."},
		"RIS":                      {"\x1b#6\x1bc", "....."},
		"DECSTR":                   {"\x1b#6\x1b[!p", "6...."},
		"DECALN":                   {"\x1b#6\x1b[5H\x1b#6\x1b#8", "....."},
		"DECCOLM":                  {"\x1b#6\x1b[?40h\x1b[?3h", "....."},
		"DECLRMM":                  {"\x1b#6\x1b[5H\x1b#6\x1b[?69h", "....."},
		"DECLRMM is set":           {"\x1b[?69h\x1b#6\x1b[?69l", "....."},
		"DECLRMM was not set":      {"\x1b#6\x1b[?69l", "6...."},
		"level 1":                  {"\x1b[61\"p\x1b#6", "6...."},
		"other finals":             {"\x1b#2\x1b#7\x1b#9\x1b(6", "....."},
		"scrolling":                {"\n\x1b#6\x1b[5H\n", "6...."},
		"scrolling out":            {"\x1b#6\x1b[5H\n", "....."},
		"scrolling in a region":    {"\x1b#6\n\x1b#3\n\x1b#4\x1b[2;3r\x1b[3H\n", "64..."},
		"RI":                       {"\x1b#6\x1bM", ".6..."},
		"SU":                       {"\x1b[3H\x1b#6\x1b[2S", "6...."},
		"SD":                       {"\x1b#6\x1b[2T", "..6.."},
		"IL":                       {"\x1b#3\n\x1b#4\x1b[L", "3.4.."},
		"DL":                       {"\x1b#3\n\x1b#4\x1b[H\x1b[M", "4...."},
		"DECCRA":                   {"\x1b#6a\x1b[1;1;1;9;1;3;1;1$v", "6...."},
		"alternate screen":         {"\x1b#6\x1b[?47h\n\x1b#3", ".3..."},
		"and back":                 {"\x1b#6\x1b[?47h\n\x1b#3\x1b[?47l", "6...."},
		"alternate screen, erased": {"\x1b[?47h\x1b#3\x1b[?47l\x1b[?1049h", "....."},
	} {
		t.Run(name, func(t *testing.T) {
			term := typed(c.input)
			if got := attributesOf(term.Snapshot()); got != c.rows {
				t.Errorf("%s: %s, want %s", name, got, c.rows)
			}
			checkInvariants(t, term)
		})
	}
}

func TestScreensKeepLineAttributes(t *testing.T) {
	term := typedInto(NewTerminal(10, 3, Options{History: 9}), "abcdefgh\x1b#6\r\n\x1b#3top")
	s := term.Snapshot()
	if got := s.Text(); got != "abcde\ntop" {
		t.Errorf("a snapshot has the hidden half: %q", got)
	}
	typedInto(term, "\x1b#5\x1b[H\x1b#5")
	for name, c := range map[string]struct {
		s    *Screen
		rows string
	}{
		"a snapshot": {s, "63."}, "a clone": {s.Clone(), "63."}, "Resume": {Resume(s).Snapshot(), "63."},
		"the next":       {term.Snapshot(), "..."},
		"another height": {s.Resized(10, 2), "63"},
		// As a stock client shows it, which never knew.
		"another width": {s.Resized(12, 3), "..."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := attributesOf(c.s); got != c.rows {
				t.Errorf("%s: %s, want %s", name, got, c.rows)
			}
		})
	}
	if got := term.Snapshot().Text(); got != "abcdefgh\ntop" {
		t.Errorf("the snapshot took from the terminal: %q", got)
	}
	s.SetLineAttribute(3, DoubleWidth)
	s.SetLineAttribute(-1, DoubleWidth)
	if s.LineAttribute(3) != SingleWidth || s.LineAttribute(-1) != SingleWidth {
		t.Error("there are rows outside")
	}
}

// TestHiddenTextStaysHidden checks that the hidden half of a row does not appear elsewhere.
func TestHiddenTextStaysHidden(t *testing.T) {
	const input = "abcd日efg\r\x1b#6"
	term := typedInto(NewTerminal(10, 2, Options{History: 9}), input)
	term.Resize(12, 2)
	checkInvariants(t, term)
	if got := term.Snapshot().Text(); got != "abcd" {
		t.Errorf("resized: %q", got)
	}
	term = typedInto(NewTerminal(10, 2, Options{Reflow: true}), "abcd日efgh\x1b#6ijk")
	term.Resize(5, 4)
	checkInvariants(t, term)
	if got := term.Snapshot().Text(); got != "abcd\nijk" {
		t.Errorf("wrapped anew: %q", got)
	}
	term = typedInto(NewTerminal(10, 2, Options{History: 9}), "abcdefgh\r\x1b#6\n\n")
	if got := historyText(term.screen); got != "abcde" {
		t.Errorf("history: %q", got)
	}
}

func TestLineAttributesInEqual(t *testing.T) {
	a, b := typed("ab").Snapshot(), typed("\x1b#6ab").Snapshot()
	if a.Equal(b) || !a.EqualIn(b, Stock()) || b.Equal(typed("\x1b#3ab").Snapshot()) || !b.Equal(typed("\x1b#6ab").Snapshot()) {
		t.Error("rows of another size")
	}
}

// TestDiffOfLineAttributes checks that a row whose attribute changes begins as a
// blank one. A receiver without line attributes gets only text.
func TestDiffOfLineAttributes(t *testing.T) {
	for _, c := range []struct{ name, from, to, full, stock string }{
		{"wider", "ab", "\x1b#6ab", "\x1b[H\x1b#6\x1b[Kab", ""},
		{"single again", "\x1b#6ab", "ab", "\x1b[H\x1b#5\x1b[Kab", ""},
		{"more text", "\x1b#6ab", "\x1b#6abc", "\x1b[1;3Hc", "c"},
		{"a blank row", "", "\n\x1b#6\x1b[H", "\x1b[2H\x1b#6\x1b[K\x1b[H", ""},
		{"cleared", "\x1b#6ab\r\n\x1b#6cd", "", "\x1b[H\x1b#5\x1b[K\x1b[2H\x1b#5\x1b[K\x1b[H", "\x1b[H\x1b[J"},
		{"up to the middle", "\x1b#6abcd", "\x1b#6abcde", "\x1b[1;5He\x1b[1;5H", "e\b"},
		{"the cursor where nothing is", "\x1b#6abcd", "\x1b#6abcd\x1b[6G", "\x1b[1;6H", "\x1b[C"},
		{"scrolled", "one\r\n\x1b#3two\r\n\x1b#4two\r\nfour\r\nfive", "\x1b#3two\r\n\x1b#4two\r\nfour\r\nfive\r\n\x1b[4C", "\x1b[S", "\x1b[S"},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to := typed(c.from).Snapshot(), typed(c.to).Snapshot()
			checkDiff(t, from, to, Full())
			checkDiff(t, from, to, Stock())
			checkDiff(t, from, to, UserTerminal("xterm", ""))
			if got := string(AppendDiff(nil, from, to, Full())); got != c.full {
				t.Errorf("%s: %q, want %q", c.name, got, c.full)
			}
			if got := string(AppendDiff(nil, from, to, Stock())); got != c.stock {
				t.Errorf("%s, stock: %q, want %q", c.name, got, c.stock)
			}
		})
	}
}

// TestDiffOfLineAttributesAfterResize checks a diff whose receiver may or may not
// have kept rows of double width.
func TestDiffOfLineAttributesAfterResize(t *testing.T) {
	from := typed("\x1b#6ab\r\n\x1b#3cd").Snapshot()
	to := typedInto(NewTerminal(12, 5, Options{}), "ab\r\n\x1b#3cd\r\nef").Snapshot()
	for name, d := range map[string]Dialect{"full": Full(), "user": UserTerminal("xterm", "")} {
		t.Run(name, func(t *testing.T) {
			for _, kept := range []LineAttribute{SingleWidth, DoubleWidth} {
				shown := from.Resized(12, 5)
				shown.SetLineAttribute(0, kept)
				shown.SetLineAttribute(1, kept)
				got, err := receiveDiff(shown, AppendDiff(nil, from, to, d), d)
				if err != nil || !got.EqualIn(to, d) {
					t.Errorf("%s: %v: %s", name, err, explain(got, to, d))
				}
			}
		})
	}
}

// A character of contested width in the last column of a double row neither
// wraps nor is anything written after it.
func TestDiffOfContestedWidthInDoubleRow(t *testing.T) {
	d := Full()
	d.AmbiguousWidths = true
	from, to := typed("\x1b#6").Snapshot(), typed("\x1b#6abcd\u00ad").Snapshot()
	if got := string(AppendDiff(nil, from, to, d)); got != "\x1b[Habcd\x1b[?7l\u00ad\x1b[?7h\x1b[1;5H" {
		t.Errorf("%q", got)
	}
}

// TestDiffDoesNotShiftDoubleRows checks that ICH and DCH are not used in rows of
// double width, because terminals differ in the text beyond their columns.
func TestDiffDoesNotShiftDoubleRows(t *testing.T) {
	from, to := textScreen(80, 1, "$ ls /some/where -l"), textScreen(80, 1, "$ ls -a /some/where -l")
	from.SetLineAttribute(0, DoubleWidth)
	to.SetLineAttribute(0, DoubleWidth)
	if got := string(AppendDiff(nil, from, to, Full())); !strings.HasPrefix(got, "\x1b[1;6H-a /some/where") {
		t.Errorf("%q", got)
	}
}

// TestFlagAtTheEdgeOfDoubleWidth checks that a flag which had one column left, at the edge of a
// row of double width, has one column after a diff too: it is within the row then.
func TestFlagAtTheEdgeOfDoubleWidth(t *testing.T) {
	term := typed("\x1b[?2027h")
	from := term.Snapshot()
	cols, _ := from.Size()
	to := typedInto(term, fmt.Sprintf("\x1b#6\x1b[1;%dH🇩🇪\x1b#5", cols/2)).Snapshot()
	d := Full()
	d.ExplicitWidths = true
	receiver := Resume(from)
	receiver.Write(AppendDiff(nil, from, to, d))
	if got := receiver.Snapshot(); !got.Equal(to) {
		t.Error(explain(got, to, d))
	}
}
