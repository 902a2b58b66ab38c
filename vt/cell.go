package vt

import "gm/vt/parser"

// Cell is one column of a row: a code point or a cluster, its width, and its Rendition. It
// holds no pointer, so the garbage collector never scans a row. The zero Cell is a blank
// in the default rendition.
//
// Bits 0..20 are the code point, or with cellCluster set a number in the
// screen's cluster table; 0 is a blank that was never written.
//
// Bits 25..33 are the Attrs of the Rendition and bits 34..36 the Underline, so that a
// rectangle operation changes bits only. Bits 40..63 are the rest of it: the direct colour
// of the text or of the background if it has nothing else, so that a picture needs no
// table, or a number in the screen's style table.
type Cell uint64

const (
	cellRune      Cell = 1<<21 - 1
	cellCluster   Cell = 1 << 21
	cellWide      Cell = 1 << 22 // the left half of a wide character
	cellTail      Cell = 1 << 23 // the right half; the rest of it is as in the left
	cellProtected Cell = 1 << 24 // DECSCA; invisible, never sent

	cellAttrsShift          = 25
	cellAttrs          Cell = Cell(allAttrs) << cellAttrsShift
	cellUnderlineShift      = 34
	cellUnderline      Cell = 7 << cellUnderlineShift

	directShift         = 37
	cellDirectFg   Cell = 1 << directShift       // the style is a colour of the text
	cellDirectBg   Cell = 1 << (directShift + 1) // the style is a colour of the background
	cellDirect          = cellDirectFg | cellDirectBg
	cellStyleShift      = 40
	cellStyle      Cell = 0xffffff << cellStyleShift

	// cellRendition are the bits of the Rendition.
	cellRendition = cellStyle | cellDirect | cellAttrs | cellUnderline

	// cellVisible are the bits with a visible effect.
	cellVisible = cellRune | cellCluster | cellWide | cellTail | cellRendition
)

// Blank reports whether the cell shows nothing but its background.
func (c Cell) Blank() bool { return c&(cellRune|cellTail|cellCluster) == 0 || c.isSpace() }

func (c Cell) isSpace() bool { return c&(cellRune|cellCluster|cellTail) == ' ' }

// Wide reports whether the cell is the left half of a wide character.
func (c Cell) Wide() bool { return c&cellWide != 0 }

func (c Cell) columns() int { return 1 + int(c/cellWide&1) }

// Tail reports whether the cell is the right half of a wide character.
func (c Cell) Tail() bool { return c&cellTail != 0 }

// style returns the number of the cell's style, or 0 for a direct colour.
func (c Cell) style() uint16 {
	if c&cellDirect != 0 {
		return 0
	}
	return uint16(c >> cellStyleShift)
}

func (c Cell) withStyle(n uint16) Cell { return c&^cellStyle | Cell(n)<<cellStyleShift }

func directColor(c Color, direct Cell) Cell { return direct | Cell(c&^colorKind)<<cellStyleShift }

func (c Cell) withRendition(r Cell) Cell { return c&^cellRendition | r&cellRendition }

func (c Cell) attrs() Attrs { return Attrs(c>>cellAttrsShift) & allAttrs }

func (c Cell) underline() Underline { return Underline(c>>cellUnderlineShift) & 7 }

func (r *Rendition) attributes() Cell {
	return Cell(r.Attrs&allAttrs)<<cellAttrsShift | Cell(r.Underline&7)<<cellUnderlineShift
}

// Color is a terminal colour: the default, an entry of the 256 colour palette, or a
// 24-bit value. The zero Color is the default.
type Color uint32

const (
	colorPalette Color = 1 << 24
	colorRGB     Color = parser.DirectColor
	colorKind    Color = 3 << 24
)

// PaletteColor returns entry i of the palette. 0 to 15 are SGR 30-37 and 90-97.
func PaletteColor(i uint8) Color { return colorPalette | Color(i) }

// RGBColor returns a direct colour.
func RGBColor(r, g, b uint8) Color {
	return colorRGB | Color(r)<<16 | Color(g)<<8 | Color(b)
}

// IsDefault reports whether c is the terminal's own default colour.
func (c Color) IsDefault() bool { return c&colorKind == 0 }

// Palette returns the palette entry of c, and whether c is one.
func (c Color) Palette() (uint8, bool) { return uint8(c), c&colorKind == colorPalette }

// RGB returns the parts of c, and whether c is a direct colour.
func (c Color) RGB() (r, g, b uint8, ok bool) {
	return uint8(c >> 16), uint8(c >> 8), uint8(c), c&colorKind == colorRGB
}

// Attrs is a set of the character attributes that are on or off (ECMA-48, SGR).
type Attrs uint16

const (
	Bold       Attrs = 1 << iota // SGR 1
	Faint                        // SGR 2
	Italic                       // SGR 3
	Blink                        // SGR 5
	RapidBlink                   // SGR 6
	Inverse                      // SGR 7
	Invisible                    // SGR 8
	Strike                       // SGR 9
	Overline                     // SGR 53

	allAttrs = Overline<<1 - 1
)

// Underline is a style of underlining (SGR 4, 21 and 4:0 to 4:5).
type Underline uint8

const (
	UnderlineNone Underline = iota
	UnderlineSingle
	UnderlineDouble
	UnderlineCurly
	UnderlineDotted
	UnderlineDashed
)

// Rendition is the graphic rendition of a cell. The zero Rendition is the default
// (SGR 0). It is comparable.
type Rendition struct {
	Fg, Bg         Color
	UnderlineColor Color
	Attrs          Attrs
	Underline      Underline
	Link           uint16 // hyperlink (OSC 8) in the screen's table; 0 is none
}
