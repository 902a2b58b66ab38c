package vt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// fragments are the pieces of random input. # is replaced by a number.
var fragments = []string{
	"a", "hello world ", "0123456789abcdefghij", "日本", "é", "e\u0301", "\u0301",
	"👍🏽", "❤\ufe0f", "🇩🇪", "👨\u200d👩\u200d👧", "각", "\u200b", "ﾊ", "\u00ad",
	"\r", "\n", "\r\n", "\b", "\t", "\a", "\x0e", "\x0f", "\v", "\f", "\x00", "\x7f",
	"\x18", "\x1a", "\x1b", "\xff", "\xe2\x82", "\xf0\x90", "\xc2", "\u0084", "\u0085", "\u008d",
	"\u009b", "\u009c", "\xed\xa0\x80", "\xc0\xaf",
	"\x1bD", "\x1bE", "\x1bM", "\x1bH", "\x1b7", "\x1b8", "\x1b6", "\x1b9", "\x1b=", "\x1b>",
	"\x1bc", "\x1b#8", "\x1b#3", "\x1b#4", "\x1b#5", "\x1b#6", "\x1b(0", "\x1b(B", "\x1b)0", "\x1b*A", "\x1bN", "\x1bO", "\x1bn", "\x1bo", "\x1b~",
	"\x1b[#A", "\x1b[#B", "\x1b[#C", "\x1b[#D", "\x1b[#E", "\x1b[#F", "\x1b[#G", "\x1b[#;#H",
	"\x1b[#;#f", "\x1b[#d", "\x1b[#`", "\x1b[#a", "\x1b[#e", "\x1b[#I", "\x1b[#Z",
	"\x1b[J", "\x1b[1J", "\x1b[2J", "\x1b[3J", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[?J", "\x1b[?1K", "\x1b[?2K",
	"\x1b[#X", "\x1b[#@", "\x1b[#P", "\x1b[#L", "\x1b[#M", "\x1b[#S", "\x1b[#T", "\x1b[#b", "\x1b[# @", "\x1b[# A",
	"\x1b[#'}", "\x1b[#'~", "\x1b[g", "\x1b[3g", "\x1b[?5W",
	"\x1b[#;#r", "\x1b[r", "\x1b[?69h", "\x1b[?69l", "\x1b[#;#s", "\x1b[s", "\x1b[u",
	"\x1b[m", "\x1b[1;31m", "\x1b[38;5;#m", "\x1b[48;2;#;#;#m", "\x1b[4:3m", "\x1b[58:2::1:2:3m", "\x1b[7;9;53m", "\x1b[0;2;3m",
	"\x1b[1\"q", "\x1b[0\"q", "\x1b[4h", "\x1b[4l", "\x1b[20h", "\x1b[20l", "\x1b[?6h", "\x1b[?6l",
	"\x1b[?7h", "\x1b[?7l", "\x1b[?45h", "\x1b[?45l", "\x1b[?5h", "\x1b[?25l", "\x1b[?2027h", "\x1b[?2027l",
	"\x1b[?47h", "\x1b[?47l", "\x1b[?1047h", "\x1b[?1047l", "\x1b[?1049h", "\x1b[?1049l", "\x1b[?1048h", "\x1b[?1048l",
	"\x1b[?40h", "\x1b[?3h", "\x1b[?3l", "\x1b[?2l", "\x1b<", "\x1b[?1000h", "\x1b[?1006h", "\x1b[?1002l", "\x1b[?2026h", "\x1b[?2026l",
	"\x1b[#;#;#;#$z", "\x1b[88;#;#;#;#$x", "\x1b[#;#;#;#;1;#;#;1$v", "\x1b[#;#;#;#;1;4$r", "\x1b[#;#;#;#;7$t", "\x1b[#;#;#;#${", "\x1b[2*x",
	"\x1b[1;1;#;#;#;#*y", "\x1b[!p", "\x1b[6n", "\x1b[?6n", "\x1b[c", "\x1b[>c", "\x1b[>q", "\x1b[?#$p", "\x1b[18t", "\x1b[22t", "\x1b[23t",
	"\x1b[>1u", "\x1b[<u", "\x1b[=3;2u", "\x1b[?u", "\x1b[>4;2m", "\x1b[# q", "\x1b[?1;6s", "\x1b[?1;6r",
	"\x1b]0;title é\a", "\x1b]2;two\x1b\\", "\x1b]52;c;aGk=\a", "\x1b]8;;http://x\a", "\x1b]8;;\a", "\x1b]4;1;?\a", "\x1b]133;A\a", "\x1b]133;D;#\a", "\x1b]9;4;#;#\a", "\x1b]22;text\a", "\x1b]22;>a,b\a", "\x1b]22;<\a", "\x1b]1337;SetMark\a", "\x1b]1337;SetUserVar=a=YQ==\a", "\x1b]10;#123\a", "\x1b]4;#;red;#;#123456\a", "\x1b]104;#\a", "\x1b]104\a", "\x1b]111\a", "\x1b]11;#456;blue;x\a", "\x1b]5;1;red\a", "\x1b]11;?\x1b\\", "\x1b]9;note\u009c",
	"\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\", "\x1bPq#0;1\x1b\\", "\x1b_apc\x1b\\", "\x1b^pm\a\x1b\\", "\x1bXsos\x18", "\x1b]unfinished", "\x1b[1;2", "\x1b[?1;2;3$", "\x1bP1;2",
	"\x1b[5i", "\x1b[4i", "\x1b[1:2H", "\x1b)>", "\x1b.A", "\x1b}", "\x1b*K", "\x1b%G", "\xe1\xa0", "\x1b[?42h", "\x1b[?42l", "\x1b[?1045h", "\x1b[?1045l",
	"\x1b[1:2:3m", "\x1b[;;m", "\x1b[<5;3M", "\x1b[ q", "\x1b[38:5:#m", "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30;31;32;33;34m",
}

// randomInput returns about n fragments of input.
func randomInput(r *rand.Rand, n int) []byte {
	var b strings.Builder
	for range n {
		for _, part := range strings.SplitAfter(fragments[r.IntN(len(fragments))], "#") {
			if number, found := strings.CutSuffix(part, "#"); found && number != "\x1b" {
				part = number + fmt.Sprint(randomNumber(r))
			}
			b.WriteString(part)
		}
	}
	return []byte(b.String())
}

func randomNumber(r *rand.Rand) int {
	if r.IntN(20) == 0 {
		return r.IntN(70000)
	}
	return r.IntN(14)
}

// difference describes a difference between two terminals, or returns "".
func difference(a, b *Terminal) string {
	switch {
	case screenText(a.screen) != screenText(b.screen):
		return fmt.Sprintf("screen:\n%s\nand:\n%s", screenText(a.screen), screenText(b.screen))
	case a.screen.Cursor != b.screen.Cursor:
		return fmt.Sprintf("cursor: %+v and %+v", a.screen.Cursor, b.screen.Cursor)
	case !bytes.Equal(a.replies, b.replies):
		return fmt.Sprintf("replies: %q and %q", a.replies, b.replies)
	}
	for y := range a.screen.rows {
		p, q := a.screen.rows[y], b.screen.rows[y]
		if p.wrapped != q.wrapped || p.attribute != q.attribute {
			return fmt.Sprintf("row %d: wrapped %v and %v, attribute %c and %c", y, p.wrapped, q.wrapped, p.attribute, q.attribute)
		}
		for x := range p.cells {
			if a.screen.Rendition(p.cells[x]) != b.screen.Rendition(q.cells[x]) || p.cells[x]&cellProtected != q.cells[x]&cellProtected {
				return fmt.Sprintf("cell %d,%d: %x and %x", x, y, p.cells[x], q.cells[x])
			}
		}
	}
	for _, v := range [][2]any{
		{a.screen.Modes, b.screen.Modes}, {a.screen.Pen, b.screen.Pen}, {a.screen.Title, b.screen.Title},
		{a.screen.Clipboards, b.screen.Clipboards}, {sameColors(a.screen.Colors, b.screen.Colors), true}, {a.screen.Bells, b.screen.Bells}, {a.screen.EventsSince(0), b.screen.EventsSince(0)},
		{a.screen.Progress, b.screen.Progress}, {a.screen.Pointer, b.screen.Pointer}, {a.pointers, b.pointers}, {a.screen.Notes, b.screen.Notes},
		{a.modes, b.modes}, {a.margin, b.margin}, {a.savedCursors, b.savedCursors}, {a.charsets, b.charsets}, {a.last, b.last},
	} {
		if !reflect.DeepEqual(v[0], v[1]) {
			return fmt.Sprintf("%+v and %+v", v[0], v[1])
		}
	}
	return ""
}

// checkPaths writes input whole, in two parts, and byte by byte without short cuts,
// and fails if the three terminals differ.
func checkPaths(t testing.TB, input []byte, cols, rows, split int) {
	t.Helper()
	whole, parts, slow := NewTerminal(cols, rows, Options{Checksums: true, History: 50}), NewTerminal(cols, rows, Options{Checksums: true, History: 50}), NewTerminal(cols, rows, Options{Checksums: true, History: 50})
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("panic %v: %q %d %d", r, input, cols, rows)
		}
	}()
	whole.Write(input)
	checkInvariants(t, whole)
	parts.Write(input[:split])
	kept := parts.Snapshot()
	before := screenText(kept)
	parts.Write(input[split:])
	if screenText(kept) != before {
		t.Fatal("a snapshot changed")
	}
	slow.slowPrint = true
	for _, c := range input {
		slow.Write([]byte{c})
	}
	if d := difference(whole, parts); d != "" {
		t.Fatalf("%q\nsplit at %d: %s", input, split, d)
	}
	if d := difference(whole, slow); d != "" {
		t.Fatalf("%q\nfast and slow: %s", input, d)
	}
}

func TestFastAndSlowPathsAgree(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		input := randomInput(r, 1+r.IntN(60))
		checkPaths(t, input, 1+r.IntN(20), 1+r.IntN(8), r.IntN(len(input)+1))
	}
}

// TestResizes resizes between random inputs.
func TestResizes(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 2))
		term := NewTerminal(1+r.IntN(20), 1+r.IntN(8), Options{History: 20, Reflow: seed%2 == 0})
		for range 6 {
			input := randomInput(r, 20)
			t.Logf("%q", input)
			term.Write(input)
			checkInvariants(t, term)
			t.Log(screenText(term.screen))
			cols, rows := r.IntN(30), r.IntN(12)
			t.Log(cols, rows)
			term.Resize(cols, rows)
			checkInvariants(t, term)
			for n, end := term.screen.History(); n < end; n++ {
				cells, _, _ := term.screen.AppendHistory(nil, n)
				checkHalves(t, cells, int(n))
			}
		}
	}
}

func FuzzPaths(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randomInput(rand.New(rand.NewPCG(seed, 3)), 30), uint8(10), uint8(5), uint16(20))
	}
	f.Fuzz(func(t *testing.T, input []byte, cols, rows uint8, split uint16) {
		checkPaths(t, input, int(cols), int(rows), min(int(split), len(input)))
	})
}
