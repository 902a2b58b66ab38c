package vt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// dialects returns the dialects with which the properties of a diff are tested.
func dialects() map[string]Dialect {
	all := map[string]Dialect{"stock": Stock(), "full": Full()}
	for _, term := range []string{"xterm-256color", "xterm-kitty", "tmux-256color", "screen", "linux", "vt100", "dumb"} {
		all[term] = UserTerminal(term, "")
	}
	return all
}

// painter generates random screens by painting.
type painter struct {
	*rand.Rand
	enlarging bool // rows may become double width
}

func newPainter(seed uint64) painter {
	return painter{rand.New(rand.NewPCG(seed, 0)), seed%3 == 0}
}

func (p painter) color() Color {
	switch p.IntN(5) {
	case 0:
		return PaletteColor(uint8(p.IntN(16)))
	case 1:
		return PaletteColor(uint8(p.IntN(256)))
	case 2:
		return RGBColor(uint8(p.IntN(256)), uint8(p.IntN(256)), uint8(p.IntN(256)))
	}
	return 0
}

func (p painter) rgbOrNone() Color {
	if p.IntN(3) == 0 {
		return 0
	}
	return RGBColor(uint8(p.IntN(256)), uint8(p.IntN(256)), uint8(p.IntN(256)))
}

func (p painter) rendition(s *Screen) Rendition {
	if p.IntN(2) == 0 {
		return Rendition{}
	}
	r := Rendition{Fg: p.color(), Bg: p.color()}
	if p.IntN(3) == 0 {
		most, some := Attrs(p.IntN(512)), Attrs(p.IntN(512))
		r.Attrs = most & some
		r.Underline = Underline(p.IntN(6))
		r.UnderlineColor = p.color()
	}
	if p.IntN(8) == 0 {
		r.Link = uint16(s.tables.links.number(Link{"", fmt.Sprintf("http://x/%d", p.IntN(3))}))
	}
	return r
}

var paintedTexts = []string{
	"a", "hello", "the quick brown fox", "============", "    ", "x          y", "世界", "日本語テキスト",
	"e\u0301te\u0301", "│├──┤", "\u2630\u2631", "\U0001fae8", "\u00ad", "\U0001f600!", "\u1160z", "❤\ufe0f",
	"long line of text that goes on and on and on until it is cut off at the edge of the screen",
}

// change applies a random change.
func (p painter) change(s *Screen) {
	cols, rows := s.Size()
	x, y := p.IntN(cols), p.IntN(rows)
	r := p.rendition(s)
	switch p.IntN(12) {
	default:
		s.DrawText(x, y, paintedTexts[p.IntN(len(paintedTexts))], r)
	case 0:
		s.Erase(x, y, p.IntN(cols), Rendition{Bg: r.Bg})
	case 1:
		s.InsertCells(x, y, p.IntN(4), Rendition{})
	case 2:
		s.DeleteCells(x, y, p.IntN(4), Rendition{})
	case 3:
		s.writable(y).wrapped = p.IntN(2) == 0
	case 4, 5:
		p.scroll(s)
	case 6:
		s.SetRendition(x, y, r)
	case 7:
		p.state(s)
	case 8:
		for i := y; i < rows; i++ {
			s.Erase(0, i, cols, Rendition{Bg: r.Bg})
		}
	}
	if p.enlarging && p.IntN(5) == 0 {
		s.SetLineAttribute(y, []LineAttribute{SingleWidth, DoubleWidth, DoubleHeightTop, DoubleHeightBottom}[p.IntN(4)])
	}
	s.Cursor.X, s.Cursor.Y = p.IntN(cols), p.IntN(rows)
	shown := s.rows[s.Cursor.Y].columns()
	if shown < cols && p.IntN(2) == 0 {
		s.Cursor.X = min(shown-1+p.IntN(3), cols-1)
	}
	s.Cursor.PendingWrap = s.Cursor.X == shown-1 && p.IntN(2) == 0
}

func (p painter) scroll(s *Screen) {
	rows := len(s.rows)
	top := p.IntN(rows)
	region := s.rows[top : top+1+p.IntN(rows-top)]
	by := p.IntN(2*len(region)+1) - len(region)
	shift(region, by)
	for i := range region {
		if region[i] == nil {
			region[i] = &row{cells: make([]Cell, s.cols), owner: s.owner}
		}
	}
}

// state changes a random part of a screen that is not in its cells.
func (p painter) state(s *Screen) {
	switch p.IntN(11) {
	case 6:
		for range p.IntN(40) {
			s.setColor(p.IntN(slotCount), p.rgbOrNone())
		}
	case 0:
		s.Bells += uint64(p.IntN(3))
		s.Directory = paintedTexts[p.IntN(3)]
		s.Progress = Progress{ProgressState(p.IntN(5)), 0}
		if s.Progress.State == ProgressNormal {
			s.Progress.Percent = uint8(p.IntN(101))
		}
		s.Pointer = []string{"", "text", "hand2"}[p.IntN(3)]
	case 8:
		s.setNote(Note{[]string{noteCwd, noteDirectory, noteVariable + "a=", noteVariable + "b="}[p.IntN(4)], []string{"", "YQ==", "Yg=="}[p.IntN(3)]})
	case 1:
		s.Title, s.TitleSet = paintedTexts[p.IntN(4)], true
	case 2:
		s.Icon, s.TitleSet = paintedTexts[p.IntN(4)], true
	case 3:
		s.setClipboard(Clipboard{[]string{"", "c", "p", "pc"}[p.IntN(4)], "Zm9v", 0})
	case 7:
		for range p.IntN(4) {
			s.addEvent(paintedEvents[p.IntN(len(paintedEvents))])
			s.top += p.IntN(2)
		}
	case 4:
		s.Pen = p.rendition(s)
	case 5:
		s.Cursor.Hidden, s.Cursor.Shape = p.IntN(2) == 0, uint8(p.IntN(7))
	default:
		some := func() bool { return p.IntN(2) == 0 }
		s.Modes = Modes{
			ReverseVideo: some(), BracketedPaste: some(), FocusEvents: some(),
			Mouse:         []MouseMode{0, 9, 1000, 1002, 1003}[p.IntN(5)],
			MouseEncoding: []MouseEncoding{0, 1005, 1006, 1015, 1016}[p.IntN(5)],
			KittyKeys:     uint8(p.IntN(32)), ModifyOtherKeys: uint8(p.IntN(3)),
			CursorKeys: some(), Keypad: some(), BackArrow: some(),
		}
		for _, t := range s.Modes.toggles() {
			*t = Toggle(p.IntN(3))
		}
	}
}

// descend returns a copy of s with n random changes.
func (p painter) descend(s *Screen, n int) *Screen {
	s = s.Clone()
	for range n {
		p.change(s)
	}
	s.blankHiddenHalf()
	return s
}

// events returns got with the parts of want that a diff does not transfer exactly: it
// carries that a bell rang, a clipboard was set or an event occurred, but not the
// number, and clears a title with an empty one. checkEvents tests the events.
func events(got, want *Screen) *Screen {
	got = got.Clone()
	got.Bells, got.Clipboards, got.Events = want.Bells, want.Clipboards, want.Events
	got.TitleSet = want.TitleSet
	return got
}

// explain describes the first difference of two screens.
func explain(got, want *Screen, d Dialect) string {
	e := newCellComparer(got, want, d)
	for y := range want.rows {
		for x := range want.cols {
			if !e.same(got.Cell(x, y), want.Cell(x, y)) {
				return fmt.Sprintf("cell %d,%d: %q %+v, want %q %+v", x, y,
					got.AppendText(nil, got.Cell(x, y)), got.Rendition(got.Cell(x, y)),
					want.AppendText(nil, want.Cell(x, y)), want.Rendition(want.Cell(x, y)))
			}
		}
	}
	return fmt.Sprintf("got %+v %+v %+v\nwant %+v %+v %+v", got.Cursor, got.Pen, got.Modes, want.Cursor, want.Pen, want.Modes)
}

// checkDiff tests the properties of one diff and returns the receiver's screen.
func checkDiff(t *testing.T, from, to *Screen, d Dialect) *Screen {
	t.Helper()
	diff := AppendDiff(nil, from, to, d)
	got, err := receiveDiff(from, diff, d)
	if err != nil {
		t.Fatal(err)
	}
	if got = events(got, to); !got.EqualIn(to, d) {
		t.Fatalf("diff %q: %s", diff, explain(got, to, d))
	}
	checkEvents(t, diff, from, to, d)
	if d.LineAttributes {
		got, err := receiveDiffSingleWidth(from, diff, d)
		single := d
		single.LineAttributes = false
		if err != nil || !events(got, to).EqualIn(to, single) {
			t.Fatalf("without lines of double width: %v: %q: %s", err, diff, explain(got, to, single))
		}
	}
	if repaint := AppendRepaint(nil, from, to, d); !d.HideCursor && len(diff) > len(repaint)+40 {
		t.Fatalf("diff of %d bytes, repaint of %d:\n%q\n%q", len(diff), len(repaint), diff, repaint)
	}
	if n := bytes.Count(diff, []byte("\x1b[?25l")); n > 1 {
		t.Fatalf("the cursor is hidden %d times: %q", n, diff)
	}
	if again := AppendDiff(nil, to, to.Clone(), d); len(again) != 0 {
		t.Fatalf("diff of equal screens: %q", again)
	}
	return got
}

func TestDiffOfPaintedScreens(t *testing.T) {
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(150) {
				p := newPainter(seed)
				a := p.descend(NewScreen(1+p.IntN(90), 1+p.IntN(30)), p.IntN(60))
				b := p.descend(a, p.IntN(20))
				other := p.descend(NewScreen(a.Size()), p.IntN(60))
				t.Log("seed", seed)
				checkDiff(t, a, b, d)
				checkDiff(t, b, a, d)
				checkDiff(t, a, other, d)
			}
		})
	}
}

func TestDiffChainsDoNotDrift(t *testing.T) {
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(30) {
				t.Log("seed", seed)
				p := newPainter(seed)
				sent := NewScreen(1+p.IntN(90), 1+p.IntN(30))
				shown := sent.Clone()
				for range 50 {
					next := p.descend(sent, p.IntN(6))
					got, err := receiveDiff(shown, AppendDiff(nil, sent, next, d), d)
					if err != nil {
						t.Fatal(err)
					}
					if shown = events(got, next); !shown.EqualIn(next, d) {
						t.Fatal(explain(shown, next, d))
					}
					sent = next
				}
			}
		})
	}
}

func TestRepaintFromAnyState(t *testing.T) {
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(100) {
				t.Log("seed", seed)
				p := newPainter(seed)
				cols, rows := 1+p.IntN(90), 1+p.IntN(30)
				any := p.descend(NewScreen(cols, rows), 40)
				to := p.descend(NewScreen(cols, rows), 40)
				checkRepaint(t, any, to, d)
			}
		})
	}
}

// checkRepaint repaints a terminal that shows any and returns the output.
func checkRepaint(t *testing.T, any, to *Screen, d Dialect) []byte {
	t.Helper()
	any.Modes.BackArrow = any.Modes.BackArrow && to.Modes.BackArrow // a repaint does not reset it
	repaint := bytes.Replace(AppendRepaint(nil, any, to, d), []byte("\x0f\x1b(B"), nil, 1)
	got, err := receiveDiff(any, repaint, d)
	if err != nil {
		t.Fatal(err)
	}
	got = events(got, to)
	if to.Directory == "" {
		got.Directory = ""
	}
	if !to.TitleSet {
		got.Title, got.Icon, got.TitleSet = "", "", false
	}
	if !got.EqualIn(to, d) {
		t.Fatalf("%q: %s", repaint, explain(got, to, d))
	}
	return repaint
}

// textScreen returns a screen of lines.
func textScreen(cols, rows int, lines ...string) *Screen {
	s := NewScreen(cols, rows)
	for y, l := range lines {
		s.DrawText(0, y, l, Rendition{})
	}
	return s
}

// numbered returns a screen of lines with line numbers at the left.
func numbered(lines []string) *Screen {
	s := NewScreen(80, len(lines))
	for y, l := range lines {
		s.DrawText(0, y, fmt.Sprintf("%6d  %s", y+1, l), Rendition{})
	}
	return s
}

func TestDiffBytes(t *testing.T) {
	lines := strings.Split(strings.Repeat("some line of text number 0\n", 30), "\n")[:30]
	for i := range lines {
		lines[i] += fmt.Sprint(i * 7919)
	}
	at := func(s *Screen, x, y int) *Screen { s.Cursor.X, s.Cursor.Y = x, y; return s }
	prompt := at(textScreen(80, 24, "$ ls"), 4, 0)
	inner := append(append(append([]string{}, lines[:5]...), lines[6:15]...), append([]string{"new"}, lines[15:24]...)...)
	for _, c := range []struct {
		name     string
		from, to *Screen
		stock    string
	}{
		{"typing", prompt, at(textScreen(80, 24, "$ ls "), 5, 0), " "},
		{"typing a letter", prompt, at(textScreen(80, 24, "$ ls -"), 6, 0), " -"},
		{"backspace", prompt, at(textScreen(80, 24, "$ l"), 3, 0), "\b \b"},
		{"typing in a line", at(textScreen(80, 24, "$ ls /some/where -l"), 5, 0), at(textScreen(80, 24, "$ ls -a /some/where -l"), 8, 0), "\x1b[3@-a "},
		{"deleting in a line", at(textScreen(80, 24, "$ ls -a /some/where -l"), 5, 0), at(textScreen(80, 24, "$ ls /some/where -l"), 5, 0), "\x1b[3P"},
		{"text beside line numbers", at(numbered(lines[:24]), 0, 0), at(numbered(lines[1:25]), 0, 0), ""},
		{"clear", at(textScreen(80, 24, lines...), 4, 3), NewScreen(80, 24), "\x1b[H\x1b[J"},
		{"scroll by a line", at(textScreen(80, 24, lines[:24]...), 0, 23), at(textScreen(80, 24, lines[1:25]...), 0, 23), "\x1b[S" + lines[24] + "\r"},
		{"scroll down", at(textScreen(80, 24, lines[1:25]...), 0, 0), at(textScreen(80, 24, lines[:24]...), 0, 0), "\x1b[T" + lines[0] + "\r"},
		{"scroll in a region", at(textScreen(80, 24, lines[:24]...), 0, 0), at(textScreen(80, 24, inner...), 0, 0), "\x1b[6;15r\x1b[S\x1b[r\x1b[15Hnew\x1b[H"},
		{"delete a line", at(textScreen(80, 24, lines[:24]...), 0, 3), at(textScreen(80, 24, append(append([]string{}, lines[:3]...), lines[4:24]...)...), 0, 3), "\x1b[M"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := AppendDiff(nil, c.from, c.to, Stock())
			if c.stock == "" {
				if !bytes.HasPrefix(got, []byte("\x1b[S")) || len(got) > 180 {
					t.Errorf("%q", got)
				}
			} else if string(got) != c.stock {
				t.Errorf("%q, want %q", got, c.stock)
			}
		})
	}
}
