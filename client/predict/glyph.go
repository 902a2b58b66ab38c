package predict

import (
	"unicode"
	"unicode/utf8"

	"gm/vt"
)

// glyph is the content of a cell, detached from its screen so that rows can be
// edited before they are compared.
type glyph struct {
	text      string // "" for a blank, and for the right half of a wide character
	width     int    // 1 or 2
	tail      bool   // the right half of a wide character
	unknown   bool   // the content is unpredictable
	border    bool   // part of a frame, which edits do not move
	rendition vt.Rendition
}

func blankGlyph() glyph { return glyph{width: 1} }

func (g glyph) blank() bool { return g.text == "" && !g.tail && !g.unknown }

// lineText returns the text of g within a line. An unknown glyph equals no text of
// a screen.
func (g glyph) lineText() string {
	switch {
	case g.unknown:
		return "\x00"
	case g.blank():
		return " "
	}
	return g.text
}

func (g glyph) same(o glyph) bool {
	return g.text == o.text && g.width == o.width && g.tail == o.tail && g.unknown == o.unknown
}

// screenGlyph returns the glyph in column x of row y, without its hyperlink, whose
// number is valid for that screen only.
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

// endsInSuggestion reports whether the text from column x on ends with a suggestion
// of the shell. Only its end counts: text that was just erased may have become
// part of the suggestion and still have the rendition of typed text.
func endsInSuggestion(row []glyph, x int) bool {
	end := textEnd(row, x)
	return end > x && isSuggestion(row[end-1].rendition)
}

// isSuggestion reports whether r is a rendition in which fish and zsh show
// suggestions: faint or grey. The next key overwrites a suggestion.
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

// textEnd returns the column after the text that begins in column x. The text
// includes single blanks; two blanks or a border end it.
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

// columnLimit returns the column of the first border from column x on, or the
// number of columns. Edits move text up to there.
func columnLimit(row []glyph, x int) int {
	for i := x; i < len(row); i++ {
		if row[i].border {
			return i
		}
	}
	return len(row)
}

// isBorder reports whether g, in column x of row y, is part of a frame: a
// box-drawing or block character, or ASCII punctuation that also stands above and
// below, or in two rows above or below.
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
