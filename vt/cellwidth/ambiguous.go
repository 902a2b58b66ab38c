package cellwidth

import "unicode"

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

// Ambiguous reports whether terminals disagree on the width of r.
func Ambiguous(r rune) bool {
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
