package vt

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

// reduced returns the nearest colour of a terminal with n colours. n is 256, 16 or 8;
// less is a terminal without colour.
func (c Color) reduced(n int) Color {
	if c.IsDefault() {
		return c
	}
	if n < 8 {
		return 0
	}
	if r, g, b, ok := c.RGB(); ok {
		c = nearest256(r, g, b)
	}
	if i, _ := c.Palette(); int(i) < n {
		return c
	} else if i < 16 {
		return PaletteColor(i - 8)
	}
	i, _ := c.Palette()
	r, g, b := paletteRGB(i)
	return nearestANSI(r, g, b, n)
}

// cubeLevels are the six levels of xterm's 6x6x6 colour cube, entries 16 to 231.
var cubeLevels = [6]uint8{0, 95, 135, 175, 215, 255}

// ansiRGB are xterm's defaults for entries 0 to 15, as paletteRGB returns for all
// entries.
var ansiRGB = [16][3]uint8{
	{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0},
	{0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
	{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0},
	{92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
}

func paletteRGB(i uint8) (r, g, b uint8) {
	switch {
	case i < 16:
		return ansiRGB[i][0], ansiRGB[i][1], ansiRGB[i][2]
	case i < 232:
		i -= 16
		return cubeLevels[i/36], cubeLevels[i/6%6], cubeLevels[i%6]
	}
	v := 8 + 10*(i-232)
	return v, v, v
}

func nearest256(r, g, b uint8) Color {
	cr, cg, cb := nearestLevel(r), nearestLevel(g), nearestLevel(b)
	cube := colorDistance(r, g, b, cubeLevels[cr], cubeLevels[cg], cubeLevels[cb])
	mean := (int(r) + int(g) + int(b)) / 3
	step := min(max((mean-3)/10, 0), 23)
	v := uint8(8 + 10*step)
	if colorDistance(r, g, b, v, v, v) < cube {
		return PaletteColor(uint8(232 + step))
	}
	return PaletteColor(uint8(16 + 36*cr + 6*cg + cb))
}

func nearestLevel(v uint8) int {
	if v < 48 {
		return 0
	}
	if v < 115 {
		return 1
	}
	return min(int(v-35)/40, 5)
}

func nearestANSI(r, g, b uint8, n int) Color {
	best, at := 1<<30, 0
	for i := range min(n, 16) {
		a := ansiRGB[i]
		if d := colorDistance(r, g, b, a[0], a[1], a[2]); d < best {
			best, at = d, i
		}
	}
	return PaletteColor(uint8(at))
}

// colorDistance returns the square of the distance of two colours, weighted by the
// sensitivity of the human eye.
func colorDistance(r, g, b, r2, g2, b2 uint8) int {
	dr, dg, db := int(r)-int(r2), int(g)-int(g2), int(b)-int(b2)
	return 2*dr*dr + 4*dg*dg + 3*db*db
}

// Theme holds the colours of the user's terminal. The zero Color is not known.
type Theme struct {
	Foreground, Background, Cursor Color // OSC 10, 11, 12
	Selection, SelectedText        Color // OSC 17, 19
	Palette                        [16]Color
}

// rgb is a colour as programs set and read it, with 16 bits for each part. Like xterm,
// it keeps the upper eight bits and repeats them.
type rgb [3]uint16

// userColor returns the colour of a slot in the user's terminal if it is known.
// standard reports whether the palette beyond the first 16 entries is xterm's.
func (t *Theme) userColor(slot int, standard bool) (v rgb, ok bool) {
	if slot >= len(t.Palette) && slot < specialSlot {
		r, g, b := paletteRGB(uint8(slot))
		return rgbOf(RGBColor(r, g, b)), standard
	}
	c := t.at(slot)
	return rgbOf(c), c != 0
}

func (t *Theme) at(slot int) Color {
	switch {
	case slot < len(t.Palette):
		return t.Palette[slot]
	case slot == foreground:
		return t.Foreground
	case slot == background:
		return t.Background
	case slot == dynamicSlot(12):
		return t.Cursor
	case slot == dynamicSlot(17):
		return t.Selection
	case slot == dynamicSlot(19):
		return t.SelectedText
	}
	return 0
}

func (t *Theme) valuesFor(set *Colors) *Colors {
	under := NewScreen(MinCols, MinRows)
	for slot := range slotCount {
		if set.at(slot) != 0 {
			under.setColor(slot, t.at(slot))
		}
	}
	return under.Colors
}

func rgbOf(c Color) rgb {
	return rgb{uint16(c>>16&0xff) * 0x101, uint16(c>>8&0xff) * 0x101, uint16(c&0xff) * 0x101}
}

func (v rgb) String() string { return fmt.Sprintf("rgb:%04x/%04x/%04x", v[0], v[1], v[2]) }

// ParseColor parses a colour as terminals report it (xterm ctlseqs, OSC 4 and 10):
// rgb:r/g/b, rgba:r/g/b/a, whose alpha is ignored, or #rgb, with one to four
// hexadecimal digits for each part.
func ParseColor(s string) (c Color, ok bool) {
	if rest, found := strings.CutPrefix(s, "rgba:"); found {
		if strings.Count(rest, "/") != 3 {
			return 0, false
		}
		s = "rgb:" + rest[:strings.LastIndexByte(rest, '/')]
	}
	v, ok := readColor(s)
	if !ok {
		return 0, false
	}
	return v.color(), true
}

func (v rgb) color() Color { return RGBColor(uint8(v[0]>>8), uint8(v[1]>>8), uint8(v[2]>>8)) }

// readColor parses rgb:r/g/b with one to four digits for each part, or # and three
// numbers of equal length (XParseColor).
func readColor(s string) (v rgb, ok bool) {
	var parts []string
	if rest, found := strings.CutPrefix(strings.ToLower(s), "rgb:"); found {
		parts = strings.Split(rest, "/")
	} else if rest, found := strings.CutPrefix(s, "#"); found && len(rest)%3 == 0 {
		n := len(rest) / 3
		parts = []string{rest[:n], rest[n : 2*n], rest[2*n:]}
	}
	if len(parts) != 3 {
		return v, false
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 16, 16)
		if err != nil || len(p) > 4 || p[0] == '+' {
			return v, false
		}
		if s[0] == '#' {
			n <<= 16 - 4*len(p)
		} else {
			n = n * 0xffff / (1<<(4*len(p)) - 1)
		}
		v[i] = uint16(n>>8) * 0x101
	}
	return v, true
}

// colorNames are the names of X11 (rgb.txt) in lower case, one a line, each followed by
// a tab and six hexadecimal digits.
//
//go:embed colornames.txt
var colorNames string

// longestColorName bounds a colour name in bytes.
const longestColorName = 32

func namedColor(name string) (c Color, ok bool) {
	if name == "" || len(name) > longestColorName || strings.ContainsAny(name, "\n\t") {
		return 0, false
	}
	_, rest, ok := strings.Cut(colorNames, "\n"+strings.ToLower(name)+"\t")
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseUint(rest[:6], 16, 32)
	return colorRGB | Color(v), err == nil
}
