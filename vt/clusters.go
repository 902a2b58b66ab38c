package vt

import (
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"gm/vt/cellwidth"
	"gm/vt/picture"
)

// maxCluster bounds the text of one cell, in bytes. Further marks are discarded.
const maxCluster = 32

// join appends a code point of no width to the character before the cursor: the
// last one printed, or the one on the screen.
func (t *Terminal) join(r rune) {
	x, y := t.joinTarget()
	t.appendToCell(x, y, r)
	t.last.joiner = t.last.valid && r == cellwidth.ZeroWidthJoiner
}

// joinTarget returns the position of the character before the cursor, or of the
// cell under it when a wrap is pending or the cursor is in the first column.
func (t *Terminal) joinTarget() (x, y int) {
	c := t.screen.Cursor
	if t.last.valid {
		return t.last.x, t.last.y
	}
	x = c.X
	if !c.PendingWrap && x > 0 {
		x--
	}
	if t.screen.rows[c.Y].cells[x].Tail() {
		x--
	}
	return x, c.Y
}

// appendToCell appends r to the text of a cell. It reports whether there was room.
func (t *Terminal) appendToCell(x, y int, r rune) bool {
	if t.screen.tables.clusters.nearlyFull() {
		t.compactTables()
	}
	row := t.screen.writable(y)
	c := row.cells[x]
	text := utf8.AppendRune(t.screen.tables.appendText(nil, c), r)
	if len(text) > maxCluster {
		return false
	}
	i := Cell(t.screen.tables.clusters.number(string(text)))
	if i == 0 {
		return false
	}
	row.touch(x + 1)
	row.cells[x] = c&^(cellRune|cellCluster) | cellCluster | i
	if c.Wide() {
		row.cells[x+1] = row.cells[x]&^cellWide | cellTail
	}
	return true
}

// firstExtender is the first code point that extends a cluster.
const firstExtender = '\u0300'

// extend appends r to the last printed character if the two are one grapheme
// cluster (mode 2027, UAX 29). It reports whether they are.
func (t *Terminal) extend(r rune) bool {
	if !t.last.valid || r < firstExtender {
		return false
	}
	x, y := t.last.x, t.last.y
	cell := t.screen.rows[y].cells[x]
	text := t.screen.tables.appendText(make([]byte, 0, 2*maxCluster), cell)
	size := len(text)
	text = utf8.AppendRune(text, r)
	first := graphemes.FromBytes(text)
	if !first.Next() || len(first.Value()) == size {
		return false
	}
	if len(first.Value()) < size || !t.appendToCell(x, y, r) {
		return true // a full cell: the rest of the cluster is discarded
	}
	if !cell.Wide() && (r == cellwidth.VariationSelector16 || t.width(r) > 0) {
		t.widen(x, y)
	}
	return true
}

func (t *Terminal) widen(x, y int) {
	c := &t.screen.Cursor
	limit := t.rightLimit()
	if c.PendingWrap || c.X != x+1 || c.X > limit {
		return
	}
	r := t.screen.writable(y)
	r.cut(x + 2)
	r.touch(x + 2)
	r.cells[x+1] = r.cells[x] | cellTail
	r.cells[x] |= cellWide
	t.advance(x+2, limit)
}

// joinMeasured appends r to the last printed character if the user's terminal joins
// the two. It reports whether it did.
func (t *Terminal) joinMeasured(r rune) bool {
	w := t.user.Widths
	if w&^cellwidth.Known == 0 || !t.last.valid {
		return false
	}
	x, y := t.last.x, t.last.y
	cell := t.screen.rows[y].cells[x]
	switch {
	case r == cellwidth.ZeroWidthJoiner:
	case cellwidth.IsRegional(r) && w&cellwidth.PairedFlags != 0 && cell&cellCluster == 0 && cellwidth.IsRegional(rune(cell&cellRune)):
		if t.appendToCell(x, y, r) && !cell.Wide() {
			t.widen(x, y)
		}
		return true
	case r == cellwidth.VariationSelector16 && !cell.Wide() && w.Widens(t.screen.tables.first(cell)):
		if t.appendToCell(x, y, r) {
			t.widen(x, y)
		}
		return true
	case cellwidth.IsTone(r) && w&cellwidth.JoinedTones != 0 && cell.Wide(), t.last.joiner && w&cellwidth.JoinedZWJ != 0 && r >= 0x80:
		t.appendToCell(x, y, r)
		t.last.joiner = false
		return true
	}
	return false
}

func (t *tables) first(c Cell) rune {
	if c&cellCluster == 0 {
		return rune(c & cellRune)
	}
	r, _ := utf8.DecodeRuneInString(t.clusters.list[c&cellRune])
	return r
}

// sizedText performs OSC 66 in a diff: "w=", 1 or 2, a semicolon and a character,
// which takes that many columns (kitty, text sizing protocol).
func (t *Terminal) sizedText(data string) {
	if !t.applyingDiff || len(data) < len("w=1;x") || data[:2] != "w=" || data[2] != '1' && data[2] != '2' || data[3] != ';' {
		return
	}
	text := clean(data[4:])
	if text == "" || len(text) > maxCluster {
		return
	}
	if t.screen.tables.clusters.nearlyFull() {
		t.compactTables()
	}
	t.putCell(t.screen.tables.textCell(text), int(data[2]-'0'))
}

// printPlaceholder prints a cell of a picture for which the program has printed the
// character. Its picture, row and column are those after the cell to the left, up to the
// marks that follow (kitty, graphics protocol).
func (t *Terminal) printPlaceholder() {
	if t.screen.tables.clusters.nearlyFull() {
		t.compactTables()
	}
	t.screen.tables.pictures = true
	t.last.valid = false
	t.putCell(t.screen.tables.textCell(string(picture.AppendCell(nil, 0, 0))), 1)
	if !t.last.valid {
		return // there was no room
	}
	pen := &t.screen.Pen
	t.last.char, t.last.picture = ' ', true
	t.last.name = picture.Name{Image: pictureNumber(pen.Fg), Placement: pictureNumber(pen.UnderlineColor)}
	image, row, column, _ := t.leftPicture()
	t.setPictureCell(image, row, column)
}

// mapsPictures reports whether programs name the pictures of placeholders. In a diff they have
// numbers.
func (t *Terminal) mapsPictures() bool { return !t.applyingDiff && t.takesPictures() }

// leftPicture returns the image and the row of the cell left of the last placeholder, and the
// column after it. If that is another picture, ok is false, and the image is the one that the
// colour alone names.
func (t *Terminal) leftPicture() (image uint32, row, column int, ok bool) {
	image = t.last.name.Image
	x, cells := t.last.x, t.screen.rows[t.last.y].cells
	if x == 0 {
		return image, 0, 0, false
	}
	left, ok := t.screen.tables.pictureCell(cells[x-1])
	switch {
	case !ok:
	case t.mapsPictures():
		id := t.pictures.ImageOf(left.Number)
		ok = id&picture.MaxNumber == image && t.pictures.Named(picture.Name{Image: id, Placement: t.last.name.Placement}) == left.Number
		if ok {
			image = id
		}
	default:
		ok = (cells[x-1]^cells[x])&cellRendition == 0
	}
	if !ok {
		return image, 0, 0, false
	}
	return image, left.Row, min(left.Column+1, picture.MaxCells-1), true
}

func (t *Terminal) setPictureCell(image uint32, row, column int) {
	cell := &t.screen.writable(t.last.y).cells[t.last.x]
	*cell = *cell&^(cellRune|cellCluster) | t.screen.tables.textCell(string(picture.AppendCell(nil, row, column)))
	if t.mapsPictures() {
		number := t.pictures.Named(picture.Name{Image: image, Placement: t.last.name.Placement})
		*cell = cell.withRendition(t.screen.tables.renditionBits(Rendition{Fg: colorRGB | Color(number), Bg: t.screen.Pen.Bg}))
	}
}

// markPlaceholder performs a combining mark after a placeholder: the first is for its row,
// the second for its column, the third for the first byte of the image's id.
func (t *Terminal) markPlaceholder(r rune) {
	n, ok := picture.Number(r)
	cell, known := t.screen.tables.pictureCell(t.screen.rows[t.last.y].cells[t.last.x])
	image, row, column, same := t.leftPicture()
	low := t.last.name.Image
	switch {
	case !ok || !known:
	case t.last.marks == 0:
		if !same || row != n {
			image, column = low, 0
		}
		t.setPictureCell(image, n, column)
	case t.last.marks == 1:
		if !same || row != cell.Row || column != n {
			image = low
		}
		t.setPictureCell(image, cell.Row, n)
	case t.last.marks == 2 && n < 1<<8:
		t.setPictureCell(uint32(n)<<24|low, cell.Row, cell.Column)
	}
	t.last.marks++
}
