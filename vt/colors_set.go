package vt

import "cmp"

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

// travels reports whether the colour of a slot belongs to the screen that the user
// sees. Those of Tektronix windows (OSC 15, 16 and 18) do not, and neither do the
// special ones, as xterm does not reset them (OSC 105).
func travels(slot int) bool {
	switch slot {
	case dynamicSlot(15), dynamicSlot(16), dynamicSlot(18):
		return false
	}
	return slot < specialSlot || slot >= firstDynamic && slot < slotCount
}

// Colors are the colours that a program has set in place of those of the user's
// terminal (OSC 4 and 10 to 19). nil has none.
type Colors struct {
	set   [slotCount]Color // direct; the zero Color is not set
	count int              // of those that are
	owner *owner           // the screen that may change them
}

// at returns the colour of a slot, the zero Color if it is not set.
func (c *Colors) at(slot int) Color {
	if c == nil {
		return 0
	}
	return c.set[slot]
}

// HasPalette reports whether a colour of the palette is set (OSC 4).
func (c *Colors) HasPalette(n int) bool { return n >= 0 && n < specialSlot && c.at(n) != 0 }

// HasDynamic reports whether the colour of OSC n, 10 to 19, is set.
func (c *Colors) HasDynamic(n int) bool { return n >= 10 && n <= 19 && c.at(dynamicSlot(n)) != 0 }

// With returns c with the colours of o in slots that it has none for: c itself if
// there are none.
func (c *Colors) With(o *Colors) *Colors {
	if c == nil || o == nil {
		return cmp.Or(c, o)
	}
	sum := c
	for slot := range slotCount {
		if c.set[slot] != 0 || o.at(slot) == 0 {
			continue
		}
		if sum == c {
			sum = new(Colors)
			*sum = *c
		}
		sum.set[slot] = o.set[slot]
		sum.count++
	}
	return sum
}

// sameColors reports whether the user sees the same colours set.
func sameColors(a, b *Colors) bool {
	if a == b {
		return true
	}
	for slot := range slotCount {
		if a.at(slot) != b.at(slot) && travels(slot) {
			return false
		}
	}
	return true
}

// setColor sets the colour of a slot; the zero Color unsets it.
func (s *Screen) setColor(slot int, v Color) {
	was := s.Colors.at(slot)
	if was == v {
		return
	}
	if s.Colors == nil || s.Colors.owner != s.owner {
		c := Colors{}
		if s.Colors != nil {
			c = *s.Colors
		}
		c.owner = s.owner
		s.Colors = &c
	}
	if was == 0 {
		s.Colors.count++
	}
	if s.Colors.set[slot] = v; v == 0 {
		s.Colors.count--
	}
	if s.Colors.count == 0 {
		s.Colors = nil
	}
}

// colorsBytes is the size of Colors.
const colorsBytes = slotCount*4 + 20
