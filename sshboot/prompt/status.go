package prompt

import (
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"gm/internal/sanitize"
	"gm/vt/cellwidth"
)

// Status is a line about what gm is doing. The zero Status wipes the line.
type Status struct {
	Text   string // what gm does, which is the same in all updates of a line
	Detail string // what changes: times, progress
	// Once shows Text once and for good, as another program may be using the terminal.
	Once bool
}

// statusLine shows a Status at the end of the output on a terminal, and nothing
// elsewhere. It is safe for concurrent use. A nil *statusLine shows nothing.
type statusLine struct {
	out io.Writer
	// width returns the columns of the terminal, 0 if out is none.
	width func() int
	plain bool // the cursor must not move: each text is shown once, on a line of its own

	mu    sync.Mutex
	shown int    // columns of the line that is shown
	told  string // the last text of a plain line
}

// echoed is the number of columns after a status in which the terminal may echo keys such as
// ^C. They are wiped with it.
const echoed = 4

func (l *statusLine) set(s Status) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	width := l.width()
	switch {
	case width <= 0:
	case s == Status{}:
		l.wipe()
	case l.plain || s.Once:
		l.wipe()
		if l.told != s.Text {
			l.told = s.Text
			io.WriteString(l.out, sanitize.Line(s.Text)+"\n")
		}
	default:
		text := cutColumns(oneLine.Replace(sanitize.Text(s.Text+s.Detail)), width-1-echoed)
		columns := columnsOf(text)
		padding := max(0, min(l.shown+echoed, width-1)-columns)
		io.WriteString(l.out, "\r"+text+strings.Repeat(" ", padding)+strings.Repeat("\b", padding))
		l.shown = columns
	}
}

// oneLine keeps blanks, as those of a bar.
var oneLine = strings.NewReplacer("\n", " ", "\t", " ")

// wipe removes the line, of which nothing is left.
func (l *statusLine) wipe() {
	if l.shown > 0 {
		io.WriteString(l.out, "\r"+strings.Repeat(" ", min(l.shown+echoed, max(l.width()-1, 0)))+"\r")
		l.shown = 0
	}
}

// print writes text after the line was wiped.
func (l *statusLine) print(text string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wipe()
	io.WriteString(l.out, text)
}

// cutColumns shortens text to at most n columns.
func cutColumns(text string, n int) string {
	for i, r := range text {
		if n -= cellwidth.Of(r); n < 0 {
			return text[:i]
		}
	}
	return text
}

func columnsOf(text string) (n int) {
	for _, r := range text {
		n += cellwidth.Of(r)
	}
	return n
}

// IsVisible reports whether standard error is a terminal.
func IsVisible() bool { return term.IsTerminal(int(os.Stderr.Fd())) }

// errorWidth returns the columns of the terminal that is standard error, 0 if it is none.
func errorWidth() int {
	if !IsVisible() {
		return 0
	}
	cols, _, err := term.GetSize(int(os.Stderr.Fd()))
	if err != nil || cols <= 0 {
		return 80
	}
	return cols
}
