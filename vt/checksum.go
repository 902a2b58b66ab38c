package vt

import (
	"fmt"
	"unicode/utf8"
)

// decrqcra reports a checksum of a rectangle (DECRQCRA), if the server was
// started to: a program could read with it what another one wrote.
func (t *Terminal) decrqcra(s *sequence) {
	if !t.options.Checksums {
		return
	}
	var sum int
	if a, ok := t.area(s, 2); ok {
		sum = t.checksum(a)
	}
	t.replyDCS(fmt.Sprintf("%d!~%04X", s.at(0, 0), sum&0xffff))
}

// checksum is xterm's default (checksumExtension 0): the negative of the sum of
// the characters, the low eight bits of each, and of their attributes. Of the
// cells that nothing was written to only the first counts, and those that were
// erased in a colour.
func (t *Terminal) checksum(a area) int {
	sum := 0
	for y := a.y0; y < a.y1; y++ {
		for x := a.x0; x < a.x1; x++ {
			c := t.screen.rows[y].cells[x]
			if c&^cellProtected != 0 || x == a.x0 && y == a.y0 {
				sum += t.cellSum(c)
			}
		}
	}
	return -sum
}

// attributeSums are what an attribute adds.
var attributeSums = [...]struct {
	attr  Attrs
	value int
}{{Bold, 0x80}, {Blink, 0x40}, {Inverse, 0x20}}

// tailSum is the right half of a wide character: xterm has U+FFFF there.
const tailSum = 0xff

func (t *Terminal) cellSum(c Cell) int {
	r := t.screen.Rendition(c)
	sum := int(' ')
	switch text := t.screen.AppendText(nil, c); {
	case c.Tail():
		sum = tailSum
	case r.Attrs&Invisible == 0:
		first, _ := utf8.DecodeRune(text)
		sum = int(first) & 0xff
	}
	for _, a := range attributeSums {
		if r.Attrs&a.attr != 0 {
			sum += a.value
		}
	}
	if r.Underline == UnderlineSingle {
		sum += 0x10
	}
	return sum
}
