package vt

import (
	"gm/vt/picture"
)

// PictureRect is a part of a picture on a screen: a rectangle of cells of Cols columns and
// Rows rows at X, Y, which shows the picture from Row and Column on.
type PictureRect struct {
	Number           uint32 // of the placement
	X, Y, Cols, Rows int
	Row, Column      int
}

// Pictures returns the parts of pictures that the screen shows, from the top down.
func (s *Screen) Pictures() (list []PictureRect) {
	if !s.tables.pictures {
		return nil
	}
	var above, row []int // the rectangles that end in the row above and in this one, from the left
	for y, r := range s.rows {
		above, row = row, above[:0]
		for x := 0; x < r.end; {
			run, ok := s.pictureRun(r.cells[:r.end], x)
			if !ok {
				x++
				continue
			}
			run.Y = y
			for len(above) > 0 && list[above[0]].X < x {
				above = above[1:]
			}
			if len(above) > 0 && list[above[0]].continuedBy(run) {
				list[above[0]].Rows++
				row = append(row, above[0])
			} else {
				list = append(list, run)
				row = append(row, len(list)-1)
			}
			x += run.Cols
		}
	}
	return list
}

// continuedBy reports whether run is the row below p.
func (p PictureRect) continuedBy(run PictureRect) bool {
	return p.Number == run.Number && p.X == run.X && p.Cols == run.Cols && p.Column == run.Column && p.Row+p.Rows == run.Row
}

// pictureRun returns the run of cells of one picture at column x.
func (s *Screen) pictureRun(cells []Cell, x int) (run PictureRect, ok bool) {
	run, ok = s.tables.pictureCell(cells[x])
	if !ok {
		return run, false
	}
	run.X, run.Cols, run.Rows = x, 1, 1
	for x++; x < len(cells); x++ {
		next, ok := s.tables.pictureCell(cells[x])
		if !ok || next.Number != run.Number || next.Row != run.Row || next.Column != run.Column+run.Cols {
			break
		}
		run.Cols++
	}
	return run, true
}

// pictureCell returns the picture in a cell, and its row and column there.
func (t *tables) pictureCell(c Cell) (p PictureRect, ok bool) {
	if !t.isPicture(c) {
		return p, false
	}
	p.Row, p.Column, _ = picture.ParseCell(t.clusters.list[c&cellRune])
	p.Number = pictureNumber(t.rendition(c).Fg)
	return p, true
}

func (t *tables) isPicture(c Cell) bool {
	return c&(cellCluster|cellTail) == cellCluster && picture.IsCell(t.clusters.list[c&cellRune])
}

// pictureNumber returns the number that a colour of the text stands for.
func pictureNumber(c Color) uint32 { return uint32(c &^ colorKind) }

// Placement returns the placement of a number in a PictureRect; nil if there is none.
func (t *Terminal) Placement(number uint32) *picture.Placement { return t.pictures.Placement(number) }

// PackPicture makes the image of a placement smaller, for which it reads so many bytes of it or of
// another one. It reports whether the image is as it is to be sent: its data and its hash do not
// change any more.
func (t *Terminal) PackPicture(p *picture.Placement, n int) (done bool) {
	return t.pictures.Pack(p.Image, n)
}

// takesPictures reports whether commands with pictures are performed: the user's terminal can
// show them, or it is not known yet.
func (t *Terminal) takesPictures() bool {
	return t.options.Pictures && (t.awaiting || t.user.Features.Has(FeaturePictures))
}

// replyIfShown replies to a program that asks for pictures, if the user's terminal can show
// them.
func (t *Terminal) replyIfShown(answer string) {
	t.reportWhenKnown(func(t *Terminal) {
		if t.user.Features.Has(FeaturePictures) {
			t.reply([]byte(answer))
		}
	})
}

// cellPixels returns the size of a cell of the user's terminal; zero if it is unknown.
func (t *Terminal) cellPixels() picture.Size {
	if c := t.user.Cell; c != (Pixels{}) {
		return picture.Size(c)
	}
	cols, rows := t.Size()
	return picture.Size{Width: t.windowPixels.Width / cols, Height: t.windowPixels.Height / rows}
}

// APCDispatch performs a command of kitty's graphics protocol.
func (p *performer) APCDispatch(data []byte) {
	t := (*Terminal)(p)
	t.last.valid = false
	if !t.takesPictures() {
		return
	}
	t.work += len(data) / cheapFill
	r := t.pictures.Command(data[1:], t.cellPixels())
	if r.Delete != 0 {
		t.pictures.RemoveAt(t.picturesAt(&r), &r)
	}
	t.renumberPictures(&r)
	t.placePicture(&r)
	t.followPictures()
	if r.Reply != nil {
		t.replyIfShown("\x1b_" + string(r.Reply) + "\x1b\\")
	}
}

// inlineFile performs a command of iTerm2 for pictures. It reports whether it is one.
func (t *Terminal) inlineFile(text []byte) bool {
	if !t.takesPictures() {
		return false
	}
	if string(text) == "ReportCellSize" {
		cell := t.cellPixels()
		if cell.Width > 0 && cell.Height > 0 {
			t.replyIfShown("\x1b]1337;ReportCellSize=" + string(appendNumbers(nil, cell.Height, cell.Width, 1)) + "\x1b\\")
		}
		return true
	}
	cols, rows := t.Size()
	r, used := t.pictures.File(text, t.cellPixels(), picture.Size{Width: cols, Height: rows})
	t.placePicture(&r)
	return used
}

// sixel shows a picture in sixels at the cursor. The cursor then is in the picture's last
// row, in the column where it began, or behind it (mode 8452). Or the picture is at the top
// left corner, and the cursor stays (DECSDM).
func (t *Terminal) sixel(data []byte) {
	if !t.takesPictures() {
		return
	}
	t.work += len(data) / cheapFill
	p, err := t.pictures.Sixel(data, t.cellPixels())
	if err != nil {
		return
	}
	before := t.screen.Cursor
	fixed := t.modes.has(decsdm)
	if fixed {
		t.screen.Cursor.X, t.screen.Cursor.Y = 0, 0
	}
	t.placePicture(&picture.Result{Place: p, KeepCursor: fixed, KeepColumn: !t.modes.has(sixelRight)})
	if fixed {
		t.screen.Cursor = before
	}
}

// placePicture writes the cells of a picture at the cursor. The cursor moves behind its last
// cell, or to the next line if there is none, and the screen scrolls where that is below the
// margin. Columns and, if the cursor is kept, rows beyond the edges are cut.
func (t *Terminal) placePicture(r *picture.Result) {
	p := r.Place
	if p == nil {
		return
	}
	if t.pictures.Crowded() {
		t.pictures.Sweep(t.shownPictures())
	}
	if t.screen.tables.clusters.nearlyFull() {
		t.compactTables()
	}
	t.screen.tables.pictures = true
	before := t.screen.Cursor
	c := &t.screen.Cursor
	c.PendingWrap = false
	limit := t.rightLimit()
	end := min(before.X+p.Cols, limit+1)
	for row := range p.Rows {
		switch {
		case row == 0:
		case !r.KeepCursor:
			t.index()
		case c.Y+1 == len(t.screen.rows):
			t.screen.Cursor = before
			return
		default:
			c.Y++
		}
		t.work += end - before.X
		t.pictureRow(p.Number, row, before.X, end, r.Below)
	}
	switch {
	case r.KeepCursor:
		t.screen.Cursor = before
	case r.KeepColumn:
	case before.X+p.Cols > limit: // kitty
		t.index()
		t.carriageReturn()
	default:
		c.X = end
	}
}

// pictureRow writes a row of a picture into columns x to end-1 of the cursor's row. With
// below, cells with text stay.
func (t *Terminal) pictureRow(number uint32, row, x, end int, below bool) {
	r := t.screen.writable(t.screen.Cursor.Y)
	r.cut(max(x, 0))
	r.cut(end)
	r.touch(end)
	color := directColor(Color(number), cellDirectFg)
	var text []byte
	for at := max(x, 0); at < end; at++ {
		if !below || r.cells[at].Blank() {
			text = picture.AppendCell(text[:0], row, at-x)
			r.cells[at] = t.screen.tables.textCell(string(text)) | color
		}
	}
}

// followPictures moves relative placements to where they are from their parents, as far as
// both are on the screen. One that is hidden by text stays so.
func (t *Terminal) followPictures() {
	list := t.pictures.Relatives()
	moved := len(list) > 0
	for pass := 0; moved && pass < picture.MaxChain; pass++ { // a parent may have one too
		moved = false
		places, cells := t.picturePlaces()
		for _, r := range list {
			parent, ok := places[r.Parent]
			if r.Virtual {
				parent, ok = cells[r.Parent]
			}
			at, shown := places[r.Number]
			want := place{parent.x + r.H, parent.y + r.V}
			if !ok || shown && at == want || !shown && t.followed[r.Number] {
				continue
			}
			t.renumberPictures(&picture.Result{Gone: []uint32{r.Number}})
			moved = moved || shown
			if t.drawPicture(&r, want.x, want.y) {
				if len(t.followed) == 0 || len(t.followed) > 2*picture.MaxRelatives {
					t.followed = make(map[uint32]bool)
				}
				t.followed[r.Number], moved = true, true
			}
		}
	}
}

// place is a column and a row, which may be outside of the screen.
type place struct{ x, y int }

// picturePlaces returns where the first columns and rows of pictures are, and those of their
// cells that are on the screen.
func (t *Terminal) picturePlaces() (places, cells map[uint32]place) {
	t.work += len(t.screen.rows) * t.screen.cols
	places, cells = make(map[uint32]place), make(map[uint32]place)
	for _, p := range t.screen.Pictures() {
		first, ok := places[p.Number]
		shown := cells[p.Number]
		if !ok {
			first, shown = place{p.X - p.Column, p.Y - p.Row}, place{p.X, p.Y}
		}
		places[p.Number] = place{min(first.x, p.X-p.Column), min(first.y, p.Y-p.Row)}
		cells[p.Number] = place{min(shown.x, p.X), min(shown.y, p.Y)}
	}
	return places, cells
}

// drawPicture writes the cells of a picture at a position, which may be outside of the screen.
// It reports whether any are on the screen.
func (t *Terminal) drawPicture(r *picture.Relative, x, y int) (drawn bool) {
	if t.screen.tables.clusters.nearlyFull() {
		t.compactTables()
	}
	t.screen.tables.pictures = true
	before, end := t.screen.Cursor, min(x+r.Cols, t.screen.cols)
	for row := range r.Rows {
		if y+row >= 0 && y+row < len(t.screen.rows) && end > 0 && x < end {
			t.screen.Cursor.Y = y + row
			t.pictureRow(r.Number, row, x, end, r.Below)
			t.work += end - max(x, 0)
			drawn = true
		}
	}
	t.screen.Cursor = before
	return drawn
}

// pictureRows are all rows that may have pictures.
func (t *Terminal) pictureRows() [][]*row {
	list := [][]*row{t.screen.rows, t.inactive}
	if t.syncSnapshot != nil && t.syncSnapshot.tables == t.screen.tables {
		list = append(list, t.syncSnapshot.rows)
	}
	return list
}

// shownPictures returns the numbers of the pictures on the screens.
func (t *Terminal) shownPictures() map[uint32]bool {
	shown := make(map[uint32]bool)
	for _, rows := range t.pictureRows() {
		t.work += len(rows) * t.screen.cols
		for _, r := range rows {
			for _, c := range r.cells[:r.end] {
				if p, ok := t.screen.tables.pictureCell(c); ok {
					shown[p.Number] = true
				}
			}
		}
	}
	return shown
}

// renumberPictures erases the cells of pictures that are gone and gives others their new
// numbers.
func (t *Terminal) renumberPictures(r *picture.Result) {
	if len(r.Gone) == 0 && len(r.Renumber) == 0 {
		return
	}
	gone := make(map[uint32]bool)
	for _, n := range r.Gone {
		gone[n] = true
	}
	for _, rows := range [][]*row{t.screen.rows, t.inactive} {
		t.work += len(rows) * t.screen.cols
		for y, old := range rows {
			for x, c := range old.cells[:old.end] {
				p, ok := t.screen.tables.pictureCell(c)
				number, renumbered := r.Renumber[p.Number]
				if !ok || !renumbered && !gone[p.Number] {
					continue
				}
				if rows[y].owner != t.screen.owner {
					rows[y] = rows[y].clone(t.screen.owner)
				}
				look := t.screen.tables.rendition(c)
				look.Fg = 0
				if renumbered {
					look.Fg = colorRGB | Color(number)
				} else {
					c &^= cellRune | cellCluster
				}
				rows[y].cells[x] = c.withRendition(t.screen.tables.renditionBits(look))
			}
		}
	}
}

// picturesAt returns the pictures that a deletion by position names: those at the cursor or
// at a cell, or in a column or a row.
func (t *Terminal) picturesAt(r *picture.Result) (numbers []uint32) {
	x, y := r.X-1, r.Y-1
	kind := r.Delete | 0x20
	if kind == 'c' {
		x, y = t.screen.Cursor.X, t.screen.Cursor.Y
	}
	for _, p := range t.screen.Pictures() {
		inColumn, inRow := x >= p.X && x < p.X+p.Cols, y >= p.Y && y < p.Y+p.Rows
		if (inColumn || kind == 'y') && (inRow || kind == 'x') {
			numbers = append(numbers, p.Number)
		}
	}
	return numbers
}
