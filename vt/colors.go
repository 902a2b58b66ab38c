package vt

import (
	"cmp"
	"strconv"
	"strings"
)

// Slots of colours: the palette (OSC 4), five special colours (OSC 5: bold, underline,
// blink, reverse, italic) and ten dynamic ones (OSC 10 to 19).
const (
	specialSlot  = 256
	firstDynamic = specialSlot + 5
	slotCount    = firstDynamic + 10

	foreground = firstDynamic
	background = firstDynamic + 1
)

func dynamicSlot(n int) int { return firstDynamic + n - 10 }

// isSlotSent reports whether the colour of a slot is sent to the user's terminal. Those
// of Tektronix windows (OSC 15, 16 and 18) are not, and neither are the special
// colours, which xterm does not reset (OSC 105).
func isSlotSent(slot int) bool {
	switch slot {
	case dynamicSlot(15), dynamicSlot(16), dynamicSlot(18):
		return false
	}
	return slot < specialSlot || slot >= firstDynamic && slot < slotCount
}

// Colors are the colours that a program has set instead of those of the user's terminal
// (OSC 4 and 10 to 19). A nil Colors is empty.
type Colors struct {
	set   [slotCount]Color // direct colours; the zero Color is unset
	count int              // number of colours set
	owner *owner           // the screen that may modify it
}

func (c *Colors) at(slot int) Color {
	if c == nil {
		return 0
	}
	return c.set[slot]
}

// HasPalette reports whether the palette colour n is set (OSC 4).
func (c *Colors) HasPalette(n int) bool { return n >= 0 && n < specialSlot && c.at(n) != 0 }

// HasDynamic reports whether the colour of OSC n, 10 to 19, is set.
func (c *Colors) HasDynamic(n int) bool { return n >= 10 && n <= 19 && c.at(dynamicSlot(n)) != 0 }

// With returns c with the colours of o added in slots that c has not set. It returns c
// itself if there are none.
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

func sameColors(a, b *Colors) bool {
	if a == b {
		return true
	}
	for slot := range slotCount {
		if a.at(slot) != b.at(slot) && isSlotSent(slot) {
			return false
		}
	}
	return true
}

// setColor sets the colour of a slot. The zero Color unsets it.
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

// cheapSearch is the number of bytes of a string search that cost as much as one cell.
const cheapSearch = 8

// SetTheme sets the colours of the user's terminal.
func (t *Terminal) SetTheme(theme Theme) { t.theme = theme }

func (t *Terminal) reportScheme() {
	if t.user.Scheme != 0 {
		t.replyCSI("?", "n", 997, int(t.user.Scheme))
	}
}

// paletteCommand performs OSC 4 and 5: pairs of a number and a colour or ?. An invalid
// pair ends the command (xterm).
func (t *Terminal) paletteCommand(n int, text, st string) {
	for text != "" {
		var head, color string
		head, text, _ = cutByte(text, ';')
		color, text, _ = cutByte(text, ';')
		slot, ok := paletteSlot(n, head)
		if !ok || !t.colorCommand(slot, color, appendNumbers(nil, n, slot-paletteStart(n)), st) {
			return
		}
	}
}

func paletteSlot(n int, number string) (slot int, ok bool) {
	slot, err := strconv.Atoi(number)
	if err != nil || slot < 0 || slot >= firstDynamic {
		return 0, false
	}
	slot += paletteStart(n)
	return slot, slot < firstDynamic
}

func paletteStart(n int) int {
	if n == 5 {
		return specialSlot
	}
	return 0
}

// dynamicCommand performs OSC 10 to 19: colours or ? for n and the numbers after it. An
// invalid colour changes nothing.
func (t *Terminal) dynamicCommand(n int, text, st string) {
	for color := range strings.SplitSeq(text, ";") {
		if n > 19 {
			return
		}
		t.colorCommand(dynamicSlot(n), color, appendNumbers(nil, n), st)
		n++
	}
}

// resetDynamic performs OSC 110 to 119, which take no parameter.
func (t *Terminal) resetDynamic(n int, text string) {
	if text == "" {
		t.screen.setColor(dynamicSlot(n), 0)
	}
}

// colorCommand sets the colour of a slot, or for ? reports it after the numbers in
// name: the colour that the program has set, else that of the user's terminal if it is
// known. It reports whether color is valid.
func (t *Terminal) colorCommand(slot int, color string, name []byte, st string) bool {
	if color == "?" {
		set := t.screen.Colors.at(slot)
		t.reportWhenKnown(func(t *Terminal) {
			v, ok := rgbOf(set), set != 0
			if !ok {
				v, ok = t.theme.userColor(slot, t.user.Features.Has(FeatureStandardPalette))
			}
			if ok {
				t.reply([]byte("\x1b]" + string(name) + ";" + v.String() + st))
			}
		})
		return true
	}
	v, ok := readColor(color)
	c := v.color()
	if !ok {
		t.work += len(colorNames) / cheapSearch
		c, ok = namedColor(color)
	}
	if ok {
		t.screen.setColor(slot, c)
	}
	return ok
}

// resetPalette performs OSC 104 and 105: it resets the given numbers up to the first
// invalid one, or all without any.
func (t *Terminal) resetPalette(n int, text string) {
	if text == "" {
		first, end := 0, specialSlot
		if n == 5 {
			first, end = specialSlot, firstDynamic
		}
		t.unsetColors(first, end)
		return
	}
	for number := range strings.SplitSeq(text, ";") {
		slot, ok := paletteSlot(n, number)
		if !ok {
			return
		}
		t.screen.setColor(slot, 0)
	}
}

func (t *Terminal) unsetColors(first, end int) {
	if t.screen.Colors == nil {
		return
	}
	t.work += end - first
	for slot := first; slot < end; slot++ {
		t.screen.setColor(slot, 0)
	}
}
