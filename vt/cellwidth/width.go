// Package cellwidth has the widths of characters in the cells of a terminal: those that
// package vt uses, those that depend on the terminal, and those on which terminals disagree.
package cellwidth

import (
	"slices"

	"github.com/mattn/go-runewidth"
)

// widths is the policy for the width of code points: ambiguous ones (UAX #11) are
// narrow.
var widths = runewidth.Condition{StrictEmojiNeutral: true}

// Of returns the number of columns of a code point: 0, 1 or 2. It departs from
// the library where xterm does: the soft hyphen and the separators of lines and
// paragraphs are visible, and the vowels and final consonants of decomposed Hangul
// occupy the columns of the consonant before them.
func Of(r rune) int {
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
	// widthBlock is the number of code points in a block.
	widthBlock = 64

	// cachedPlanes is the number of Unicode planes whose widths are cached: those of
	// living scripts, symbols and emoji.
	cachedPlanes = 2

	cachedBlocks = cachedPlanes << 16 / widthBlock
)

// Cache caches Of by blocks of code points. The zero Cache is empty.
type Cache struct {
	block [cachedBlocks + 1]uint8 // index into widths for each block; the last is always 0
	// widths holds one more than the width of each code point, for each distinct block. 0
	// is not cached. Index 0 is a block without cached widths.
	widths [1 << 8][widthBlock]uint8
	last   uint8 // the last index in use
}

// Quick returns the width of r, or -1 if it is not cached. It is small enough to be
// inlined.
func (m *Cache) Quick(r rune) int {
	return int(m.widths[m.block[min(uint32(r)/widthBlock, cachedBlocks)]][uint32(r)%widthBlock]) - 1
}

// Of returns the width of r.
func (m *Cache) Of(r rune) int {
	width := m.Quick(r)
	if width < 0 {
		width = Of(r)
		if !Varies(r) { // widths of these are not cached
			m.cacheBlock(r / widthBlock)
		}
	}
	return width
}

func (m *Cache) cacheBlock(block rune) {
	if block >= cachedBlocks {
		return
	}
	var widths [widthBlock]uint8
	for i := range widths {
		if r := block*widthBlock + rune(i); !Varies(r) {
			widths[i] = uint8(Of(r)) + 1
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
