package vt

import (
	"slices"

	"github.com/mattn/go-runewidth"
)

// widths is the policy for the width of code points: ambiguous ones are narrow.
var widths = runewidth.Condition{StrictEmojiNeutral: true}

// runeWidth gives the number of columns that a code point takes: 0, 1 or 2. It
// departs from the library where xterm does: the soft hyphen and the separators of
// lines and paragraphs are visible, and the vowels and final consonants of decomposed Hangul stand in the
// columns of the consonant before them.
func runeWidth(r rune) int {
	switch {
	case r == '\u00ad' || r == '\u2028' || r == '\u2029':
		return 1
	case r >= 0xe0020 && r <= 0xe007f: // tags
		return 0
	case r >= '\u1160' && r <= '\u11ff' || r >= '\ud7b0' && r <= '\ud7ff':
		return 0
	}
	return widths.RuneWidth(r)
}

const (
	// widthBlock is how many code points are looked at together.
	widthBlock = 64

	// rememberedPlanes is how many planes of Unicode have widths that are
	// remembered: those of living scripts, symbols and emoji.
	rememberedPlanes = 2

	rememberedBlocks = rememberedPlanes << 16 / widthBlock
)

// widthMemory is runeWidth without its search: it remembers each block of code
// points that was asked for. The zero memory is empty.
type widthMemory struct {
	block [rememberedBlocks + 1]uint8 // the number of its widths; the last has none
	// widths are one more than they are, for each different block; 0 is not
	// known, nor is anything of number 0.
	widths [1 << 8][widthBlock]uint8
	last   uint8 // number given
}

// quick gives the width of r, or -1 if it is not remembered. It is small enough
// to be inlined.
func (m *widthMemory) quick(r rune) int {
	return int(m.widths[m.block[min(uint32(r)/widthBlock, rememberedBlocks)]][uint32(r)%widthBlock]) - 1
}

// of gives the width of r.
func (m *widthMemory) of(r rune) int {
	width := m.quick(r)
	if width < 0 {
		width = runeWidth(r)
		if !varies(r) { // which is not remembered
			m.learn(r / widthBlock)
		}
	}
	return width
}

// learn remembers a block.
func (m *widthMemory) learn(block rune) {
	if block >= rememberedBlocks {
		return
	}
	var widths [widthBlock]uint8
	for i := range widths {
		if r := block*widthBlock + rune(i); !varies(r) {
			widths[i] = uint8(runeWidth(r)) + 1
		}
	}
	n := slices.Index(m.widths[:m.last+1], widths)
	if n < 0 {
		if m.last == 1<<8-1 {
			return
		}
		m.last++
		n = int(m.last)
		m.widths[n] = widths
	}
	m.block[block] = uint8(n)
}
