package vt

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gm/vt/cellwidth"
)

// unscrolled is page unchanged.
const unscrolled = "0000000000\n1111111111\n2222222222\n3333333333\n4444444444"

// TestMarginEdges has the cursor or a parameter exactly at a margin, or one beside it.
func TestMarginEdges(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "CUU from the top margin", input: "\x1b[3;4r\x1b[3;1H\x1b[9A", cursor: at(0, 2)},
		{name: "CUU from above the top margin", input: "\x1b[3;4r\x1b[2;1H\x1b[9A", cursor: at(0, 0)},
		{name: "CUD from the bottom margin", input: "\x1b[1;3r\x1b[3;1H\x1b[9B", cursor: at(0, 2)},
		{name: "CUD from below the bottom margin", input: "\x1b[1;3r\x1b[4;1H\x1b[9B", cursor: at(0, 4)},
		{name: "CUF from the right margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;5H\x1b[9C", cursor: at(4, 0)},
		{name: "CUF from beyond the right margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;6H\x1b[9C", cursor: at(9, 0)},
		{name: "CUB from the left margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;3H\x1b[9D", cursor: at(2, 0)},
		{name: "CUB from beyond the left margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;2H\x1b[9D", cursor: at(0, 0)},
		{name: "CR at the left margin", input: "\x1b[?69h\x1b[3;5s\x1b[1;3H\r", cursor: at(2, 0)},
		{name: "IND below the bottom margin", input: "\x1b[1;2r\x1b[3;1H\x1bD", cursor: at(0, 3)},
		{name: "IND in the last row below the bottom margin", input: page + "\x1b[1;2r\x1b[5;1H\x1bD", screen: unscrolled, cursor: at(0, 4)},
		{name: "RI above the top margin", input: "\x1b[3;5r\x1b[2;1H\x1bM", cursor: at(0, 0)},
		{name: "RI in the first row above the top margin", input: page + "\x1b[3;5r\x1b[H\x1bM", screen: unscrolled, cursor: at(0, 0)},
		{name: "RI at the top margin left of the left margin", input: page + "\x1b[?69h\x1b[3;4s\x1b[1;2H\x1bM", screen: unscrolled, cursor: at(1, 0)},
		{name: "RI at the top margin in the right margin", input: page + "\x1b[?69h\x1b[3;4s\x1b[1;4H\x1bM", screen: "00..000000\n1100111111\n2211222222\n3322333333\n4433444444"},
		{name: "DECSTBM of two rows", input: page + "\x1b[4;5r\x1b[5;1H\n", screen: "0000000000\n1111111111\n2222222222\n4444444444"},
		{name: "DECSTBM beyond the last row", input: page + "\x1b[4;99r\x1b[5;1H\n", screen: "0000000000\n1111111111\n2222222222\n4444444444"},
		{name: "DECSLRM of one column", input: page + "\x1b[?69h\x1b[3;3s\x1b[5;3H\n", screen: "1111111111\n2222222222\n3333333333\n4444444444"},
		{name: "DECSLRM of two columns", input: page + "\x1b[?69h\x1b[9;10s\x1b[5;9H\n", screen: "0000000011\n1111111122\n2222222233\n3333333344\n44444444"},
		{name: "DECSLRM beyond the last column", input: page + "\x1b[?69h\x1b[9;99s\x1b[5;9H\n", screen: "0000000011\n1111111122\n2222222233\n3333333344\n44444444"},
		{name: "area below the screen", input: page + "\x1b[6;1;9;9$z", screen: unscrolled},
		{name: "area right of the screen", input: page + "\x1b[1;11;9;19$z", screen: unscrolled},
		{name: "area of the last cell", input: page + "\x1b[5;10;5;10$z", screen: unscrolled[:len(unscrolled)-1]},
		{name: "area below the bottom margin", input: page + "\x1b[1;4r\x1b[?6h\x1b[5;1;9;9$z", screen: unscrolled},
		{name: "area of one column", input: page + "\x1b[1;3;5;3$z", screen: "00.0000000\n11.1111111\n22.2222222\n33.3333333\n44.4444444"},
		{name: "origin mode", input: "\x1b[?69h\x1b[2;4r\x1b[3;6s\x1b[?6h\x1b[9;9H", cursor: at(5, 3)},
		{name: "DECRC into smaller margins", input: "\x1b[?6h\x1b[4;9H\x1b7\x1b[2;3r\x1b8", cursor: at(8, 2)},
		{name: "DECBI above the margins", input: page + "\x1b[2;4r\x1b[H\x1b6", screen: unscrolled, cursor: at(0, 0)},
		{name: "DECFI above the margins", input: page + "\x1b[2;4r\x1b[1;10H\x1b9", screen: unscrolled, cursor: at(9, 0)},
		{name: "SL outside of the margins", input: page + "\x1b[2;4r\x1b[H\x1b[ @", screen: unscrolled},
		{name: "SD of highlight tracking", input: page + "\x1b[1;2;3;4;5T", screen: unscrolled},
		{name: "SD with two parameters", input: page + "\x1b[1;1T", screen: unscrolled},
		{name: "SD 0", input: page + "\x1b[0T", screen: unscrolled},
		{name: "SD without a parameter", input: page + "\x1b[T", screen: "\n0000000000\n1111111111\n2222222222\n3333333333"},
	})
}

// TestWrapEdges has text, repetitions and backward moves that end exactly at an edge.
func TestWrapEdges(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "REP of REP", input: "a\x1b[2b\x1b[2b", screen: "aaa", cursor: at(3, 0)},
		{name: "REP to the last column", input: "a\x1b[9b", screen: "aaaaaaaaaa", cursor: at(9, 0)},
		{name: "REP of a wide character without room for another", input: "123456日\x1b[2b", screen: "123456日日\n日", cursor: at(2, 1)},
		{name: "REP between margins keeps the last lines", input: "\x1b[2;4r\x1b[?69h\x1b[3;4s\x1b[4;3Hx\x1b[9b", screen: "\n..xx\n..xx\n..xx", cursor: at(3, 3)},
		{name: "REP fills one line more than the margins have", input: "\x1b[1;3HA\x1b[2;4r\x1b[?69h\x1b[3;4s\x1b[4;3Hx\x1b[7b", screen: "..A\n..xx\n..xx\n..xx", cursor: at(3, 3)},
		{name: "IRM at the last column", input: "012345678\x1b[4hab", screen: "012345678a\nb", cursor: at(1, 1)},
		{name: "IRM with room for one", input: "01234567\x1b[1;9Hx\x1b[1;9H\x1b[4hy", screen: "01234567yx"},
		{name: "reverse wrap of a pending wrap", input: "\x1b[?45h0123456789\b", screen: "0123456789", cursor: at(9, 0)},
		{name: "reverse wrap of a pending wrap by two", input: "\x1b[?45h0123456789\b\b", screen: "0123456789", cursor: at(8, 0)},
		{name: "reverse wrap of a pending wrap by CUB", input: "\x1b[?45h0123456789\x1b[3D", screen: "0123456789", cursor: at(7, 0)},
		{name: "reverse wrap of a pending wrap in a later line", input: "\x1b[?45h0123456789abcdefghij\x1b[11D", screen: "0123456789\nabcdefghij", cursor: at(9, 0)},
		{name: "XTREVWRAP2 of a pending wrap", input: "\x1b[?1045h0123456789\b", screen: "0123456789", cursor: at(9, 0)},
		{name: "no reverse wrap of a pending wrap", input: "0123456789\b", screen: "0123456789", cursor: at(8, 0)},
		{name: "XTREVWRAP2 ignores the bottom margin", input: "\x1b[?1045h\x1b[1;3r\x1b[1;5H\x1b[9D", cursor: at(5, 4)},
		{name: "XTREVWRAP2 from the home position", input: "\x1b[?1045h\x1b[1;3r\x1b[H\x1b[9D", cursor: at(9, 2)},
		{name: "wide character in a screen of one column", input: "日", screen: "日", cursor: at(2, 0)},
	})
	narrow := typedInto(NewTerminal(1, 2, Options{}), "a日b")
	checkInvariants(t, narrow)
	if got := screenText(narrow.screen); got != "b" { // the wide character ends the pending wrap
		t.Errorf("a wide character in one column: %q", got)
	}
}

func TestTabEdges(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "stop in the column before the last", input: "\x1b[3g\x1b[1;9H\x1bH\r\t", cursor: at(8, 0)},
		{name: "stop in the last column", input: "\x1b[3g\x1b[1;10H\x1bH\r\t", cursor: at(9, 0)},
		{name: "stop before the margin", input: "\x1b[3g\x1b[1;4H\x1bH\x1b[?69h\x1b[2;5s\x1b[1;2H\t", cursor: at(3, 0)},
		{name: "HT at the margin", input: "\x1b[?69h\x1b[2;5s\x1b[1;5H\t", cursor: at(4, 0)},
		{name: "CBT to the first column", input: "\x1b[3g\x1b[1;2H\x1b[Z", cursor: at(0, 0)},
		{name: "CBT stops at the margin in origin mode", input: "\x1b[?69h\x1b[3;9s\x1b[?6h\x1b[1;5H\x1b[9Z", cursor: at(2, 0)},
		{name: "CBT passes the margin", input: "\x1b[?69h\x1b[3;9s\x1b[1;5H\x1b[9Z", cursor: at(0, 0)},
		{name: "DECTABSR of the last column", input: "\x1b[3g\x1b[1;10H\x1bH\x1b[2$w", cursor: at(9, 0), reply: "\x1bP2$u10\x1b\\"},
		{name: "DECRSPS of the last column", input: "\x1bP2$t10\x1b\\\x1b[2$w", reply: "\x1bP2$u10\x1b\\"},
		{name: "DECRSPS beyond the last column", input: "\x1bP2$t5/11/99999\x1b\\\x1b[2$w", reply: "\x1bP2$u5\x1b\\"},
		{name: "DECRSPS of column 0", input: "\x1bP2$t5/0/7\x1b\\\x1b[2$w", reply: "\x1bP2$u5\x1b\\"},
	})
	wide := typedInto(NewTerminal(MaxCols, 1, Options{}), "\x1b[1985G\t")
	if x := wide.screen.Cursor.X; x != 1992 {
		t.Errorf("HT from column 1985 stops at %d, want 1993", x+1)
	}
}

// TestPresentationEdges restores reports of the cursor (DECCIR) at the edges of the screen.
func TestPresentationEdges(t *testing.T) {
	report := func(y, x int, flags string) string {
		return fmt.Sprintf("\x1bP1$t%d;%d;1;@;@;%s;0;2;@;BBBB\x1b\\", y, x, flags)
	}
	runFunctions(t, []functionTest{
		{name: "last cell", input: report(5, 10, "@"), cursor: at(9, 4)},
		{name: "below the screen", input: report(6, 1, "@"), cursor: at(0, 0)},
		{name: "right of the screen", input: report(1, 11, "@"), cursor: at(0, 0)},
		{name: "row 0", input: "\x1b[3;3H" + report(0, 1, "@"), cursor: at(2, 2)},
		{name: "pending wrap in the last column", input: report(1, 10, "H") + "x", screen: "\nx"},
		{name: "no pending wrap before the last column", input: report(1, 9, "H") + "x", screen: "........x"},
		{name: "flags of more than six bits", input: report(1, 1, "\x7f") + "\x1b[?6$p", reply: "\x1b[?6;2$y"},
		{name: "flags of six bits", input: report(1, 1, "A") + "\x1b[?6$p", reply: "\x1b[?6;1$y"},
		{name: "both single shifts", input: "\x1b+0" + report(1, 1, "F") + "q", screen: "q"},
	})
}

// widthEdges are code points on both sides of the bounds in cellwidth.Of, with their columns.
var widthEdges = map[rune]int{
	0xac: 1, 0xad: 1, 0xae: 1,
	0x115f: 2, 0x1160: 0, 0x11ff: 0, 0x1200: 1,
	0x2027: 1, 0x2028: 1, 0x2029: 1, 0x202a: 0,
	0xac00: 2, 0xd7a3: 2, 0xd7b0: 0, 0xd7ff: 0, 0xe000: 1,
	0xe0020: 0, 0xe007f: 0,
}

func TestRuneWidthEdges(t *testing.T) {
	for r, want := range widthEdges {
		t.Run(fmt.Sprintf("%U", r), func(t *testing.T) {
			if got := cellwidth.Of(r); got != want {
				t.Errorf("%d columns, want %d", got, want)
			}
			term := typedInto(NewTerminal(10, 1, Options{}), "a"+string(r)+"b")
			if got := term.screen.Cursor.X; got != 2+want {
				t.Errorf("%d columns on the screen, want %d", got-2, want)
			}
		})
	}
}

func TestClusterEdges(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "cluster of maxCluster bytes", input: "é" + strings.Repeat("\u0301", 16), screen: "é" + strings.Repeat("\u0301", 15)},
		{name: "DECFRA of ~", input: "\x1b[126;1;1;1;1$x", screen: "~"},
		{name: "DECFRA of DEL", input: "\x1b[127;1;1;1;1$x"},
		{name: "DECFRA of U+009F", input: "\x1b[159;1;1;1;1$x"},
		{name: "DECFRA of U+00A0", input: "\x1b[160;1;1;1;1$x", screen: "\u00a0"},
		{name: "DECFRA of U+001F", input: "\x1b[31;1;1;1;1$x"},
	})
	for n, want := range map[int]string{maxCluster: "....", maxCluster + 1: ""} {
		term := typedInto(Resume(NewScreen(10, 1)), "\x1b]66;w=2;"+strings.Repeat("x", n)+"\a")
		if got := term.screen.Cursor.X; got != len(want)/2 {
			t.Errorf("OSC 66 of %d bytes takes %d columns", n, got)
		}
	}
}

// TestLimitsOfText has text of exactly the limit, which is kept, and of a byte more.
func TestLimitsOfText(t *testing.T) {
	text := func(n int) string { return strings.Repeat("x", n) }
	for _, c := range []struct {
		name  string
		limit int
		kept  func(n int) int // the bytes kept of a text of n bytes
		cut   bool            // a longer text is cut and not dropped
	}{
		{"hyperlink", maxURI, func(n int) int {
			s := typed("\x1b]8;;" + text(n) + "\a").screen
			return len(s.tables.links.list[s.Pen.Link].URI)
		}, false},
		{"hyperlink ID", maxLinkID, func(n int) int {
			s := typed("\x1b]8;id=" + text(n) + ";u\a").screen
			return len(s.tables.links.list[s.Pen.Link].ID)
		}, false},
		{"directory", maxDirectory, func(n int) int { return len(typed("\x1b]7;" + text(n) + "\a").screen.Directory) }, false},
		{"title", maxTitleText, func(n int) int { return len(typed("\x1b]2;" + text(n) + "\a").screen.Title) }, true},
		{"pointer", 32, func(n int) int { return len(typed("\x1b]22;" + text(n) + "\a").screen.Pointer) }, false},
		{"event", maxEvent, func(n int) int { return len(strings.Join(eventCommands(typed("\x1b]9;"+text(n-2)+"\a").screen), "")) }, false},
		{"name of a variable", 64, func(n int) int {
			return len(typed("\x1b]1337;SetUserVar="+text(n)+"=YQ==\a").screen.Notes) * n
		}, false},
		{"notes", maxNoteBytes, func(n int) int {
			notes := typed("\x1b]1337;CurrentDir=" + text(n-len(noteDirectory)) + "\a").screen.Notes
			if len(notes) == 0 {
				return 0
			}
			return len(notes[0].Name) + len(notes[0].Value)
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.kept(c.limit); got != c.limit {
				t.Errorf("%d bytes kept of %d", got, c.limit)
			}
			want := 0
			if c.cut {
				want = c.limit
			}
			if got := c.kept(c.limit + 1); got != want {
				t.Errorf("%d bytes kept of %d, want %d", got, c.limit+1, want)
			}
		})
	}
}

// TestLimitsOfStacks pushes one element more than a stack holds: the oldest is dropped.
func TestLimitsOfStacks(t *testing.T) {
	t.Run("kitty flags", func(t *testing.T) {
		var b strings.Builder
		for i := range maxKittyStack { // above the flags of before
			fmt.Fprintf(&b, "\x1b[>%du", i+1)
		}
		if n := len(typed(b.String()).keys.flags[0]); n != maxKittyStack {
			t.Errorf("%d entries, want %d", n, maxKittyStack)
		}
	})
	t.Run("pointers", func(t *testing.T) {
		if n := len(typed(strings.Repeat("\x1b]22;>text\a", maxPointers+1)).pointers[0]); n != maxPointers {
			t.Errorf("%d entries, want %d", n, maxPointers)
		}
	})
	t.Run("titles", func(t *testing.T) {
		var b strings.Builder
		for i := range maxTitleStack + 1 {
			fmt.Fprintf(&b, "\x1b]2;%d\a\x1b[22;2t", i)
		}
		b.WriteString(strings.Repeat("\x1b[23;2t", maxTitleStack+1))
		if got := typed(b.String()).screen.Title; got != "1" {
			t.Errorf("the oldest title is %q, want the second", got)
		}
	})
	t.Run("notes", func(t *testing.T) {
		var b strings.Builder
		for i := range maxNotes + 1 {
			fmt.Fprintf(&b, "\x1b]1337;SetUserVar=v%d=YQ==\a", i)
		}
		if n := len(typed(b.String()).screen.Notes); n != maxNotes {
			t.Errorf("%d notes, want %d", n, maxNotes)
		}
	})
	t.Run("events", func(t *testing.T) {
		s := typed(strings.Repeat("\x1b]9;x\a", maxEvents+1)).screen
		if e := s.EventsSince(0); len(e) != maxEvents || e[0].Number != 2 {
			t.Errorf("%d events from %d on, want %d from 2 on", len(e), e[0].Number, maxEvents)
		}
	})
	t.Run("bytes of events", func(t *testing.T) {
		s := typed(strings.Repeat("\x1b]9;"+strings.Repeat("x", maxEvent-2)+"\a", maxEventBytes/maxEvent+1)).screen
		if n := len(s.EventsSince(0)); n != maxEventBytes/maxEvent {
			t.Errorf("%d events, want %d", n, maxEventBytes/maxEvent)
		}
	})
}

// TestReplyLimitEdges fills the replies to exactly their limit.
func TestReplyLimitEdges(t *testing.T) {
	term := NewTerminal(10, 5, Options{})
	term.reply(make([]byte, maxReplies-1))
	for _, n := range []int{2, 1, 1} {
		term.reply(make([]byte, n))
	}
	if n := len(term.TakeReplies(nil)); n != maxReplies {
		t.Errorf("%d bytes of replies, want %d", n, maxReplies)
	}
}

// TestEventEdges adds events of a peer at the bounds of numbers and rows.
func TestEventEdges(t *testing.T) {
	term := NewTerminal(10, 5, Options{})
	for _, e := range []Event{
		{Number: 3, Command: "133;A", Row: 4}, {Number: 3, Command: "133;B", Row: 1},
		{Number: 4, Command: "133;B", Row: 5}, {Number: 5, Command: "133;C", Row: -1},
	} {
		term.AddEvent(e)
	}
	var got []string
	for _, e := range term.screen.EventsSince(0) {
		got = append(got, fmt.Sprint(e.Number, e.Command, e.Row))
	}
	if want := []string{"3133;A4", "4133;B-1", "5133;C-1"}; !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
	typedInto(term, "\x1b[5;1H\n")
	if e := term.screen.EventsSince(2)[0]; e.Row != 3 {
		t.Errorf("the mark is in row %d after a scroll, want 3", e.Row)
	}
}

func TestColorSlotEdges(t *testing.T) {
	for input, want := range map[string]string{
		"\x1b]4;255;#010203\a\x1b]4;255;?\a":       "\x1b]4;255;rgb:0101/0202/0303\a",
		"\x1b]4;260;#010203\a\x1b]5;4;?\a":         "\x1b]5;4;rgb:0101/0202/0303\a",
		"\x1b]4;261;#010203\a\x1b]10;?\a":          "\x1b]10;rgb:e5e5/e5e5/e5e5\a",
		"\x1b]5;5;#010203\a\x1b]10;?\a":            "\x1b]10;rgb:e5e5/e5e5/e5e5\a",
		"\x1b]4;-1;#010203\a\x1b]4;0;?\a":          "\x1b]4;0;rgb:0000/0000/0000\a",
		"\x1b]19;#010203;#040506\a\x1b]19;?\a":     "\x1b]19;rgb:0101/0202/0303\a",
		"\x1b]19;?;?\a":                            "\x1b]19;rgb:0000/0000/0000\a",
		"\x1b]11;#12345\a\x1b]11;?\a":              "\x1b]11;rgb:0000/0000/0000\a",
		"\x1b]11;rgb:12345/0/0\a\x1b]11;?\a":       "\x1b]11;rgb:0000/0000/0000\a",
		"\x1b]11;rgb:f/ff/fff\a\x1b]11;?\a":        "\x1b]11;rgb:ffff/ffff/ffff\a",
		"\x1b]11;" + longestName + "\a\x1b]11;?\a": "\x1b]11;rgb:fafa/fafa/d2d2\a",
	} {
		t.Run(input, func(t *testing.T) {
			if got := string(typed(input).TakeReplies(nil)); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

const longestName = "light goldenrod yellow"

// TestReducedColorEdges has values on both sides of the thresholds between the levels of
// the colour cube and the grey ramp.
func TestReducedColorEdges(t *testing.T) {
	for v, level := range map[uint8]int{0: 0, 47: 0, 48: 1, 114: 1, 115: 2, 154: 2, 155: 3, 194: 3, 195: 4, 234: 4, 235: 5, 255: 5} {
		if got := nearestLevel(v); got != level {
			t.Errorf("nearestLevel(%d) is %d, want %d", v, got, level)
		}
	}
	for v, want := range map[uint8]uint8{8: 232, 238: 255, 18: 233, 228: 254} {
		if got := nearest256(v, v, v); got != PaletteColor(want) {
			t.Errorf("grey %d is entry %d, want %d", v, uint8(got), want)
		}
	}
}

// TestHistoryEdges writes more lines than a history keeps and reads the lines at its ends.
func TestHistoryEdges(t *testing.T) {
	term := NewTerminal(10, 5, Options{History: 10})
	for i := range 30_000 {
		fmt.Fprintf(term, "%d\r\n", i)
	}
	first, end := term.screen.History()
	if end-first != 10 {
		t.Errorf("lines %d to %d, want 10", first, end)
	}
	for n, want := range map[uint64]int{first - 1: 0, first: 5, end - 1: 5, end: 0} {
		if cells, _, kept := term.screen.AppendHistory(nil, n); len(cells) != want || kept != (want > 0) {
			t.Errorf("line %d has %d cells, want %d", n, len(cells), want)
		}
	}
	if n := len(term.screen.history.blocks); n > 3 {
		t.Errorf("%d blocks for 10 lines", n)
	}
	for n, want := range map[int]int{-1: 0, 0: 0, 1: 1, MaxHistory: MaxHistory, MaxHistory + 1: MaxHistory} {
		if got := NewTerminal(10, 5, Options{History: n}).screen.history.limit; got != want {
			t.Errorf("a history of %d lines has the limit %d", n, got)
		}
	}
}

// TestRepetitionIsBoundedInHistory checks that a repetition that scrolls adds no more lines
// than the screen has.
func TestRepetitionIsBoundedInHistory(t *testing.T) {
	term := typedInto(NewTerminal(10, 5, Options{History: 100}), "\x1b[5;1Hx\x1b[65535b")
	if n := historyLen(term.screen); n != 5 {
		t.Errorf("%d lines, want 5", n)
	}
}
