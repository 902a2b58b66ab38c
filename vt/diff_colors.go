package vt

// colorsAtOnce is how many colours of the palette one OSC 4 sets, and OSC 104 resets:
// terminals have limits of their own for the length of a sequence.
const colorsAtOnce = 16

// colors appends what changes the colours that are set from one table to another.
func (d *differ) colors(from, to *Colors) {
	if !d.dialect.SetColors || from == to {
		return
	}
	d.palette("4", from, to, func(slot int) bool { return to.at(slot) != 0 })
	d.palette("104", from, to, func(slot int) bool { return to.at(slot) == 0 })
	for n := 10; n <= 19; n++ {
		slot := dynamicSlot(n)
		if !travels(slot) || from.at(slot) == to.at(slot) {
			continue
		}
		if c := to.at(slot); c != 0 {
			d.osc("", "")
			d.out = d.appendColor(appendInt(d.out, n), c)
		} else {
			d.osc("", "")
			d.out = appendInt(d.out, n+100)
		}
		d.out = append(d.out, '\a')
	}
}

// palette appends the entries of the palette that differ and are chosen, with their
// colours if they have one in to.
func (d *differ) palette(number string, from, to *Colors, chosen func(slot int) bool) {
	n := 0
	for slot := range specialSlot {
		if from.at(slot) == to.at(slot) || !chosen(slot) {
			continue
		}
		if n%colorsAtOnce == 0 {
			if n > 0 {
				d.out = append(d.out, '\a')
			}
			d.osc(number, "")
		}
		d.out = appendInt(append(d.out, ';'), slot)
		if c := to.at(slot); c != 0 {
			d.out = d.appendColor(d.out, c)
		}
		n++
	}
	if n > 0 {
		d.out = append(d.out, '\a')
	}
}

// appendColor appends a semicolon and a direct colour as XParseColor reads it.
func (d *differ) appendColor(dst []byte, c Color) []byte {
	dst = append(dst, ";rgb:"...)
	for shift := 16; shift >= 0; shift -= 8 {
		v := uint8(c >> shift)
		dst = append(dst, hexDigits[v>>4], hexDigits[v&15], '/')
	}
	return dst[:len(dst)-1]
}

const hexDigits = "0123456789abcdef"
