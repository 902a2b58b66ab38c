package vt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// historyText returns the lines of the history, oldest first; a line that continues
// ends with a backslash.
func historyText(s *Screen) string {
	var lines []string
	for n, end := s.History(); n < end; n++ {
		cells, wrapped, kept := s.AppendHistory(nil, n)
		if !kept {
			continue
		}
		var b []byte
		for _, c := range cells {
			b = s.AppendText(b, c)
		}
		if wrapped {
			b = append(b, '\\')
		}
		lines = append(lines, string(b))
	}
	return strings.Join(lines, "\n")
}

// historyLen returns the number of lines kept, if none were retracted.
func historyLen(s *Screen) int {
	first, end := s.History()
	return int(end - first)
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
		t.Run(name, func(t *testing.T) {
			term := typedInto(NewTerminal(10, 3, Options{History: 100}), c.input)
			if got := historyText(term.screen); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		})
	}
	if _, end := typed(strings.Repeat("x\r\n", 50)).screen.History(); end != 0 {
		t.Error("lines are kept without Options.History")
	}
}

// TestHistoryRenditions compares random rows with the lines read back.
func TestHistoryRenditions(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 4))
		term := NewTerminal(20, 3, Options{History: 5})
		typedInto(term, "\x1b]8;;http://x\a\x1b[1m\x1b]8;;\a")
		term.Write(randomInput(r, 15))
		typedInto(term, "\x18\x1b[4i\x18\x1b<\x1b[?47l\x1b[r\x1b[?69l\x1b[H\x1b#5")
		first := term.screen.rows[0].clone(nil)
		old := term.screen.Clone()
		term.historyWriter.clear(&term.screen.history)
		_, end := term.screen.History()
		typedInto(term, "\x1b[S")
		cells, wrapped, _ := term.screen.AppendHistory(nil, end)
		if wrapped != (first.wrapped && first.full()) {
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
	if first, end := term.screen.History(); first != 4877 || end != 4977 {
		t.Errorf("lines %d to %d", first, end)
	}
	if got := historyText(term.screen); !strings.HasPrefix(got, "line 4877\n") || !strings.HasSuffix(got, "line 4976") {
		t.Errorf("from %.10q to %q", got, got[len(got)-9:])
	}
	if NewTerminal(2, 1, Options{History: 1 << 30}).screen.history.limit != MaxHistory {
		t.Error("no limit to the lines")
	}

	// Rows that are expensive to keep: each cell has a style of its own.
	term = typedInto(NewTerminal(MaxCols, 1, Options{History: MaxHistory}), "\x1b[1mx")
	for i := range 400 {
		for x := range MaxCols {
			term.screen.writable(0).fill(x, x+1, Cell(0x10ffff).withRendition(term.penCell*Cell((i+x)&1)))
		}
		for range 5 {
			term.historyWriter.push(term.screen, term.screen.rows[0])
		}
	}
	h := &term.screen.history
	if n := h.size(&history{}) - h.newest().size(); n > maxHistoryBytes {
		t.Errorf("%d bytes", n)
	}
	n := 0
	for _, b := range h.blocks {
		n += len(b.ends)
	}
	if n != h.lines || n >= 2000 {
		t.Errorf("%d lines, counted as %d", n, h.lines)
	}
}

// TestHistorySize checks that 10,000 lines take at most 2 MB if they are ordinary
// text, and at most 8 MB if they are a picture with a colour for each cell.
func TestHistorySize(t *testing.T) {
	for kind, most := range map[string]int{"log": 2 << 20, "rgb": 8 << 20} {
		t.Run(kind, func(t *testing.T) {
			term := NewTerminal(80, 24, Options{History: 10_000})
			text := output(kind)
			for historyLen(term.screen) < 10_000 {
				term.Write(text)
			}
			size := 0
			for _, b := range term.screen.history.blocks {
				size += cap(b.data) + 4*cap(b.ends) + penBytes*cap(b.pens) + linkBytes*cap(b.links)
			}
			if size > most {
				t.Errorf("%s: %d bytes", kind, size)
			}
		})
	}
}

// TestHistoryStyles checks that lines keep their renditions if there are more of
// these than numbers in a block.
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
		cells, _, _ := term.screen.AppendHistory(nil, uint64(i))
		got := term.screen.Rendition(cells[0])
		if l := term.screen.tables.links.list[got.Link]; l != links[i] {
			t.Fatalf("line %d: %+v, want %+v", i, l, links[i])
		}
		if got.Link = 0; got != want[i] {
			t.Fatalf("line %d: %+v, want %+v", i, got, want[i])
		}
	}
}

// TestHistoryKeepsCells compares random lines, with wide characters and marks, with
// the lines read back.
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
		_, end := term.screen.History()
		term.historyWriter.push(term.screen, want)
		cells, wrapped, _ := term.screen.AppendHistory(nil, end)
		if wrapped != (want.wrapped && want.full()) {
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

// keptLines returns the numbers and texts of the lines that s keeps.
func keptLines(s *Screen) map[uint64]string {
	lines := map[uint64]string{}
	for n, end := s.History(); n < end; n++ {
		if cells, _, kept := s.AppendHistory(nil, n); kept {
			var text []byte
			for _, c := range cells {
				text = s.AppendText(text, c)
			}
			lines[n] = string(text)
		}
	}
	return lines
}

func writeLines(term *Terminal, from, to int) {
	for i := from; i < to; i++ {
		typedInto(term, fmt.Sprintf("line %d\r\n", i))
	}
}

func TestHistoryNumbers(t *testing.T) {
	term := NewTerminal(20, 2, Options{History: 1000})
	writeLines(term, 0, 5001)
	first, end := term.screen.History()
	if first != 4000 || end != 5000 {
		t.Fatalf("lines %d to %d", first, end)
	}
	for n, text := range keptLines(term.screen) {
		if want := fmt.Sprintf("line %d", n); text != want {
			t.Fatalf("line %d: %q", n, text)
		}
	}
	for _, n := range []uint64{0, 3999, 5000, 1 << 40} {
		if cells, wrapped, kept := term.screen.AppendHistory(nil, n); kept || wrapped || cells != nil {
			t.Errorf("line %d is kept", n)
		}
	}
	typedInto(term, "\x1b[3J")
	if first, end := term.screen.History(); first != 5000 || end != 5000 {
		t.Errorf("lines %d to %d after ED 3", first, end)
	}
	writeLines(term, 5001, 5003)
	if got := keptLines(term.screen); len(got) != 2 || got[5000] != "line 5000" || got[5001] != "line 5001" {
		t.Errorf("after ED 3: %v", got)
	}
}

// TestHistorySnapshots takes snapshots while lines scroll off. Each has the lines
// up to its time, shares their memory, and loses the lines that are dropped later.
func TestHistorySnapshots(t *testing.T) {
	const limit = 3000
	term := NewTerminal(20, 2, Options{History: limit})
	var snapshots []*Screen
	for i := range 100 {
		writeLines(term, 100*i, 100*i+100)
		snapshots = append(snapshots, term.Snapshot())
	}
	writeLines(term, 10_000, 30_000)
	oldest, _ := term.screen.History()
	for i, s := range snapshots {
		first, end := s.History()
		if want := uint64(100*i + 99); end != want {
			t.Fatalf("snapshot %d ends with line %d, want %d", i, end, want)
		}
		lines := keptLines(s)
		for n, text := range lines {
			if text != fmt.Sprintf("line %d", n) {
				t.Fatalf("snapshot %d, line %d: %q", i, n, text)
			}
		}
		if want := end - first; uint64(len(lines)) != want {
			t.Errorf("snapshot %d: %d lines, want %d", i, len(lines), want)
		}
		if first < end && first+historyBlock < oldest {
			t.Errorf("snapshot %d still has line %d", i, first)
		}
	}
	a, b := term.Snapshot(), term.Snapshot()
	if n := a.MemSize(b) - a.cols*len(a.rows)*cellBytes; n > 0 {
		t.Errorf("a snapshot has %d bytes of its own", n)
	}
	if n := a.MemSize(nil); n < limit*len("line 1000") {
		t.Errorf("%d bytes with the history", n)
	}
}

// TestHistoryCopies appends different lines to two copies of a screen in turn.
func TestHistoryCopies(t *testing.T) {
	term := NewTerminal(20, 2, Options{History: 500})
	writeLines(term, 0, 101)
	var w [2]historyWriter
	copies := [2]*Screen{term.Snapshot(), term.Snapshot()}
	row := func(text string) *row {
		return typedInto(NewTerminal(20, 1, Options{}), text).screen.rows[0]
	}
	for i := 100; i < 20_000; i++ {
		for c := range copies {
			if i/50%(2+c) == 0 { // runs of lines, of other lengths in each
				continue
			}
			w[c].push(copies[c], row(fmt.Sprintf("%c %d", 'a'+c, copies[c].history.next)))
		}
	}
	for c, s := range copies {
		lines := keptLines(s)
		for n, text := range lines {
			if want := fmt.Sprintf("%c %d", 'a'+c, n); text != want {
				t.Fatalf("copy %d, line %d: %q", c, n, text)
			}
		}
		if len(lines) != 500 {
			t.Errorf("copy %d: %d lines", c, len(lines))
		}
	}
	if got := keptLines(term.screen); len(got) > 100 {
		t.Errorf("the terminal has got %d lines", len(got))
	}
}

// TestHistoryRetract takes lines back into a window that grows. Their numbers are
// not used again, and a snapshot from before keeps them.
func TestHistoryRetract(t *testing.T) {
	term := NewTerminal(20, 2, Options{History: 500, Reflow: true})
	writeLines(term, 0, 101)
	before := term.Snapshot()
	for range 300 {
		term.Resize(20, 12)
		term.Resize(20, 2)
	}
	if got := keptLines(before); len(got) != 100 || got[99] != "line 99" {
		t.Errorf("the snapshot has %d lines, the last of them %q", len(got), got[99])
	}
	first, end := term.screen.History()
	if first != 0 || end != 100+300*12 {
		t.Errorf("lines %d to %d", first, end)
	}
	lines := keptLines(term.screen)
	if len(lines) != 100 || lines[end-1] != "line 99" || lines[87] != "line 87" || lines[88] != "" {
		t.Errorf("%d lines, the last of them %q", len(lines), lines[end-1])
	}
	writeLines(term, 101, 1000)
	if n := len(keptLines(term.screen)); n != 500 {
		t.Errorf("%d lines", n)
	}
}
