package vt

import (
	"slices"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// widths is the policy for the width of code points: ambiguous ones (UAX #11) are
// narrow.
var widths = runewidth.Condition{StrictEmojiNeutral: true}

// runeWidth returns the number of columns of a code point: 0, 1 or 2. It departs from
// the library where xterm does: the soft hyphen and the separators of lines and
// paragraphs are visible, and the vowels and final consonants of decomposed Hangul
// occupy the columns of the consonant before them.
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
	// widthBlock is the number of code points in a block.
	widthBlock = 64

	// cachedPlanes is the number of Unicode planes whose widths are cached: those of
	// living scripts, symbols and emoji.
	cachedPlanes = 2

	cachedBlocks = cachedPlanes << 16 / widthBlock
)

// widthCache caches runeWidth by blocks of code points. The zero widthCache is empty.
type widthCache struct {
	block [cachedBlocks + 1]uint8 // index into widths for each block; the last is always 0
	// widths holds one more than the width of each code point, for each distinct block. 0
	// is not cached. Index 0 is a block without cached widths.
	widths [1 << 8][widthBlock]uint8
	last   uint8 // the last index in use
}

// quick returns the width of r, or -1 if it is not cached. It is small enough to be
// inlined.
func (m *widthCache) quick(r rune) int {
	return int(m.widths[m.block[min(uint32(r)/widthBlock, cachedBlocks)]][uint32(r)%widthBlock]) - 1
}

func (m *widthCache) of(r rune) int {
	width := m.quick(r)
	if width < 0 {
		width = runeWidth(r)
		if !varies(r) { // widths of these are not cached
			m.cacheBlock(r / widthBlock)
		}
	}
	return width
}

func (m *widthCache) cacheBlock(block rune) {
	if block >= cachedBlocks {
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

// Terminals take the width of a character from tables of their C library or from tables
// of their own, of different Unicode versions. A code point has an ambiguous width if
// terminals are known to disagree on it. (UAX #11 calls another set of characters
// ambiguous: those that are wide in East Asian legacy sets.)

// assigned are the categories of the code points that are assigned.
var assigned = []*unicode.RangeTable{
	unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cf, unicode.Co,
}

// ambiguousTable has the code points that the unicode package (15.0) knows and Unicode
// 14 does not, those on which glibc 2.36 and go-runewidth disagree, and those that join
// clusters in some terminals only: variation selectors, ZWJ, flags and skin tones.
var ambiguousTable = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1}, // soft hyphen
		{Lo: 0x0600, Hi: 0x0605, Stride: 1}, // Arabic prepended marks
		{Lo: 0x06dd, Hi: 0x06dd, Stride: 1},
		{Lo: 0x070f, Hi: 0x070f, Stride: 1},
		{Lo: 0x0cf3, Hi: 0x0cf3, Stride: 1},
		{Lo: 0x0ece, Hi: 0x0ece, Stride: 1},
		{Lo: 0x1160, Hi: 0x11ff, Stride: 1}, // Hangul jamo, medial and final
		{Lo: 0x200b, Hi: 0x200f, Stride: 1}, // zero-width space, ZWJ, direction marks
		{Lo: 0x2028, Hi: 0x2029, Stride: 1},
		{Lo: 0x2630, Hi: 0x2637, Stride: 1}, // trigrams
		{Lo: 0x268a, Hi: 0x268f, Stride: 1}, // monograms, digrams
		{Lo: 0x3248, Hi: 0x324f, Stride: 1}, // circled numbers on black squares
		{Lo: 0x4dc0, Hi: 0x4dff, Stride: 1}, // I Ching hexagrams
		{Lo: 0xd7b0, Hi: 0xd7ff, Stride: 1}, // Hangul jamo extended B
		{Lo: 0xfe0e, Hi: 0xfe0f, Stride: 1}, // variation selectors
	},
	R32: []unicode.Range32{
		{Lo: 0x10efd, Hi: 0x10eff, Stride: 1},
		{Lo: 0x1123f, Hi: 0x11241, Stride: 1},
		{Lo: 0x1171e, Hi: 0x1171e, Stride: 1},
		{Lo: 0x11b00, Hi: 0x11b09, Stride: 1},
		{Lo: 0x11f00, Hi: 0x11f59, Stride: 1},
		{Lo: 0x1342f, Hi: 0x1342f, Stride: 1},
		{Lo: 0x13439, Hi: 0x13455, Stride: 1},
		{Lo: 0x1b132, Hi: 0x1b132, Stride: 1},
		{Lo: 0x1b155, Hi: 0x1b155, Stride: 1},
		{Lo: 0x1d165, Hi: 0x1d166, Stride: 1}, // musical stems
		{Lo: 0x1d16d, Hi: 0x1d172, Stride: 1},
		{Lo: 0x1d2c0, Hi: 0x1d2d3, Stride: 1},
		{Lo: 0x1d300, Hi: 0x1d376, Stride: 1}, // Tai Xuan Jing, counting rods
		{Lo: 0x1df25, Hi: 0x1df2a, Stride: 1},
		{Lo: 0x1e030, Hi: 0x1e06d, Stride: 1},
		{Lo: 0x1e08f, Hi: 0x1e08f, Stride: 1},
		{Lo: 0x1e4d0, Hi: 0x1e4f9, Stride: 1},
		{Lo: 0x1f1e6, Hi: 0x1f1ff, Stride: 1}, // regional indicators
		{Lo: 0x1f3fb, Hi: 0x1f3ff, Stride: 1}, // skin tones
		{Lo: 0x1f6dc, Hi: 0x1f6dc, Stride: 1},
		{Lo: 0x1f774, Hi: 0x1f77f, Stride: 1},
		{Lo: 0x1f7d9, Hi: 0x1f7d9, Stride: 1},
		{Lo: 0x1fa75, Hi: 0x1fa77, Stride: 1},
		{Lo: 0x1fa87, Hi: 0x1fa88, Stride: 1},
		{Lo: 0x1faad, Hi: 0x1faaf, Stride: 1},
		{Lo: 0x1fabb, Hi: 0x1fabf, Stride: 1},
		{Lo: 0x1face, Hi: 0x1facf, Stride: 1},
		{Lo: 0x1fada, Hi: 0x1fadb, Stride: 1},
		{Lo: 0x1fae8, Hi: 0x1fae8, Stride: 1},
		{Lo: 0x1faf7, Hi: 0x1faf8, Stride: 1},
		{Lo: 0x2b739, Hi: 0x2b739, Stride: 1},
		{Lo: 0x31350, Hi: 0x323af, Stride: 1}, // CJK extension H
		{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}, // tags, variation selectors
	},
	LatinOffset: 1,
}

// ambiguousWidth reports whether terminals disagree on the width of r.
func ambiguousWidth(r rune) bool {
	if r < 0xad || widthAgreed(r) {
		return false
	}
	return unicode.Is(ambiguousTable, r) || !unicode.In(r, assigned...)
}

// widthAgreed reports whether r is in one of the large blocks on which all tables
// agree.
func widthAgreed(r rune) bool {
	return r >= 0x2500 && r < 0x2600 || // box drawing, blocks, shapes
		r >= 0x4e00 && r < 0x9ffd || // CJK
		r >= 0xac00 && r < 0xd7a4 || // Hangul syllables
		r >= 0x3041 && r < 0x3097 || // Hiragana
		r >= 0xe000 && r < 0xf900 // private use
}
