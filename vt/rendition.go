package vt

import "gm/vt/parser"

// Color is a terminal colour: the default, an entry of the 256 colour palette,
// or a 24-bit value. The zero Color is the default.
type Color uint32

const (
	colorPalette Color = 1 << 24
	colorRGB     Color = parser.DirectColor
	colorKind    Color = 3 << 24
)

// PaletteColor is entry i of the palette (0..15 are SGR 30-37 and 90-97).
func PaletteColor(i uint8) Color { return colorPalette | Color(i) }

// RGBColor is a direct colour.
func RGBColor(r, g, b uint8) Color {
	return colorRGB | Color(r)<<16 | Color(g)<<8 | Color(b)
}

// IsDefault says that c is the terminal's own default colour.
func (c Color) IsDefault() bool { return c&colorKind == 0 }

// Palette gives the palette entry, if c is one.
func (c Color) Palette() (uint8, bool) { return uint8(c), c&colorKind == colorPalette }

// RGB gives the direct colour, if c is one.
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

// Rendition is the graphic rendition of a cell. The zero Rendition is the
// terminal's default (SGR 0). It is comparable.
type Rendition struct {
	Fg, Bg         Color
	UnderlineColor Color
	Attrs          Attrs
	Underline      Underline
	Link           uint16 // hyperlink (OSC 8) in the screen's table; 0 is none
}
