package vt

import (
	"fmt"
	"gm/vt/parser"
	"unicode/utf8"
)

// decrqcra reports a checksum of a rectangle (DECRQCRA), if the server was
// started to: a program could read with it what another one wrote.
func (t *Terminal) decrqcra(s *parser.Sequence) {
	if !t.options.Checksums {
		return
	}
	var sum int
	if a, ok := t.area(s, 2); ok {
		sum = t.checksum(a)
	}
	t.replyDCS(fmt.Sprintf("%d!~%04X", s.At(0, 0), sum&0xffff))
}

// checksum is xterm's default (checksumExtension 0): the negative of the sum of
// the characters, the low eight bits of each, and of their attributes. Of the
// cells that nothing was written to only the first counts, and those that were
// erased in a colour.
func (t *Terminal) checksum(a area) int {
	sum := 0
	for y := a.y0; y < a.y1; y++ {
		t.work += a.x1 - a.x0
		for x, c := range t.screen.rows[y].cells[a.x0:a.x1] {
			if c&^cellProtected == 0 && (x > 0 || y > a.y0) {
				continue
			}
			if c&(cellTail|cellCluster|Cell(Invisible)<<cellAttrsShift) == 0 && c&cellRune != 0 {
				sum += int(c&0xff) + attributeSum(c)
			} else {
				sum += t.screen.tables.textSum(c) + attributeSum(c)
			}
		}
	}
	return -sum
}

// tailSum is the right half of a wide character: xterm has U+FFFF there.
const tailSum = 0xff

// textSum returns what the text of a cell adds to a checksum.
func (t *tables) textSum(c Cell) int {
	switch {
	case c.Tail():
		return tailSum
	case c&(cellRune|cellCluster) == 0 || c&(Cell(Invisible)<<cellAttrsShift) != 0:
		return ' '
	case c&cellCluster != 0:
		first, _ := utf8.DecodeRuneInString(t.clusters.list[c&cellRune])
		return int(first) & 0xff
	}
	return int(c & 0xff)
}

// attributeSum returns what the attributes of a cell add to a checksum: 0x80 for
// bold, 0x40 for blinking, 0x20 for inverse, 0x10 for a single underline.
func attributeSum(c Cell) int {
	const bold, blink, inverse = Cell(Bold) << cellAttrsShift, Cell(Blink) << cellAttrsShift, Cell(Inverse) << cellAttrsShift
	sum := c&bold/(bold/0x80) | c&blink/(blink/0x40) | c&inverse/(inverse/0x20)
	if c&cellUnderline == underlined {
		sum += 0x10
	}
	return int(sum)
}
