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

// Slots of colours: the palette, five special ones (OSC 5: bold, underline,
// blink, reverse, italic), ten dynamic ones (OSC 10 to 19).
const (
	specialSlot  = 256
	firstDynamic = specialSlot + 5
	slotCount    = firstDynamic + 10

	foreground = firstDynamic
	background = firstDynamic + 1
)

// dynamicSlot is that of OSC 10 to 19.
func dynamicSlot(n int) int { return firstDynamic + n - 10 }

// colorTable holds the colours that programs set, over those of the user's terminal.
type colorTable struct {
	set   map[int]rgb
	theme Theme
}

func (c *colorTable) reset()         { c.set = nil }
func (c *colorTable) unset(slot int) { delete(c.set, slot) }

func (c *colorTable) put(slot int, v rgb) {
	if c.set == nil {
		c.set = make(map[int]rgb)
	}
	c.set[slot] = v
}

// at gives the colour of a slot.
func (c *colorTable) at(slot int) rgb {
	if v, ok := c.set[slot]; ok {
		return v
	}
	switch {
	case slot == background || slot == dynamicSlot(14) || slot == dynamicSlot(16):
		return c.themed(c.theme.Background, 0x000000)
	case slot == dynamicSlot(12):
		return c.themed(c.theme.Cursor, 0xe5e5e5)
	case slot == dynamicSlot(17):
		return c.themedAs(c.theme.Selection, foreground)
	case slot == dynamicSlot(19):
		return c.themedAs(c.theme.SelectedText, background)
	case slot >= specialSlot:
		return c.themed(c.theme.Foreground, 0xe5e5e5)
	case slot < len(c.theme.Palette):
		return c.themed(c.theme.Palette[slot], standard[slot])
	}
	return wide(cube(slot))
}

// themedAs gives v, or the colour of another slot if v is not known.
func (c *colorTable) themedAs(v Color, slot int) rgb {
	if v.IsDefault() {
		return c.at(slot)
	}
	return c.themed(v, 0)
}

func (c *colorTable) themed(v Color, otherwise uint32) rgb {
	if r, g, b, ok := v.RGB(); ok {
		otherwise = uint32(r)<<16 | uint32(g)<<8 | uint32(b)
	}
	return wide(otherwise)
}

// wide makes 16 bits a part of 8.
func wide(v uint32) rgb {
	return rgb{uint16(v>>16&0xff) * 0x101, uint16(v>>8&0xff) * 0x101, uint16(v&0xff) * 0x101}
}

// standard are xterm's first sixteen colours.
var standard = [16]uint32{
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
}

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
	return RGBColor(uint8(v[0]>>8), uint8(v[1]>>8), uint8(v[2]>>8)), true
}

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
