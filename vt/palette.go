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

// users returns the colour of a slot in the user's terminal, if it is known.
// standard reports that the palette beyond the first 16 is xterm's.
func (c *colorTable) users(slot int, standard bool) (v rgb, ok bool) {
	color := Color(0)
	switch {
	case slot < len(c.theme.Palette):
		color = c.theme.Palette[slot]
	case slot < specialSlot:
		return wide(cube(slot)), standard
	case slot == foreground:
		color = c.theme.Foreground
	case slot == background:
		color = c.theme.Background
	case slot == dynamicSlot(12):
		color = c.theme.Cursor
	case slot == dynamicSlot(17):
		color = c.theme.Selection
	case slot == dynamicSlot(19):
		color = c.theme.SelectedText
	}
	r, g, b, ok := color.RGB()
	return wide(uint32(r)<<16 | uint32(g)<<8 | uint32(b)), ok
}

// wide makes 16 bits a part of 8.
func wide(v uint32) rgb {
	return rgb{uint16(v>>16&0xff) * 0x101, uint16(v>>8&0xff) * 0x101, uint16(v&0xff) * 0x101}
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
