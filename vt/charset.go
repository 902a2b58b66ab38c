package vt

// charset is a graphic character set of 94 or 96 characters (ISO 2022).
type charset uint8

const (
	ascii charset = iota
	specialGraphics
	british
)

// charsets are the four designated sets and which of them is in use. The zero
// charsets are those after RIS. What is above ASCII is UTF-8, so the right half
// is designated but never used.
type charsets struct {
	g      [4]charset
	left   uint8 // locking shift: GL is G0 to G3
	right  uint8
	single uint8 // single shift: the next character is of G2 or G3; 0 is none
}

// plain says that printable ASCII prints as itself.
func (c *charsets) plain() bool { return c.single == 0 && c.g[c.left] == ascii }

// designate is SCS: intermediates ( ) * + are G0 to G3, - . / too for sets of
// 96. A set that is not known is ASCII.
func (c *charsets) designate(inter uint16, final byte) {
	var g int
	switch inter & 0xff {
	case '(', ')', '*', '+':
		g = int(inter&0xff - '(')
	case '-', '.', '/':
		g = int(inter&0xff-'-') + 1
	default:
		return
	}
	c.g[g] = ascii
	if inter < 0x100 && inter <= '+' {
		switch final {
		case '0':
			c.g[g] = specialGraphics
		case 'A':
			c.g[g] = british
		}
	}
}

// shift is the final byte of one of the shifts: SS2, SS3, LS2, LS3, LS1R, LS2R
// and LS3R.
func (c *charsets) shift(final byte) {
	switch final {
	case 'N', 'O':
		c.single = final - 'N' + 2
	case 'n', 'o':
		c.left = final - 'n' + 2
	case '~', '}', '|':
		c.right = '~' - final + 1
	}
}

// translate gives the code point that byte c stands for, and ends a single
// shift.
func (c *charsets) translate(b byte) rune {
	set := c.g[c.left]
	if c.single != 0 {
		set = c.g[c.single]
		c.single = 0
	}
	switch {
	case set == specialGraphics && b >= 0x5f && b < del:
		return lineDrawing[b-0x5f]
	case set == british && b == '#':
		return '£'
	}
	return rune(b)
}

// lineDrawing is the DEC special graphics set from 0x5f (blank) on.
var lineDrawing = [...]rune{
	' ', '◆', '▒', '␉', '␌', '␍', '␊', '°', '±', '␤', '␋', '┘', '┐', '┌',
	'└', '┼', '⎺', '⎻', '─', '⎼', '⎽', '├', '┤', '┴', '┬', '│', '≤', '≥', 'π',
	'≠', '£', '·',
}
