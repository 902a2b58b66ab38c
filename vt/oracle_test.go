//go:build e2e

package vt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gm/vt/oracle"
)

// The screen is small, so that random input reaches its edges.
const (
	oracleCols  = 20
	oracleRows  = 8
	oracleCases = 700
)

// TestRandomInputAsXTerm compares the screen and the cursor with xterm's after random
// input and after inputs that have shown faults.
func TestRandomInputAsXTerm(t *testing.T) {
	x := oracle.Start(t, oracleCols, oracleRows)
	for _, input := range knownInputs {
		compare(t, x, []byte(input))
	}
	for seed := range uint64(oracleCases) {
		compare(t, x, oracleInput(rand.New(rand.NewPCG(seed, 7))))
	}
}

// compare fails if the screen after input differs from xterm's. Some of xterm's state
// survives a reset (the saved cursor, DECSACE, the cells that DECSED spares), so a
// difference counts only if a newly started xterm shows it too.
func compare(t *testing.T, x *oracle.XTerm, input []byte) {
	t.Helper()
	got := shownByTerminal(input)
	if got == shownByXTerm(x.LookAt(input)) || isDeliberate(input) {
		return
	}
	if want := shownByXTerm(oracle.Start(t, oracleCols, oracleRows).LookAt(input)); got != want {
		t.Errorf("%q\ngm:\n%s\nxterm:\n%s", input, got, want)
	}
}

// knownInputs are inputs that have shown faults of Terminal.
var knownInputs = []string{
	"\x1b[7m\x1b#8a", "\x1b[31;4ma\x1b#8\x1b[2;2Hb", // DECALN takes attributes away, not colours
	// A row of double width has half the columns. The cells beyond are hidden.
	"\x1b#60123456789\x1b#5x", "0123456789abcdefghij\r\x1b#6\x1b[3P\x1b#5", "0123456789abcdefghij\x1b#6x",
	"\x1b#6\x1b[1;15Habc\x1b[3Cd", "\x1b#6\x1b[1;15H\tx", "0123456789abc\x1b#6x", "\x1b#6\x1b[?7l0123456789abc",
	"\x1b#6\x1b[4h\x1b[1;5Hxyz\x1b[1;4Hxyzabcdefghi", "\n\x1b#6a\x1b[H\x1b[?J\x1b[2Hc", "\n\x1b#6a\r\x1b[J\rc",
	"\x1b[8H\x1b#6ab\x1b[8;20H\x1b[1J\x1b[8Hc", "\x1b#6a\x1b[?69lb", "\x1b#6a\x1b[?69hb", "\x1b#6\x1b9\x1b9\x1b[9C\x1b9x",
	"0123456789abcdefghij\x1b#6\x1b[?7lxyz", "0123456789abcdefghij\x1b#6\x1b[?7lx\x1b[5b", "0123456789abcdefghij\x1b#6\x1b[?7lé日x", "0123456789abcdefghij\x1b#6\x1b[?7lxyz\x1b[?7habc",
	// A wrap stays pending without autowrap, and happens once autowrap is set.
	"0123456789abcdefghij\x1b[?7lZ", "0123456789abcdefghij\x1b[?7l\x1b[?7hZ", "0123456789abcdefghij\x1b[?7lY\x1b[?7hZ", "\x1b[?7l0123456789abcdefghijk\x1b[?7hZ",
	"\x1b[?7l0123456789abcdefghijk\bZ", "\x1b[?7l0123456789abcdefghi日\x1b[?7hZ",
	// Insert mode works between the margins.
	"0123456789abcdefghij\x1b[?69h\x1b[5;10s\x1b[1;2H\x1b[4hXY", "0123456789abcdefghij\x1b[?69h\x1b[5;10s\x1b[1;15H\x1b[4hXY", "0123456789abcdefghij\x1b[?69h\x1b[5;10s\x1b[1;6H\x1b[4hXY",
	"0123456789abcdefghij\x1b[?69h\x1b[5;10s\x1b[1;2H\x1b[4h日", "0123456789abcdefghij\x1b[?69h\x1b[5;10s\x1b[1;11H\x1b[4hX\x1b[3b",
	// Colons outside of SGR, XTRESTORE of origin mode, line separators.
	"ab\x1b[1:2Cc", "a\x1b[2:3H", "a\x1b[1:1Jb\x1b[?7:1ld", "\x1b[2;4r\x1b[3;3H\x1b[?6s\x1b[?6r", "\x1b[2;4r\x1b[?6h\x1b[2;2H\x1b[?6s\x1b[?6r", "a\u2028b\u2029c",
	// SGR that is cut short.
	"\x1b[31;38;5mx", "\x1b[31;38;2;1;2mx", "\x1b[31;38mx", "\x1b[31;38;5;;4mx", "\x1b[41;48;5mx", "\x1b[31;38;5;mx", "\x1b[31;38:5:mx", "\x1b[31;38:5mx",
	// REP with large counts.
	"x\x1b[65535b", "x\x1b[9999b", "x\x1b[167b", "x\x1b[?69h\x1b[3;5s\x1b[2;4Hx\x1b[9999b", "日\x1b[9999b", "x\x1b[4h\x1b[9999b", "x\x1b[?7l\x1b[9999b",
	"日\x1b[?7l\x1b[9999b", "x\x1b[1;4r\x1b[6Hx\x1b[9999b", "0\r\n1\r\n2\x1b[2;4r\x1b[?69h\x1b[3;6s\x1b[2;4Hx\x1b[9b", "0\r\n1\r\n2\x1b[2;5r\x1b[?69h\x1b[3;6s\x1b[2;4Hx\x1b[15b",
	"0\x1b[?69h\x1b[3;6s\x1b[2;9Hx\x1b[31b", "0\x1b[?69h\x1b[3;6s\x1b[2;9H日\x1b[31b", "0\x1b[?69h\x1b[3;7s\x1b[2;5H日\x1b[31b", "ab\x1b[?69h\x1b[3;6s\x1b[2;4r\x1b[4;2Hx\x1b[31b",
	"0123456789abcdefghij\x1b[Zx",       // CBT keeps a pending wrap
	"ab\u0085cd\u009b2Dx\u0084y\u008dz", // see isDeliberate
}

// isDeliberate reports whether Terminal may differ from xterm after input for one of
// the reasons below.
func isDeliberate(input []byte) bool {
	has := func(s string) bool { return bytes.Contains(input, []byte(s)) }
	wide, colors, protects := has("日"), has("m"), has("\"q")
	softReset := has("[!p") || has("\"p")
	enlarged := has("\x1b#3") || has("\x1b#4") || has("\x1b#6")
	restored := has("\x1b8") || has("[u") || has("48l") || has("49l")
	switch {
	// U+0080 to U+009F are eight-bit controls, as in mosh; xterm ignores them in UTF-8.
	case bytes.ContainsFunc(input, func(r rune) bool { return r >= 0x80 && r < 0xa0 }):
	// Without autowrap a wide character that does not fit takes the last two
	// columns; xterm drops it, or takes the columns where its run began.
	case wide && has("[?7l"):
	// Both halves of a wide character look the same; xterm changes the one half
	// that is in the rectangle of DECCARA or DECRARA.
	case wide && (has("$r") || has("$t")):
	// Line drawing over one half of a wide character leaves a blank; xterm keeps an
	// invisible half.
	case wide && (has("(0") || has(")0")):
	// Protected cells stay protected after DECSTR and DECSCL. After those xterm's DECSED
	// and DECSEL erase them, as does its DECSEL 1 in a row that has moved.
	case protects && (softReset || has("[?1K")):
	// Text that wraps between rows of double and single width has the columns of its
	// row; in xterm those of the row where its run began.
	case enlarged && has("mnop"):
	// DECALN and DECLRMM make all rows single; xterm omits the last one.
	case enlarged && (has("\x1b#8") || has("[?69h")):
	// DECSTR, and DECRC without a saved state, reset the colours; in xterm they
	// reappear with SGR 7 and with DECFRA.
	case colors && (softReset || restored):
	default:
		return false
	}
	return true
}

// shownByTerminal returns the visible screen and the cursor of a Terminal after input.
func shownByTerminal(input []byte) string {
	// xterm 379 has the newer XTREVWRAP2 under the number of XTREVWRAP.
	newer := strings.ReplaceAll(string(input), "\x1b[?45", "\x1b[?1045")
	term := typedInto(NewTerminal(oracleCols, oracleRows, Options{}), newer+"\x18")
	term.TakeReplies(nil)
	term.Write([]byte("\x1b[6n"))
	return seen(term.screen, oracleCols, oracleRows) + strings.Trim(string(term.TakeReplies(nil)), "\x1b[R")
}

// shownByXTerm returns the visible screen and the cursor of a page.
func shownByXTerm(p oracle.Page) string {
	return seen(printed(p, oracleCols, oracleRows), oracleCols, oracleRows) + p.Cursor
}

// printed returns a page as a screen, which is wider and longer than the page.
func printed(p oracle.Page, cols, rows int) *Screen {
	return typedInto(NewTerminal(2*cols, rows+1, Options{}), string(p.Text)).screen
}

// unmarked removes code points that join the preceding character: xterm composes or
// loses them.
var unmarked = strings.NewReplacer("e\u0301", "é", "\u0301", "", "\u200d", "", "\ufe0f", "")

// seen returns the text of a screen, and for each line its size and the columns at
// which the rendition of visible text changes. It omits differences that blanks do not
// show, and those that xterm does not print: the end of attributes without colours, and
// the size of a blank line.
func seen(s *Screen, cols, rows int) string {
	var text, looks []string
	for y := range rows {
		var line []byte
		plain := printedRendition(Rendition{})
		look, seen, now, colored := "", plain, plain, false
		shown := cols
		if s.LineAttribute(y) != SingleWidth {
			shown = (cols + 1) / 2
		}
		for x := range shown {
			c := s.Cell(x, y)
			line = s.AppendText(line, c)
			r := s.Rendition(c)
			if l := printedRendition(r); l != plain || colored {
				now, colored = l, !r.Fg.IsDefault() || !r.Bg.IsDefault()
			}
			if !c.Tail() && !c.Blank() && now != seen {
				look += fmt.Sprintf(" %d:%s", x, now)
				seen = now
			}
		}
		text = append(text, strings.TrimRight(unmarked.Replace(string(line)), " "))
		if text[y] != "" && shown < cols {
			look += " " + string(s.LineAttribute(y))
		}
		looks = append(looks, look)
	}
	return strings.Join(text, "\n") + "\n" + strings.Join(looks, "|") + "\n"
}

// printedRendition returns the attributes of a rendition that xterm prints.
func printedRendition(r Rendition) string {
	underlined := r.Underline != UnderlineNone
	return fmt.Sprintf("%x/%x/%x/%v", r.Fg, r.Bg, r.Attrs&(Bold|Blink|Inverse), underlined)
}

// oraclePieces is the grammar of random input. # is a number.
var oraclePieces = []string{
	"a", "hello", "0123456789abcdefghijklmnop", "日本", "é", "e\u0301", "x\u0301y",
	"\r", "\n", "\r\n", "\b", "\b\b\b", "\t", "\v", "\f",
	"\x1bD", "\x1bE", "\x1bM", "\x1bH", "\x1b7", "\x1b8", "\x1b6", "\x1b9",
	"\x1b#8", "\x1b#3", "\x1b#4", "\x1b#5", "\x1b#6", "\x1b#6", "\x1b(0", "\x1b(B", "\x1b)0", "\x0e", "\x0f", "\x1bn",
	"\x1b[#A", "\x1b[#B", "\x1b[#C", "\x1b[#D", "\x1b[#E", "\x1b[#F", "\x1b[#G", "\x1b[#;#H", "\x1b[#;#H", "\x1b[#;#H",
	"\x1b[#;#f", "\x1b[#d", "\x1b[#`", "\x1b[#a", "\x1b[#e", "\x1b[#I", "\x1b[#Z",
	"\x1b[J", "\x1b[1J", "\x1b[2J", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[?J", "\x1b[?1K", "\x1b[?2K",
	"\x1b[#X", "\x1b[#@", "\x1b[#P", "\x1b[#L", "\x1b[#M", "\x1b[#S", "\x1b[#T", "\x1b[#b", "x\x1b[#b", "\x1b[# @", "\x1b[# A",
	"\x1b[#'}", "\x1b[#'~", "\x1b[g", "\x1b[3g",
	"\x1b[#;#r", "\x1b[#;#r", "\x1b[r", "\x1b[?69h", "\x1b[?69l", "\x1b[#;#s", "\x1b[#;#s", "\x1b[u",
	"\x1b[m", "\x1b[1;31m", "\x1b[4;42m", "\x1b[7m", "\x1b[22;24;27m", "\x1b[39;49m", "\x1b[38;5;#m", "\x1b[93;105m",
	"\x1b[#;#;#;#;1;4$r", "\x1b[#;#;#;#;7$t", "\x1b[2*x", "\x1b[1*x", "\x1b[4h", "\x1b[4l", "\x1b[20h", "\x1b[20l", "\x1b[?6h", "\x1b[?6l",
	"\x1b[1\"qpr\x1b[0\"qu", "\x1b[62;1\"p", "\x1b[64;1\"p", "\x1b[?41h", "\x1b[?41l", "\x1b[?7h", "\x1b[?7l", "\x1b[?45h", "\x1b[?45l",
	"\x1b[?47h", "\x1b[?47l", "\x1b[?1047h", "\x1b[?1047l", "\x1b[?1049h", "\x1b[?1049l", "\x1b[?1048h", "\x1b[?1048l",
	"\x1b[#;#;#;#$z", "\x1b[88;#;#;#;#$x", "\x1b[#;#;#;#;1;#;#;1$v", "\x1b[#;#;#;#${", "\x1b[2J\x1b[!p",
}

func oracleInput(r *rand.Rand) []byte {
	var b bytes.Buffer
	for range 3 + r.IntN(25) {
		piece := oraclePieces[r.IntN(len(oraclePieces))]
		for _, part := range strings.SplitAfter(piece, "#") {
			if number, found := strings.CutSuffix(part, "#"); found && number != "\x1b" {
				part = number + fmt.Sprint(r.IntN(oracleCols+3)%(1+r.IntN(oracleCols)))
			}
			b.WriteString(part)
		}
	}
	return b.Bytes()
}
