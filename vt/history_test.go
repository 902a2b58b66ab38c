package vt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// historyText gives the lines of the history, oldest first; a line that goes on
// ends with a backslash.
func historyText(t *Terminal) string {
	var lines []string
	for i := t.HistoryLen() - 1; i >= 0; i-- {
		cells, wrapped := t.AppendHistory(nil, i)
		var b []byte
		for _, c := range cells {
			b = t.screen.AppendText(b, c)
		}
		if wrapped {
			b = append(b, '\\')
		}
		lines = append(lines, string(b))
	}
	return strings.Join(lines, "\n")
}

func TestHistory(t *testing.T) {
	for name, c := range map[string]struct{ input, want string }{
		"lines":            {"a\r\nb\r\nc\r\nd\r\ne", "a\nb"},
		"wrapped":          {"0123456789ab\r\n\n\n", "0123456789\\\nab"},
		"blanks inside":    {"a\x1b[3Cb\r\n\n\n", "a   b"},
		"wide and marks":   {"日e\u0301é👍\r\n\n\n", "日e\u0301é👍"},
		"SU":               {"a\r\nb\x1b[2S", "a\nb"},
		"region at top":    {"a\r\nb\x1b[1;2r\x1b[2;1H\n", "a"},
		"region below":     {"a\r\nb\x1b[2;3r\x1b[3;1H\n", ""},
		"columns":          {"a\x1b[?69h\x1b[1;4s\x1b[3;1H\n", ""},
		"DL":               {"a\r\nb\x1b[H\x1b[M", ""},
		"alternate screen": {"\x1b[?1049ha\r\nb\r\nc\r\nd\r\n", ""},
		"ED 3":             {"a\r\nb\r\nc\r\nd\x1b[3J", ""},
		"RIS keeps it":     {"a\r\nb\r\nc\r\nd\x1bc", "a"},
	} {
		term := typedInto(NewTerminal(10, 3, Options{History: 100}), c.input)
		if got := historyText(term); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if typed(strings.Repeat("x\r\n", 50)).HistoryLen() != 0 {
		t.Error("a history that nobody asked for")
	}
}

// TestHistoryRenditions keeps rows and compares them with what is read back.
func TestHistoryRenditions(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 4))
		term := NewTerminal(20, 3, Options{History: 5})
		typedInto(term, "\x1b]8;;http://x\a\x1b[1m\x1b]8;;\a")
		term.Write(randomInput(r, 15))
		typedInto(term, "\x18\x1b[4i\x18\x1b<\x1b[?47l\x1b[r\x1b[?69l\x1b[H\x1b#5")
		first := term.screen.rows[0].clone(nil)
		old := term.screen.Clone()
		term.history.clear()
		typedInto(term, "\x1b[S")
		cells, wrapped := term.AppendHistory(nil, 0)
		if wrapped != first.wrapped {
			t.Fatalf("seed %d: wrapped is %v", seed, wrapped)
		}
		for x, c := range first.cells {
			var got Cell
			if x < len(cells) {
				got = cells[x]
			}
			if string(old.AppendText(nil, c)) != string(term.screen.AppendText(nil, got)) ||
				old.Rendition(c) != term.screen.Rendition(got) || c.Wide() != got.Wide() {
				t.Fatalf("seed %d column %d: %x, want %x", seed, x, got, c)
			}
		}
	}
}

func TestHistoryLimits(t *testing.T) {
	term := NewTerminal(80, 24, Options{History: 100})
	for i := range 5000 {
		typedInto(term, fmt.Sprintf("line %d\r\n", i))
	}
	if n := term.HistoryLen(); n != 100 {
		t.Errorf("%d lines", n)
	}
	if got := historyText(term); !strings.HasPrefix(got, "line 4877\n") || !strings.HasSuffix(got, "line 4976") {
		t.Errorf("from %.10q to %q", got, got[len(got)-9:])
	}
	if NewTerminal(2, 1, Options{History: 1 << 30}).history.limit != MaxHistory {
		t.Error("no limit to the lines")
	}

	// Rows that are expensive to keep: each cell has a style of its own.
	term = typedInto(NewTerminal(MaxCols, 1, Options{History: MaxHistory}), "\x1b[1mx")
	for i := range 400 {
		for x := range MaxCols {
			term.screen.writable(0).fill(x, x+1, Cell(0x10ffff).withRendition(term.penCell*Cell((i+x)&1)))
		}
		for range 5 {
			term.history.push(term.screen.rows[0], term.screen.tables)
		}
	}
	if b := term.history.bytes; b > maxHistoryBytes {
		t.Errorf("%d bytes", b)
	}
	if n, lines := 0, term.history.lines; lines > 0 {
		for _, b := range term.history.blocks {
			n += len(b.ends)
		}
		if n != lines || n >= 2000 {
			t.Errorf("%d lines, counted as %d", n, lines)
		}
	}
}

// TestHistorySize: 10,000 lines of ordinary text take at most 2 MB, and those of a
// picture, with a colour for each cell, at most 8.
func TestHistorySize(t *testing.T) {
	for kind, most := range map[string]int{"log": 2 << 20, "rgb": 8 << 20} {
		term := NewTerminal(80, 24, Options{History: 10_000})
		text := output(kind)
		for term.HistoryLen() < 10_000 {
			term.Write(text)
		}
		size, counted := 0, 0
		for _, b := range term.history.blocks {
			counted += b.size()
			size += cap(b.data) + 4*cap(b.ends) + penBytes*cap(b.pens) + linkBytes*cap(b.links)
		}
		if size > most {
			t.Errorf("%s: %d bytes", kind, size)
		}
		if got := term.history.bytes + term.history.newest.size(); counted != got {
			t.Errorf("%s: %d bytes are counted as %d", kind, counted, got)
		}
	}
}

// TestHistoryStyles: lines come back in the renditions that they had, more of them
// than a block numbers.
func TestHistoryStyles(t *testing.T) {
	term := NewTerminal(20, 2, Options{History: 10_000})
	var want []Rendition
	var links []Link
	for i := range 2000 {
		link := ""
		if i%7 == 0 {
			link = fmt.Sprintf("http://x/%d", i%5)
		}
		typedInto(term, fmt.Sprintf("\x1b]8;;%s\a\x1b[0;%d;38;2;%d;1;2;48;5;%d;58:2::3:2:%d;4:%dmx\x1b[m\x1b]8;;\a\r\n", link, i%9, i%256, i/256, i%256, i%6))
		r := Rendition{Fg: RGBColor(uint8(i), 1, 2), Bg: PaletteColor(uint8(i / 256)), UnderlineColor: RGBColor(3, 2, uint8(i)), Underline: Underline(i % 6)}
		r.Attrs = sgrOn[i%9]
		want, links = append(want, r), append(links, Link{URI: link})
	}
	for i := range want[:1999] {
		cells, _ := term.AppendHistory(nil, 1998-i)
		got := term.screen.Rendition(cells[0])
		if l := term.screen.tables.links.list[got.Link]; l != links[i] {
			t.Fatalf("line %d: %+v, want %+v", i, l, links[i])
		}
		if got.Link = 0; got != want[i] {
			t.Fatalf("line %d: %+v, want %+v", i, got, want[i])
		}
	}
}

// TestHistoryKeepsCells scrolls random lines off the screen and holds what comes
// back against what they were.
func TestHistoryKeepsCells(t *testing.T) {
	pieces := []string{"a", "  ", "word", "é", "─", "日", "x\u0301", "日\u0301", "\x1b[31m", "\x1b[m", "\x1b[1\"q", "\x1b[\"q", "\x1b[3C", "\x1b[38;2;1;2;3m", "👍"}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 11))
		term := NewTerminal(60, 2, Options{History: 10})
		for range 40 {
			typedInto(term, strings.Repeat(pieces[r.IntN(len(pieces))], 1+r.IntN(20)*r.IntN(2)))
		}
		typedInto(term, "\x1b[H")
		want := term.screen.rows[0]
		term.history.push(want, term.screen.tables)
		cells, wrapped := term.AppendHistory(nil, 0)
		if wrapped != want.wrapped {
			t.Fatalf("seed %d: wrapped is %v", seed, wrapped)
		}
		for x, c := range want.cells {
			var got Cell
			if x < len(cells) {
				got = cells[x]
			}
			if (c^got)&cellVisible != 0 {
				t.Fatalf("seed %d: cell %d is %x, want %x", seed, x, got, c)
			}
		}
	}
}
