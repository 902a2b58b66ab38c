package predict

import (
	"slices"
	"time"
	"unicode"

	"gm/vt"
)

// editor predicts the effects of the keys of one frame on the screen with its
// predictions.
type editor struct {
	*Predictor
	screen *vt.Screen
	now    time.Time
	frame  uint64
}

func (e *editor) apply(k key) {
	if e.screen.Cursor.Hidden {
		e.beginEpoch() // the program draws a cursor of its own, perhaps elsewhere
	}
	if e.doubleWidth(e.cursor(e.screen).y) {
		e.becomeTentative()
		return
	}
	switch k.kind {
	case keyText:
		e.text(k.text)
	case keyBackspace:
		e.backspace()
	case keyLeft:
		e.left()
	case keyRight:
		e.right()
	case keyReturn:
		e.becomeTentative()
		c := e.cursor(e.screen)
		e.moveTo(0, min(c.y+1, e.rows-1))
	default:
		e.becomeTentative()
	}
}

// doubleWidth reports whether row y is of double width or height (DECDWL, DECDHL).
// Such rows get no predictions.
func (e *editor) doubleWidth(y int) bool { return e.screen.LineAttribute(y) != vt.SingleWidth }

func (e *editor) becomeTentative() {
	e.uncertainFrame = max(e.uncertainFrame, e.frame)
	e.beginEpoch()
}

func (e *editor) moveTo(x, y int) {
	e.predictCursor(predictedCursor{frame: e.frame, epoch: e.epoch, x: x, y: y})
}

// row returns row y with its predictions. It is valid until the next call.
func (e *editor) row(y int) []glyph {
	e.shownRow = slices.Grow(e.shownRow[:0], e.cols)[:e.cols]
	row := e.shownRow
	for x := range row {
		if x > 0 && e.screen.Cell(x, y).Blank() && e.screen.Cell(x, y) == e.screen.Cell(x-1, y) {
			row[x] = row[x-1]
			continue
		}
		row[x] = screenGlyph(e.screen, x, y)
		row[x].border = isBorder(e.screen, row[x], x, y)
	}
	predicted := e.predicted[y]
	for x := range predicted {
		if predicted[x].active {
			row[x] = predicted[x].glyph
		}
	}
	return row
}

// edited returns a copy of row to be changed. It is valid until the next call.
func (e *editor) edited(row []glyph) []glyph {
	e.editedRow = append(e.editedRow[:0], row...)
	return e.editedRow
}

// predictRow predicts the change of row y from before to after. The user typed the
// n columns from x on, which are predicted even if unchanged.
func (e *editor) predictRow(y int, before, after []glyph, x, n int) {
	if e.doubleWidth(y) {
		return
	}
	for i := range after {
		typed := i >= x && i < x+n
		if !typed && after[i].same(before[i]) {
			continue
		}
		if e.predicted[y] == nil {
			e.predicted[y] = make(predictedRow, e.cols)
		}
		c := &e.predicted[y][i]
		seen := append(c.seen, screenGlyph(e.screen, i, y))
		*c = predictedCell{
			active: true, typed: typed,
			frame: e.frame, epoch: e.epoch, made: e.now,
			glyph:   after[i],
			seen:    seen[max(0, len(seen)-maxSeen):],
			covered: e.covered(*c),
		}
	}
}

// covered returns the prediction that stays visible while a new one is hidden.
func (e *editor) covered(old predictedCell) *predictedCell {
	if old.active && e.visible(old.epoch) && !e.visible(e.epoch) {
		old.covered = nil
		return &old
	}
	return old.covered
}

func (e *editor) text(r rune) {
	width := vt.TextWidth(string(r))
	switch {
	case width == 0 && unicode.IsMark(r):
		e.combine(r)
	case width == 1 || width == 2:
		e.print(string(r), width)
	default:
		e.becomeTentative()
	}
}

// print predicts a character at the cursor. Predictions after the last column are
// tentative.
func (e *editor) print(text string, width int) {
	c := e.cursor(e.screen)
	if c.wrap || c.x+width > e.cols {
		e.becomeTentative()
		c.x, c.y = 0, min(c.y+1, e.rows-1)
	}
	before := e.row(c.y)
	limit := columnLimit(before, c.x)
	if c.x+width > limit { // the frame has no room: the reaction of the program is unknown
		e.becomeTentative()
		return
	}
	g := glyph{text: text, width: width, rendition: e.rendition(before, c.x)}
	if text == " " {
		g.text = ""
	}
	after := e.inserted(before, c.x, g)
	e.predictRow(c.y, before, after, c.x, width)
	if c.x+width < limit {
		e.moveTo(c.x+width, c.y)
		return
	}
	e.beginEpoch()
	if limit < e.cols {
		e.moveTo(c.x+width, c.y)
		return
	}
	e.predictCursor(predictedCursor{frame: e.frame, epoch: e.epoch, x: e.cols - 1, y: c.y, wrap: true})
}

// rendition returns the rendition predicted for a character in column x: that of
// the text before it, or else the program's current one.
func (e *editor) rendition(row []glyph, x int) vt.Rendition {
	if x > 0 && !row[x-1].blank() && !row[x-1].unknown {
		return row[x-1].rendition
	}
	pen := e.screen.Pen
	pen.Link = 0
	return pen
}

// inserted returns row with g in column x. The text there moves to the right, up
// to the next gap or border; in overwrite mode it is replaced. A suggestion stays
// while the typed text matches it.
func (e *editor) inserted(row []glyph, x int, g glyph) []glyph {
	end, limit := textEnd(row, x), columnLimit(row, x)
	after := e.edited(row)
	if !e.overwrite && endsInSuggestion(row, x) {
		if !g.same(row[x]) {
			blankAll(after[x:end])
		}
		end = x
	}
	if e.overwrite {
		end = x
	}
	copy(after[min(x+g.width, limit):min(end+g.width, limit)], row[x:end])
	if end+g.width > limit {
		after[limit-1] = glyph{width: 1, unknown: true}
	}
	after[x] = g
	if g.width == 2 {
		after[x+1] = glyph{width: 1, tail: true, rendition: g.rendition}
	}
	return repairWide(after)
}

func blankAll(row []glyph) {
	for i := range row {
		row[i] = blankGlyph()
	}
}

// repairWide replaces each half of a wide character without its other half by a
// blank.
func repairWide(row []glyph) []glyph {
	for i := range row {
		lead := i > 0 && row[i-1].width == 2
		tail := i+1 < len(row) && row[i+1].tail
		if row[i].tail && !lead || row[i].width == 2 && !tail {
			row[i] = blankGlyph()
		}
	}
	return row
}

// combine predicts that a mark joins the character before the cursor, unless that
// makes it wider.
func (e *editor) combine(mark rune) {
	c := e.cursor(e.screen)
	x := c.x - 1
	if c.wrap {
		x = c.x
	}
	before := e.row(c.y)
	if x > 0 && before[x].tail {
		x--
	}
	if x < 0 || before[x].text == "" || before[x].unknown {
		e.becomeTentative()
		return
	}
	after := e.edited(before)
	after[x].text += string(mark)
	if vt.TextWidth(after[x].text) != after[x].width || len(after[x].text) > maxCluster {
		e.becomeTentative()
		return
	}
	e.predictRow(c.y, before, after, x, 1)
}

// maxCluster bounds a character with its marks, in bytes.
const maxCluster = 64

func (e *editor) backspace() {
	c := e.cursor(e.screen)
	if c.x == 0 || c.wrap {
		e.becomeTentative()
		return
	}
	before := e.row(c.y)
	width := 1
	if before[c.x-1].tail {
		width = min(2, c.x)
	}
	x := c.x - width
	e.predictRow(c.y, before, e.deleted(before, x, width), x, 0)
	e.moveTo(x, c.y)
}

func (e *editor) deleted(row []glyph, x, width int) []glyph {
	after := e.edited(row)
	end := textEnd(row, x+width)
	if !e.overwrite && endsInSuggestion(row, x+width) {
		return after // the deleted text may become part of the suggestion
	}
	if e.overwrite {
		end = x + width
	}
	copy(after[x:], row[x+width:end])
	fill := blankGlyph()
	if end == columnLimit(row, x+width) && end > x+width {
		fill = glyph{width: 1, unknown: true}
	}
	for i := end - width; i < end; i++ {
		after[i] = fill
	}
	return repairWide(after)
}

func (e *editor) left() {
	c := e.cursor(e.screen)
	if c.x == 0 || c.wrap {
		e.becomeTentative()
		return
	}
	x := c.x - 1
	if x > 0 && e.row(c.y)[x].tail {
		x--
	}
	e.moveTo(x, c.y)
}

// right predicts a move over text only: at the end of a line the key does nothing,
// or accepts a suggestion.
func (e *editor) right() {
	c := e.cursor(e.screen)
	row := e.row(c.y)
	end := textEnd(row, c.x)
	if c.wrap || end == c.x || endsInSuggestion(row, c.x) {
		e.becomeTentative()
		return
	}
	x := c.x + row[c.x].width
	if x >= e.cols {
		e.becomeTentative()
		return
	}
	e.moveTo(x, c.y)
}
