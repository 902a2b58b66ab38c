package predict

import (
	"unicode"
	"unicode/utf8"

	"gm/vt"
)

// glyph is what a column of a row shows, as far as prediction cares: apart from
// the screen, so that rows can be edited before they are compared.
type glyph struct {
	text      string // "" for a blank, and for the right half of a wide character
	width     int    // 1 or 2
	tail      bool   // the right half of a wide character
	unknown   bool   // something will be here, but not known what
	border    bool   // of a frame, which stays where it is
	rendition vt.Rendition
}

func blankGlyph() glyph { return glyph{width: 1} }

func (g glyph) blank() bool { return g.text == "" && !g.tail && !g.unknown }

// lineText is g as a part of a line's text.
func (g glyph) lineText() string {
	switch {
	case g.unknown:
		return "\x00" // like nothing on any screen
	case g.blank():
		return " "
	}
	return g.text
}

// same says that both look alike but for the rendition.
func (g glyph) same(o glyph) bool {
	return g.text == o.text && g.width == o.width && g.tail == o.tail && g.unknown == o.unknown
}

// screenGlyph reads column x of row y. Hyperlinks are left out: their numbers
// are good for that screen only.
func screenGlyph(s *vt.Screen, x, y int) glyph {
	c := s.Cell(x, y)
	g := glyph{width: 1, tail: c.Tail(), rendition: s.Rendition(c)}
	g.rendition.Link = 0
	if c.Wide() {
		g.width = 2
	}
	if !c.Blank() && !g.tail {
		var buf [8]byte
		g.text = string(s.AppendText(buf[:0], c))
	}
	return g
}

// endsInSuggestion says that the text in a row from x on ends as a suggestion. What was
// just erased before it may look like typed text, and be a part of it now.
func endsInSuggestion(row []glyph, x int) bool {
	end := textEnd(row, x)
	return end > x && isSuggestion(row[end-1].rendition)
}

// isSuggestion says that text that looks so is probably not typed but offered by
// the shell, as fish and zsh do in grey: the next key overwrites it.
func isSuggestion(r vt.Rendition) bool {
	if r.Attrs&vt.Faint != 0 {
		return true
	}
	if i, ok := r.Fg.Palette(); ok {
		return i == 8 || i >= 238 && i <= 248
	}
	red, green, blue, ok := r.Fg.RGB()
	return ok && red == green && green == blue && red >= 0x40 && red <= 0xa0
}

// textEnd is the column after the stretch of text that begins at x: it goes on
// over single blanks, but two of them are a gap with which it ends, and so does a
// border.
func textEnd(row []glyph, x int) int {
	end := x
	for i := x; i < len(row) && !row[i].border; i++ {
		if !row[i].blank() {
			end = i + 1
		} else if i > end {
			break
		}
	}
	return end
}

// columnLimit is the column of the first border from column x on, or the number of
// columns: text does not go beyond it.
func columnLimit(row []glyph, x int) int {
	for i := x; i < len(row); i++ {
		if row[i].border {
			return i
		}
	}
	return len(row)
}

// isBorder reports whether the glyph g in column x of row y belongs to a frame: a
// character for drawing lines or blocks, or a sign that stands in the rows next to
// it too, as in frames of ASCII.
func isBorder(s *vt.Screen, g glyph, x, y int) bool {
	r, size := utf8.DecodeRuneInString(g.text)
	switch {
	case size == 0 || size != len(g.text):
		return false
	case r >= 0x2500 && r <= 0x259f: // Box Drawing, Block Elements
		return true
	case r >= utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r):
		return false
	}
	same := func(dy int) bool { return screenGlyph(s, x, y+dy).text == g.text }
	return same(-1) && (same(1) || same(-2)) || same(1) && same(2)
}
