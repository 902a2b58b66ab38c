package vt

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gm/vt/corpus"
)

// TestSnapshotsShareRows checks that only rows written after a snapshot are copied.
func TestSnapshotsShareRows(t *testing.T) {
	term := typed(page)
	a := term.Snapshot()
	typedInto(term, "\x1b[2;1Hx")
	b := term.Snapshot()
	for y := range 5 {
		if same := a.rows[y] == b.rows[y]; same != (y != 1) {
			t.Errorf("row %d: shared is %v", y, same)
		}
	}
	typedInto(term, "\x1b[5;1H\n")
	for y := range 4 {
		if term.screen.rows[y] != b.rows[y+1] {
			t.Errorf("row %d was copied by scrolling", y+1)
		}
	}
}

// TestSnapshotsDoNotChange takes snapshots during random input and compares them
// with their text at the end.
func TestSnapshotsDoNotChange(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	term := NewTerminal(12, 6, Options{History: 10})
	var kept []*Screen
	var texts []string
	for range 500 {
		term.Write(randomInput(r, 5))
		kept = append(kept, term.Snapshot())
		texts = append(texts, screenText(kept[len(kept)-1]))
	}
	for i, s := range kept {
		if screenText(s) != texts[i] {
			t.Fatalf("snapshot %d changed", i)
		}
	}
}

// TestSnapshotsKeepStyles writes many times more styles than a table has before it
// reclaims numbers, with snapshots in between, and checks that no screen changes.
func TestSnapshotsKeepStyles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	term, oracle := NewTerminal(20, 5, Options{History: 100}), NewTerminal(20, 5, Options{})
	oracle.screen.tables.styles.reclaimAt = maxStyles
	looks := func(s *Screen) (all []Rendition) {
		for y := range 5 {
			for x := range 20 {
				look := s.Rendition(s.Cell(x, y))
				all = append(all, look)
			}
		}
		return all
	}
	var kept []*Screen
	var were [][]Rendition
	inPlace := 0
	for range 100 {
		for range 1000 {
			input := fmt.Sprintf("\x1b[%d;38;2;%d;%d;%d;48;5;%dm\x1b[%d;%dHx\x1b[K", r.IntN(10), r.IntN(256), r.IntN(256), r.IntN(256), r.IntN(256), 1+r.IntN(5), 1+r.IntN(20))
			typedInto(term, input)
			typedInto(oracle, input)
		}
		if !slices.Equal(looks(term.screen), looks(oracle.screen)) {
			t.Fatal("a number in use was reclaimed")
		}
		if tables := term.screen.tables; !tables.shared && tables.styles.inUse != nil {
			inPlace++
		}
		now := term.screen
		if len(kept) == 0 || r.IntN(20) == 0 {
			kept, were = append(kept, term.Snapshot()), append(were, looks(now))
		}
		pen := now.Pen
		typedInto(oracle, "\x1b[H*")
		if typedInto(term, "\x1b[H*"); term.screen.Rendition(term.screen.Cell(0, 0)) != pen {
			t.Fatalf("the pen is %+v and draws %+v", pen, term.screen.Rendition(term.screen.Cell(0, 0)))
		}
	}
	for i, s := range kept {
		for n, look := range looks(s) {
			if look != were[i][n] {
				t.Fatalf("snapshot %d: cell %d is %+v, was %+v", i, n, look, were[i][n])
			}
		}
	}
	if inPlace < 20 {
		t.Errorf("numbers were reclaimed only %d times", inPlace)
	}
}

// TestScrollingMovesAlong wraps around the ring of rows many times, with the
// alternate screen, resizes and snapshots in between. The rows are always the last
// lines written.
func TestScrollingMovesAlong(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 8))
	term := NewTerminal(10, 5, Options{})
	var lines []string
	for i := range 2000 {
		lines = append(lines, fmt.Sprint("line ", i))
		typedInto(term, lines[i]+"\r\n")
		switch r.IntN(8) {
		case 0:
			typedInto(term, "\x1b[?1049h\x1b[5;1H1\n2\n3\n4\n5\n6\n7\x1b[?1049l")
		case 1:
			term.Snapshot()
		case 2:
			term.Resize(10+r.IntN(3), 5+r.IntN(2))
			term.Resize(10, 5)
		}
		want := strings.Join(lines[max(0, len(lines)-4):], "\n")
		if got := screenText(term.screen); got != want {
			t.Fatalf("after line %d:\n%s\nwant:\n%s", i, got, want)
		}
	}
	if n := cap(term.ring); n != 10 {
		t.Errorf("the reel has %d rows", n)
	}
}

func TestResume(t *testing.T) {
	s := typed("ab\x1b[1;31m\x1b[?25l\x1b]2;t\a\x1b[2;3H").Snapshot()
	term := typedInto(Resume(s), "x")
	if screenText(s) != "ab" || screenText(term.screen) != "ab\n..x" {
		t.Errorf("%q from %q", screenText(term.screen), screenText(s))
	}
	got := term.Snapshot()
	if got.Rendition(got.Cell(2, 1)) != s.Pen || !got.Cursor.Hidden || got.Title != "t" {
		t.Error("the pen, the cursor or the title was lost")
	}
}

// TestStylesAreBounded writes more styles than the table holds.
func TestStylesAreBounded(t *testing.T) {
	term := NewTerminal(10, 5, Options{})
	typedInto(term, "\x1b]8;;http://kept\a\x1b[1;38;2;1;2;3mkept 日e\u0301\x1b[m\x1b]8;;\a\x1b[5;1H\x1b[1m\x1b7")
	before := term.Snapshot()
	for i := range maxStyles + 10 {
		typedInto(term, fmt.Sprintf("\x1b[5;5H\x1b[48;5;1;38;2;%d;%d;%dmx", i>>16, i>>8&255, i&255))
	}
	checkInvariants(t, term)
	if term.screen.tables == before.tables {
		t.Fatal("the tables are still the old ones")
	}
	now := term.Snapshot()
	if n := len(now.tables.styles.list); n > minReclaim {
		t.Errorf("%d styles are left", n)
	}
	for x := range 8 {
		a, b := before.Cell(x, 0), now.Cell(x, 0)
		ra, rb := before.Rendition(a), now.Rendition(b)
		if before.tables.links.list[ra.Link] != now.tables.links.list[rb.Link] {
			t.Errorf("cell %d: another link", x)
		}
		ra.Link, rb.Link = 0, 0
		if ra != rb || string(before.AppendText(nil, a)) != string(now.AppendText(nil, b)) {
			t.Errorf("cell %d: %+v, want %+v", x, rb, ra)
		}
	}
	if got := now.Rendition(now.Cell(4, 4)).Fg; got != RGBColor(1, 0, 9) {
		t.Errorf("the last style is %x", got)
	}
	if typedInto(term, "\x1b8"); term.screen.Pen != (Rendition{Attrs: Bold}) {
		t.Errorf("the saved pen is %+v", term.screen.Pen)
	}
}

// TestStylesInUseFillTheTable checks that a style beyond the limit is shown as the
// default.
func TestStylesInUseFillTheTable(t *testing.T) {
	term := NewTerminal(MaxCols, 40, Options{})
	for i := range maxStyles + 1000 {
		typedInto(term, fmt.Sprintf("\x1b[48;5;1;38;2;%d;%d;%dmx", i>>16, i>>8&255, i&255))
	}
	checkInvariants(t, term)
	if n := len(term.screen.tables.styles.list); n != maxStyles {
		t.Errorf("%d styles", n)
	}
}

func TestClustersAndLinksAreBounded(t *testing.T) {
	term := NewTerminal(10, 5, Options{})
	for i := range maxClusters + 100 {
		typedInto(term, "\r"+string(rune(0x4e00+i%0x4000))+string(rune(0x300+i/0x4000))+"\u0301")
	}
	checkInvariants(t, term)
	if n := len(term.screen.tables.clusters.list); n > maxClusters {
		t.Errorf("%d clusters", n)
	}
	for i := range maxLinks + 100 {
		typedInto(term, fmt.Sprintf("\x1b]8;;http://%d\a\rx", i))
	}
	s := term.screen
	if n := len(s.tables.links.list); n > maxLinks {
		t.Errorf("%d links", n)
	}
	if got := s.tables.links.list[s.Rendition(s.Cell(0, 0)).Link].URI; got != fmt.Sprintf("http://%d", maxLinks+99) {
		t.Errorf("the last link is %q", got)
	}
}

// TestNoAllocations checks that parsing allocates nothing in the steady state.
func TestNoAllocations(t *testing.T) {
	for _, kind := range corpus.Kinds() {
		text := output(kind)
		term := NewTerminal(80, 24, Options{History: 1000})
		term.Write(text)
		term.Write(text)
		at := 0
		if n := testing.AllocsPerRun(200, func() {
			term.Write(text[at : at+4096])
			at += 4096
		}); n > 0 {
			t.Errorf("%s: %v allocations for a chunk", kind, n)
		}
	}
}
