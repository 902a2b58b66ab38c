package display

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gm/vt"
)

// sessionRules are the rules of a session's terminal.
var sessionRules = terminalRules{name: "session", topRegion: true, su: true}

// rig is a session that a Display shows in a user's terminal.
type rig struct {
	*testing.T
	r          *rand.Rand
	program    *vt.Terminal
	reference  *terminal // as if the program wrote to it without a Display
	user       *terminal
	display    *Display
	viewport   vt.Viewport
	before     []string // what the user's terminal had before the session
	rowsBefore []string // the same in rows
	numbered   int      // lines so far
	queue      []func() // what the server has still to do
	log        []string
}

func newTestRig(t *testing.T, rules terminalRules, seed uint64, cols, rows int) *rig {
	r := &rig{T: t, r: rand.New(rand.NewPCG(seed, 1))}
	r.program = vt.NewTerminal(cols, rows, vt.Options{History: 5000, Reflow: true})
	r.program.SetHistory(5000, false)
	r.reference = newTerminal(sessionRules, cols, rows)
	r.user = newTerminal(rules, cols, rows)
	r.display = New(vt.UserTerminal("xterm-256color", "truecolor"))
	r.display.UseScrollback("")
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d, %s, %d by %d:\n%s", seed, rules.name, cols, rows, strings.Join(r.log, "\n"))
		}
	})
	return r
}

// start begins the session below some lines, which may end in the middle of a row.
func (r *rig) start() {
	wide := 1
	if r.user.fixedLines { // it cuts rows that are too wide
		wide = 0
	}
	for i := range r.r.IntN(2 * r.user.rows) {
		fmt.Fprintf(r.user, "before %d%s\r\n", i, strings.Repeat(" more", r.r.IntN(10)*wide))
	}
	fmt.Fprint(r.user, "$ gm host\r\n")
	r.before, r.rowsBefore = r.user.transcript(), r.user.windowRows()
	r.take(r.display.Start(nil, r.user.cols, r.user.rows))
	r.locate()
}

// take writes output of the Display.
func (r *rig) take(out []byte) {
	r.Helper()
	r.logf("display %q", out)
	r.user.forbidden = nil
	r.user.Write(out)
	for _, sequence := range r.user.forbidden {
		if sequence != "3J" || r.reference.erasures < r.user.erasures {
			r.Fatalf("writes CSI %s", sequence)
		}
	}
}

func (r *rig) logf(format string, args ...any) { r.log = append(r.log, fmt.Sprintf(format, args...)) }

func (r *rig) write(output string) {
	r.logf("program %q", output)
	r.program.Write([]byte(output))
	r.reference.Write([]byte(output))
}

// eraseScreen writes ED 2, which adds the screen to the history.
func (r *rig) eraseScreen() {
	r.program.AllowErased()
	r.reference.ed2 = true
	r.write("\x1b[2J")
	r.reference.ed2 = false
}

func (r *rig) off(s *vt.Screen) ScrolledOff {
	_, end := s.History()
	return ScrolledOff{Screen: s, Top: end, Clears: s.Clears, Alternate: r.program.AlternateScreen()}
}

// shown returns the screen in the user's window, as the client shows it until the session
// has the size of the window.
func (r *rig) shown(s *vt.Screen) *vt.Screen {
	cols, rows := s.Size()
	s = r.viewport.Show(s, min(cols, r.user.cols), min(rows, r.user.rows))
	if r.user.cols > cols || r.user.rows > rows {
		s = s.Resized(r.user.cols, r.user.rows)
	}
	return s
}

// frame paints a frame and reports whether another one is due.
func (r *rig) frame(overlay bool) (behind bool) {
	r.Helper()
	snapshot := r.program.Snapshot()
	s, off := r.shown(snapshot), r.off(snapshot)
	if overlay {
		s = s.Clone()
		s.DrawText(0, 0, "gm: a notice", vt.Rendition{Attrs: vt.Inverse})
	}
	r.take(r.display.Frame(nil, s, off))
	return r.display.Behind(off)
}

func (r *rig) locate() {
	if !r.display.NeedsPosition() {
		return
	}
	r.logf("cursor in row %d", r.user.y)
	r.take(r.display.Locate(nil, r.user.cols, r.user.rows, r.user.y, !r.user.fixedLines))
	if from, span := r.display.Scrolled(); span != (vt.Span{}) {
		r.queue = append(r.queue, func() {
			r.logf("server: scroll off %d %+v", from, span)
			r.program.ScrollOff(from, span)
		})
	}
}

// resize gives the window another size, of which the server learns later.
func (r *rig) resize(cols, rows int) {
	r.logf("window %d by %d, cursor was in %d,%d", cols, rows, r.user.x, r.user.y)
	r.user.resize(cols, rows)
	r.display.Resized()
	r.queue = append(r.queue, func() {
		r.logf("server: resize to %d by %d", cols, rows)
		r.program.Resize(cols, rows)
	})
}

// resizeAtRandom gives the window one or several other sizes.
func (r *rig) resizeAtRandom() {
	cols, rows := r.user.cols, r.user.rows
	for range 1 + r.r.IntN(2) {
		if r.r.IntN(3) > 0 {
			cols = 12 + r.r.IntN(80)
		}
		if r.r.IntN(3) > 0 {
			rows = 2 + r.r.IntN(25)
		}
		if r.user.fixedLines { // one at a time: it cuts lines as they are broken
			if r.settle(); cols != r.user.cols {
				rows = r.user.rows
			}
		}
		for r.frame(false) { // rows that leave before the lines above them would be out of order
		}
		r.resize(cols, rows)
		if r.r.IntN(2) == 0 {
			r.deliver()
			r.locate()
			r.deliver()
			r.frame(false)
		}
	}
}

// deliver makes the server do the next thing.
func (r *rig) deliver() {
	if len(r.queue) > 0 {
		r.queue[0]()
		r.queue = r.queue[1:]
	}
}

// settle paints frames until none is due.
func (r *rig) settle() {
	r.Helper()
	for len(r.queue) > 0 {
		r.deliver()
		r.locate()
	}
	for range 300 {
		if r.locate(); !r.frame(false) {
			r.locate() // the alternate screen may have been left
			r.frame(false)
			return
		}
	}
	r.Fatal("frames are due for ever")
}

// checkRows compares the rows of the user's terminal with those without a Display.
func (r *rig) checkRows() {
	r.Helper()
	r.checkReference()
	r.compare(r.user.windowRows(), r.rowsBefore, r.reference.windowRows())
}

// check compares the lines of the user's terminal with those without a Display.
func (r *rig) check() {
	r.Helper()
	r.compare(r.user.transcript(), r.before, r.reference.transcript())
}

// checkText compares the lines of the user's terminal, without blanks and styles, with
// those without a Display.
func (r *rig) checkText() {
	r.Helper()
	before := r.before
	if r.reference.erasures > 0 {
		before = nil
	}
	want, got := text(before)+text(plain(r.reference)), text(plain(r.user))
	if r.user.fixedLines { // it parts lines itself
		want, got = joined(want), joined(got)
	}
	if got == want {
		return
	}
	n := 0
	for n < min(len(got), len(want)) && got[n] == want[n] {
		n++
	}
	excerpt := func(s string) string { return s[max(n-40, 0):min(n+60, len(s))] }
	r.Fatalf("at %d, got:\n%s\nwant:\n%s", n, excerpt(got), excerpt(want))
}

// plain returns the lines of a terminal without styles.
func plain(t *terminal) []string { return textOf(unstyled(t.everything())) }

// text returns lines without blanks, each with its end.
func text(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		if line = strings.Join(strings.Fields(line), ""); line != "" {
			b.WriteString(line + "|")
		}
	}
	return b.String()
}

// joined returns text without ends of lines.
func joined(text string) string { return strings.ReplaceAll(text, "|", "") }

func (r *rig) compare(got, before, want []string) {
	r.Helper()
	if r.reference.erasures == 0 {
		want = append(slices.Clone(before), want...)
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			excerpt := func(lines []string) string {
				return strings.Join(lines[min(max(i-1, 0), len(lines)):min(i+3, len(lines))], "\n")
			}
			r.Fatalf("line %d, got:\n%s\nwant:\n%s", i, excerpt(got), excerpt(want))
		}
	}
}

// nextLine returns a numbered line of some length.
func (r *rig) nextLine() string {
	r.numbered++
	text := fmt.Sprintf("line %d", r.numbered)
	switch r.r.IntN(8) {
	case 0:
		return text + strings.Repeat(" long", r.r.IntN(60))
	case 1:
		return "\x1b[3" + fmt.Sprint(r.r.IntN(8)) + "m" + text + "\x1b[1m bold\x1b[m"
	case 2:
		return text + strings.Repeat("日本", r.r.IntN(30)) + "."
	case 3:
		return "\x1b]8;;http://host/" + text + "\x1b\\" + text + "\x1b]8;;\x1b\\ link"
	case 4:
		return text + "   \x1b[44m  \x1b[m"
	case 5:
		return text + "  "
	case 6:
		return "\t" + text
	}
	return text
}

// act makes the program do something at random.
func (r *rig) act() {
	cols, rows := r.reference.cols, r.reference.rows
	row, col := 1+r.r.IntN(rows), 1+r.r.IntN(cols)
	switch r.r.IntN(18) {
	case 0:
		r.write("\x1b[H\x1b[J")
	case 1:
		r.eraseScreen()
	case 2:
		if r.r.IntN(5) == 0 {
			r.eraseScreen()
			r.write("\x1b[H\x1b[3J")
		}
	case 3:
		r.write(fmt.Sprintf("\x1b[%d;%dr\x1b[%d;1H\n\n%s\n\x1b[r\x1b[%d;1H", max(row-3, 1), row, row, r.nextLine(), rows))
	case 4:
		r.write("\x1bM\x1bM" + r.nextLine() + "\r\n")
	case 5:
		r.write(fmt.Sprintf("\x1b[%d;1H\x1b[%d%c", row, 1+r.r.IntN(3), "LM@PX"[r.r.IntN(5)]))
	case 6:
		r.write("\x1b[2S\x1b[T")
	case 7:
		r.write("\x1b[?1049h\x1b[H" + r.nextLine() + "\r\nalternate\r\n\n\n\n\n\n\n")
		r.frame(false)
		r.write("\x1b[2J\x1b[?1049l")
	case 8:
		r.write(fmt.Sprintf("\r\x1b[%dGright\r$ ", max(cols-4, 1)))
	case 9:
		r.write(fmt.Sprintf("\r%d%%\x1b[K", r.r.IntN(100)))
	case 10:
		r.write(fmt.Sprintf("\x1b[%d;%dHpainted", row, col))
	case 11:
		r.write("\x1b[4" + fmt.Sprint(r.r.IntN(8)) + "m\x1b[K" + r.nextLine() + "\x1b[m\r\n")
	default:
		for range 1 + r.r.IntN(rows) {
			r.write(r.nextLine() + "\r\n")
		}
	}
}

// checkReference compares the text of the session's terminal with that of the reference.
func (r *rig) checkReference() {
	r.Helper()
	s := r.program.Snapshot()
	var got []string
	for n, end := s.History(); n < end; n++ {
		cells, _, kept := s.AppendHistory(nil, n)
		if !kept {
			r.Fatalf("line %d is not kept", n)
		}
		var text []byte
		for _, c := range cells {
			text = s.AppendText(text, c)
		}
		got = append(got, strings.TrimRight(string(text), " "))
	}
	_, rows := s.Size()
	for y := range rows {
		got = append(got, s.RowText(y))
	}
	r.compare(trimmed(got), nil, trimmed(r.reference.plainRows()))
}

// plainRows returns the rows of the scrollback and the screen without styles.
func (t *terminal) plainRows() (rows []string) {
	for _, l := range append(slices.Clone(t.scrollback), t.screen...) {
		var b strings.Builder
		for x, g := range l.cells {
			if g.text == "" && !l.tail(x) {
				g.text = " "
			}
			b.WriteString(g.text)
		}
		rows = append(rows, strings.TrimRight(b.String(), " "))
	}
	return rows
}

func trimmed(rows []string) []string {
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// visible returns the text of the window.
func (r *rig) visible() string {
	screen := &terminal{screen: r.user.screen}
	return strings.Join(trimmed(screen.plainRows()), "\n")
}
