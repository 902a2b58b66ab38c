package display

import (
	"fmt"
	"slices"
	"strings"
)

// resize gives the window another size. Rows may move between the window and the
// scrollback.
func (t *terminal) resize(cols, rows int) {
	if cols == t.cols && rows == t.rows {
		return
	}
	if t.blankRows && cols != t.cols {
		t.resize(t.cols, rows)
	}
	if t.main != nil {
		cursor := &t.saved[0]
		t.main = t.arrange(t.main, cursor, cols, rows)
		t.screen = resized(t.screen[:min(t.rows, rows)], cols, rows)
	} else {
		cursor := position{x: t.x, y: t.y, pending: t.pending}
		t.screen = t.arrange(t.screen, &cursor, cols, rows)
		t.x, t.y = cursor.x, cursor.y
	}
	t.cols, t.rows, t.pending = cols, rows, false
	t.x, t.y = min(t.x, cols-1), min(t.y, rows-1)
	t.top, t.end = 0, rows
}

// resized returns lines cut or padded to a size.
func resized(lines []*line, cols, rows int) []*line {
	out := blankLines(cols, rows)
	for y, l := range lines[:min(len(lines), rows)] {
		out[y].continues, out[y].left = l.continues, l.left
		copy(out[y].cells, l.cells)
		if l.tail(cols) {
			out[y].cells[cols-1].text = " "
		}
	}
	return out
}

// arrange returns the rows of the main screen in a window of another size.
func (t *terminal) arrange(screen []*line, cursor *position, cols, rows int) []*line {
	used := max(lastUsed(screen), cursor.y+1)
	for y, l := range screen {
		if l.left || t.blankRows && cols != t.cols {
			used = max(used, y+1)
		}
	}
	all := append(slices.Clone(t.scrollback), screen[:used]...)
	top, at := len(t.scrollback), len(t.scrollback)+cursor.y
	first := top
	if cols != t.cols && !t.fixedLines {
		offset := cursor.x
		if cursor.pending {
			offset++
		}
		all, first, at, cursor.x = rewrap(all, cols, top, at, offset)
	}
	if t.blankRows && cols != t.cols || t.bottom && (cols != t.cols || rows < t.rows || t.recalls) {
		first = len(all) - rows
	} else if t.recalls && rows > t.rows {
		first -= rows - t.rows
	}
	if !t.recalls {
		first = max(first, min(top, len(all)))
	}
	first = max(first, at-rows+1, 0)
	if cursor.y = at - first; cursor.y < 0 && t.lfUses {
		cursor.y = rows - 1
	} else if cursor.y < 0 {
		first, cursor.y = at, 0
	}
	t.scrollback = all[:first:first]
	return resized(all[first:], cols, rows)
}

// rewrap breaks lines anew. It returns the rows, those that row top and the cursor are in
// then, and the column of the cursor.
func rewrap(old []*line, cols, top, cursor, x int) (rows []*line, newTop, newCursor, newX int) {
	for y := 0; y < len(old); {
		end := y + 1
		for end < len(old) && old[end-1].continues {
			end++
		}
		cells, topAt, cursorAt := join(old[y:end], top-y, cursor-y, x)
		begin := 0
		for more := true; more; {
			n := min(cols, len(cells)-begin)
			if l := (&line{cells: cells}); l.tail(begin + n) {
				n--
			}
			n = max(n, min(1, len(cells)))
			stop := begin + n
			more = stop < len(cells)
			if topAt >= begin && (topAt < stop || !more) {
				newTop, topAt = len(rows), -1
			}
			if cursorAt >= begin && (cursorAt < stop || !more) {
				newCursor, newX, cursorAt = len(rows), min(cursorAt-begin, cols-1), -1
			}
			l := &line{cells: make([]glyph, cols), continues: more, left: !more && old[end-1].left}
			copy(l.cells, cells[begin:stop])
			rows, begin = append(rows, l), stop
		}
		y = end
	}
	return rows, newTop, newCursor, newX
}

// join returns the cells of a line. top and cursor are rows of it, or outside; their
// offsets are returned, or -1.
func join(rows []*line, top, cursor, x int) (cells []glyph, topAt, cursorAt int) {
	topAt, cursorAt = -1, -1
	for y, l := range rows {
		if y == top {
			topAt = len(cells)
		}
		if y == cursor {
			cursorAt = len(cells) + x
		}
		n := len(l.cells)
		if y+1 == len(rows) || n > 0 && l.cells[n-1] == (glyph{}) && !l.tail(n-1) { // a wide character did not fit
			n = l.used()
		}
		cells = append(cells, l.cells[:n]...)
	}
	return cells, topAt, cursorAt
}

// transcript returns the lines of the scrollback and the main screen, without the blank
// ones at the end.
func (t *terminal) transcript() []string {
	return textOf(t.everything())
}

// everything returns the rows of the scrollback and the main screen.
func (t *terminal) everything() []*line {
	screen := t.screen
	if t.main != nil {
		screen = t.main
	}
	return append(slices.Clone(t.scrollback), screen[:lastUsed(screen)]...)
}

// unstyled returns rows without their styles.
func unstyled(rows []*line) (plain []*line) {
	for _, l := range rows {
		p := &line{continues: l.continues}
		for _, g := range l.cells {
			p.cells = append(p.cells, glyph{text: g.text})
		}
		plain = append(plain, p)
	}
	return plain
}

// windowRows returns the rows of the scrollback and the main screen, as they are.
func (t *terminal) windowRows() []string {
	return textOf(separate(append(slices.Clone(t.scrollback), t.screen...)))
}

// separate returns rows as lines of their own.
func separate(rows []*line) (lines []*line) {
	for _, l := range rows {
		lines = append(lines, &line{cells: l.cells})
	}
	return lines
}

// textOf returns the lines of rows with their styles, without blanks at the end.
func textOf(rows []*line) (lines []string) {
	for y := 0; y < len(rows); {
		end := y + 1
		for end < len(rows) && rows[end-1].continues {
			end++
		}
		cells, _, _ := join(rows[y:end], -1, -1, 0)
		for len(cells) > 0 && blank(cells[len(cells)-1]) && !(&line{cells: cells}).tail(len(cells)-1) {
			cells = cells[:len(cells)-1]
		}
		lines, y = append(lines, styled(cells)), end
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func blank(g glyph) bool {
	return (g.text == "" || g.text == " ") && g.style == style{}
}

func styled(cells []glyph) string {
	var b strings.Builder
	var last style
	for x, g := range cells {
		if (&line{cells: cells}).tail(x) {
			continue
		}
		if g.style != last {
			last = g.style
			if last == (style{}) {
				b.WriteString("<>")
			} else {
				fmt.Fprintf(&b, "<%s>", strings.NewReplacer("false ", "", "false", "").Replace(fmt.Sprint(last)))
			}
		}
		if g.text == "" {
			g.text = " "
		}
		b.WriteString(g.text)
	}
	return b.String()
}
