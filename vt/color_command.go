package vt

import (
	"strconv"
	"strings"
)

// SetTheme sets the colours of the user's terminal.
func (t *Terminal) SetTheme(theme Theme) { t.colors.theme = theme }

// reportScheme answers DSR 996, if the user's terminal did: 1 dark, 2 light.
func (t *Terminal) reportScheme() {
	if t.user.Scheme != 0 {
		t.replyCSI("?", "n", 997, int(t.user.Scheme))
	}
}

// paletteCommand is OSC 4 and 5: pairs of a number and a colour, or ?.
func (t *Terminal) paletteCommand(n int, text, st string) {
	for text != "" {
		var head, color string
		head, text, _ = cutByte(text, ';')
		color, text, _ = cutByte(text, ';')
		slot, ok := paletteSlot(n, head)
		if !ok {
			return
		}
		t.colorCommand(slot, color, appendNumbers(nil, n, slot-paletteStart(n)), st)
	}
}

// paletteSlot returns the slot of OSC 4 or 5 and a number.
func paletteSlot(n int, number string) (slot int, ok bool) {
	slot, err := strconv.Atoi(number)
	if err != nil || slot < 0 || slot >= firstDynamic {
		return 0, false
	}
	slot += paletteStart(n)
	return slot, slot < firstDynamic
}

// paletteStart returns the slot of number 0 in OSC 4 or 5.
func paletteStart(n int) int {
	if n == 5 {
		return specialSlot
	}
	return 0
}

// dynamicCommand is OSC 10 to 19: colours for n and those after it, or ?.
func (t *Terminal) dynamicCommand(n int, text, st string) {
	for color := range strings.SplitSeq(text, ";") {
		if n > 19 {
			return
		}
		t.colorCommand(dynamicSlot(n), color, appendNumbers(nil, n), st)
		n++
	}
}

// colorCommand sets the colour of a slot, or reports it under the numbers in name:
// the program's own, or that of the user's terminal if it is known.
func (t *Terminal) colorCommand(slot int, color string, name []byte, st string) {
	if color == "?" {
		set, ok := t.colors.set[slot]
		t.ofUser(func(t *Terminal) {
			if !ok {
				set, ok = t.colors.users(slot, t.user.Features.Has(FeatureStandardPalette))
			}
			if ok {
				t.reply([]byte("\x1b]" + string(name) + ";" + set.String() + st))
			}
		})
		return
	}
	if v, ok := readColor(color); ok {
		t.colors.put(slot, v)
	}
}

// resetPalette is OSC 104 and 105: the numbers named, or all.
func (t *Terminal) resetPalette(n int, text string) {
	if text == "" {
		first, end := 0, specialSlot
		if n == 5 {
			first, end = specialSlot, firstDynamic
		}
		t.work += end - first
		for slot := first; slot < end; slot++ {
			t.colors.unset(slot)
		}
		return
	}
	for number := range strings.SplitSeq(text, ";") {
		if slot, ok := paletteSlot(n, number); ok {
			t.colors.unset(slot)
		}
	}
}
