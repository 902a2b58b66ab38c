package vt

import (
	"fmt"
	"strconv"
	"strings"
)

// Theme is how the user's terminal shows colours, as far as is known: the zero
// Color is one that is not.
type Theme struct {
	Foreground, Background, Cursor Color // OSC 10, 11, 12
	Selection, SelectedText        Color // OSC 17, 19
	Palette                        [16]Color
}

// rgb is a colour as programs set and read it: 16 bits for each part, of which
// xterm keeps the upper eight and repeats them.
type rgb [3]uint16

// colorTable holds the colours of the user's terminal.
type colorTable struct{ theme Theme }

// users returns the colour of a slot in the user's terminal, if it is known.
// standard reports that the palette beyond the first 16 is xterm's.
func (c *colorTable) users(slot int, standard bool) (v rgb, ok bool) {
	if slot >= len(c.theme.Palette) && slot < specialSlot {
		return wide(cube(slot)), standard
	}
	r, g, b, ok := c.theme.at(slot).RGB()
	return wide(uint32(r)<<16 | uint32(g)<<8 | uint32(b)), ok
}

// at returns the colour of a slot, the zero Color if it is not known.
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

// under returns the colours of t that are known in the slots that set has one for.
func (t *Theme) under(set *Colors) *Colors {
	under := NewScreen(MinCols, MinRows)
	for slot := range slotCount {
		if set.at(slot) != 0 {
			under.setColor(slot, t.at(slot))
		}
	}
	return under.Colors
}

// wide makes 16 bits a part of 8.
func wide(v uint32) rgb {
	return rgb{uint16(v>>16&0xff) * 0x101, uint16(v>>8&0xff) * 0x101, uint16(v&0xff) * 0x101}
}

// ofColor makes 16 bits a part of a direct colour.
func ofColor(c Color) rgb { return wide(uint32(c &^ colorKind)) }

// cube gives palette entries 16 to 255: a cube of six steps, then greys.
func cube(n int) uint32 {
	if n >= 232 {
		return uint32(8+10*(n-232)) * 0x010101
	}
	step := func(i int) uint32 {
		if i == 0 {
			return 0
		}
		return uint32(55 + 40*i)
	}
	n -= 16
	return step(n/36)<<16 | step(n/6%6)<<8 | step(n%6)
}

func (v rgb) String() string { return fmt.Sprintf("rgb:%04x/%04x/%04x", v[0], v[1], v[2]) }

// ParseColor reads a colour as terminals tell it (xterm ctlseqs, OSC 4 and 10):
// rgb:r/g/b, rgba:r/g/b/a, whose last part is dropped, or #rgb, each with one to
// four hexadecimal digits a part.
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

// color returns the direct colour, of the upper 8 bits of each part.
func (v rgb) color() Color { return RGBColor(uint8(v[0]>>8), uint8(v[1]>>8), uint8(v[2]>>8)) }

// readColor reads rgb:r/g/b with one to four digits each, or # and three
// numbers of equally many digits (XParseColor).
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
