package display

import (
	"slices"
	"strconv"
	"strings"
)

// style is a rendition: the SGR parameters that are set, and the hyperlink.
type style struct {
	attrs     [10]bool // by parameter, 1 to 9
	fg, bg    string
	underline string // 4:n
	link      string
}

// parameters are those of a control sequence; -1 is omitted.
type parameters []int

func parseParameters(text string) (p parameters) {
	for field := range strings.SplitSeq(text, ";") {
		n, err := strconv.Atoi(field)
		if err != nil {
			n = -1
		}
		p = append(p, n)
	}
	return p
}

func (p parameters) at(i, otherwise int) int {
	if i < len(p) && p[i] >= 0 {
		return p[i]
	}
	return otherwise
}

func (p parameters) count() int { return max(p.at(0, 1), 1) }

func (t *terminal) csi(text string, final byte) {
	private := strings.HasPrefix(text, "?")
	switch {
	case private && (final == 'h' || final == 'l'):
		for _, mode := range parseParameters(text[1:]) {
			t.setMode(mode, final == 'h')
		}
		return
	case text != "" && (text[0] > ';' || text[len(text)-1] < '0'): // private, or with an intermediate
		return
	case final == 'm':
		t.sgr(text)
		return
	}
	p := parseParameters(text)
	t.note(text, final, p)
	if !t.move(p, final) {
		t.edit(p, final)
	}
}

// note notes what no Display may write to the main screen.
func (t *terminal) note(text string, final byte, p parameters) {
	switch {
	case t.main != nil:
		return
	case final == 'J' && p.at(0, 0) >= 2, final == 'r' && text != "", strings.IndexByte("STLM", final) >= 0:
		t.forbidden = append(t.forbidden, text+string(final))
	case final == 'J' && t.x == 0 && t.y == 0:
		t.forbidden = append(t.forbidden, "J at the top")
	}
}

func (t *terminal) setMode(mode int, on bool) {
	switch mode {
	case 7:
		t.noWrap = !on
	case 1049:
		switch {
		case on && t.main == nil:
			t.saveCursor()
			t.main, t.screen = t.screen, blankLines(t.cols, t.rows)
		case !on && t.main != nil:
			t.screen, t.main = t.main, nil
			t.restoreCursor()
		}
		t.top, t.end = 0, t.rows
	}
}

func (t *terminal) move(p parameters, final byte) bool {
	n := p.count()
	switch final {
	case 'A':
		t.y = max(t.y-n, 0)
	case 'B':
		t.y = min(t.y+n, t.rows-1)
	case 'C':
		t.x = min(t.x+n, t.cols-1)
	case 'D':
		t.x = max(t.x-n, 0)
	case 'G':
		t.x = min(n, t.cols) - 1
	case 'd':
		t.y = min(n, t.rows) - 1
	case 'H', 'f':
		t.y, t.x = min(n, t.rows)-1, min(max(p.at(1, 1), 1), t.cols)-1
	case 'r':
		top, end := n-1, min(p.at(1, t.rows), t.rows)
		if top+1 >= end && end != t.rows {
			return true
		}
		t.top, t.end, t.x, t.y = min(top, t.rows-1), end, 0, 0
	default:
		return false
	}
	t.pending = false
	return true
}

func (t *terminal) edit(p parameters, final byte) {
	l, n := t.screen[t.y], p.count()
	within := t.y >= t.top && t.y < t.end
	switch {
	case final == 'J':
		t.eraseScreen(p.at(0, 0))
	case final == 'K':
		t.eraseIn(l, p.at(0, 0))
	case final == 'X':
		t.erase(l, t.x, t.x+n)
	case final == 'b':
		for range n {
			t.print([]rune(t.last)[0])
		}
		return
	case final == '@', final == 'P':
		t.shift(l, n, final == '@')
	case final == 'S':
		for range min(n, t.rows) {
			t.scrollUp(t.top, t.su && t.top == 0)
		}
	case final == 'T':
		for range min(n, t.rows) {
			t.scrollDown(t.top)
		}
	case final == 'L' && within:
		for range min(n, t.rows) {
			t.scrollDown(t.y)
		}
		t.x = 0
	case final == 'M' && within:
		for range min(n, t.rows) {
			t.scrollUp(t.y, t.dl && t.y == 0 && t.top == 0)
		}
		t.x = 0
	}
	t.pending = false
}

// shift inserts or deletes n cells at the cursor.
func (t *terminal) shift(l *line, n int, insert bool) {
	n = min(n, t.cols-t.x)
	if l.tail(t.x) {
		t.unwrite(l, t.x)
	}
	var blanks [1]glyph
	blanks[0].style.bg = t.style.bg
	var cells []glyph
	if insert {
		if l.tail(t.cols - n) {
			t.unwrite(l, t.cols-n)
		}
		cells = append(append(slices.Clone(l.cells[:t.x]), slices.Repeat(blanks[:], n)...), l.cells[t.x:t.cols-n]...)
	} else {
		if l.tail(t.x + n) {
			t.unwrite(l, t.x+n)
		}
		cells = append(append(slices.Clone(l.cells[:t.x]), l.cells[t.x+n:]...), slices.Repeat(blanks[:], n)...)
	}
	l.cells, l.continues = cells, false
}

func (t *terminal) eraseIn(l *line, part int) {
	if t.elParts || t.firstParts && (part > 0 || t.x == 0) {
		t.partFromAbove()
	}
	switch part {
	case 0:
		t.erase(l, t.x, t.cols)
	case 1:
		t.erase(l, 0, t.x+1)
	case 2:
		t.erase(l, 0, t.cols)
	}
}

// partFromAbove makes the line of the row above end there.
func (t *terminal) partFromAbove() {
	switch n := len(t.scrollback); {
	case t.y > 0:
		t.screen[t.y-1].continues = false
	case n > 0 && t.main == nil:
		t.scrollback[n-1].continues = false
	}
}

func (t *terminal) eraseScreen(part int) {
	switch part {
	case 0:
		t.eraseIn(t.screen[t.y], 0)
		t.eraseRows(t.y+1, t.rows)
	case 1:
		t.eraseRows(0, t.y)
		t.eraseIn(t.screen[t.y], 1)
	case 2:
		if t.ed2 && t.main == nil {
			t.scrollback = append(t.scrollback, t.screen[:lastUsed(t.screen)]...)
			copy(t.screen, blankLines(t.cols, t.rows))
		}
		t.eraseRows(0, t.rows)
	case 3:
		t.erasures++
		t.scrollback = nil
		if t.ed3Screen {
			t.eraseRows(0, t.rows)
		}
	}
}

// eraseRows replaces rows: those in the scrollback are others.
func (t *terminal) eraseRows(from, to int) {
	for y := from; y < to; y++ {
		t.screen[y] = t.erasedLine()
	}
}

// lastUsed returns the number of rows up to the last that is not blank.
func lastUsed(lines []*line) int {
	n := len(lines)
	for n > 0 && lines[n-1].used() == 0 {
		n--
	}
	return n
}

// used returns the number of cells up to the last that was written.
func (l *line) used() int {
	n := len(l.cells)
	for n > 0 && l.cells[n-1] == (glyph{}) && !l.tail(n-1) {
		n--
	}
	return n
}

func (t *terminal) sgr(text string) {
	fields := strings.Split(text, ";")
	for i := 0; i < len(fields); i++ {
		n, _ := strconv.Atoi(fields[i])
		link := t.style.link
		switch code, _, sub := strings.Cut(fields[i], ":"); {
		case sub && code == "4":
			t.style.underline = fields[i]
		case n == 0:
			t.style = style{link: link}
		case n < 10:
			t.style.attrs[n] = true
		case n == 22:
			t.style.attrs[1], t.style.attrs[2] = false, false
		case n > 20 && n < 30:
			t.style.attrs[n-20] = false
		case n == 38 || n == 48:
			size := map[string]int{"5": 3, "2": 5}[fields[i+1]]
			color := strings.Join(fields[i+1:i+size], ";")
			if i += size - 1; n == 38 {
				t.style.fg = color
			} else {
				t.style.bg = color
			}
		case n == 39:
			t.style.fg = ""
		case n == 49:
			t.style.bg = ""
		case n >= 30 && n < 38:
			t.style.fg = "5;" + strconv.Itoa(n-30)
		case n >= 40 && n < 48:
			t.style.bg = "5;" + strconv.Itoa(n-40)
		case n >= 90 && n < 98:
			t.style.fg = "5;" + strconv.Itoa(n-82)
		case n >= 100 && n < 108:
			t.style.bg = "5;" + strconv.Itoa(n-92)
		}
	}
}
