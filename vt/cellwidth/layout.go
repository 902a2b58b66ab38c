package cellwidth

import (
	"unicode"
	"unicode/utf8"
)

// Layout is the measured way in which a terminal lays out characters of several code
// points: without a bit, code point by code point. The zero Layout is unknown.
type Layout uint16

const (
	Known         Layout = 1 << iota // measured
	WideVariation                    // U+FE0F widens a character with an emoji form to two columns
	WideKeycap                       // so it does for a digit
	JoinedTones                      // a skin tone joins the preceding emoji
	JoinedZWJ                        // U+200D joins emoji to one
	WideNewEmoji                     // emoji of Unicode 15 have two columns, else one
	JoinedJamo                       // Hangul vowels and finals join the consonant, else they have one column each
	PairedFlags                      // two regional indicators take two columns together
)

// Code points that join others.
const (
	ZeroWidthJoiner = '\u200d'
	firstTone       = '\U0001F3FB'
	lastTone        = '\U0001F3FF'

	// VariationSelector16 selects the emoji form of the character before it.
	VariationSelector16 = '\ufe0f'
)

// TestText returns the text by which a terminal shows whether it has w, a single
// bit, and the number of its columns in one that does.
func (w Layout) TestText() (text string, columns int) {
	switch w {
	case WideVariation:
		return "\u2764\ufe0f", 2
	case WideKeycap:
		return "1\ufe0f\u20e3", 2
	case JoinedTones:
		return "\U0001F44D\U0001F3FD", 2
	case JoinedZWJ:
		return "\U0001F468\u200d\U0001F469\u200d\U0001F467", 2
	case WideNewEmoji:
		return "\U0001FAE8", 2
	case JoinedJamo:
		return "\u1112\u1161\u11ab", 2
	case PairedFlags:
		return "\U0001F1E9\U0001F1EA", 2
	}
	return "", 0
}

// Measured are the bits with a TestText.
var Measured = []Layout{WideVariation, WideKeycap, JoinedTones, JoinedZWJ, WideNewEmoji, JoinedJamo, PairedFlags}

// Widens reports whether U+FE0F widens a character that begins with r.
func (w Layout) Widens(r rune) bool {
	if r < 0x80 {
		return w&WideKeycap != 0 && unicode.Is(textEmoji, r)
	}
	return w&WideVariation != 0 && unicode.Is(textEmoji, r)
}

// IsTone reports whether r is a skin tone.
func IsTone(r rune) bool { return r >= firstTone && r <= lastTone }

// columns returns the number of columns of text in a terminal of these widths. sure
// is false if terminals disagree on the text for other reasons.
func (w Layout) Columns(text string) (n int, sure bool) {
	sure = w&Known != 0
	first, _ := utf8.DecodeRuneInString(text)
	var before, base rune // base begins the character that others join
	width := 0            // of that
	for i, r := range text {
		switch {
		case i > 0 && r == VariationSelector16:
			if width == 1 && w.Widens(base) {
				width, n = 2, n+1
			}
		case i > 0 && r == ZeroWidthJoiner:
		case i > 0 && before == ZeroWidthJoiner && w&JoinedZWJ != 0:
		case IsRegional(r) && w&PairedFlags != 0 && before == base && IsRegional(base) && width > 0:
			n, width, base = n+2-width, 2, 0
		case i > 0 && IsTone(r) && width == 2 && w&JoinedTones != 0:
		default:
			if v := w.OfRune(r, Of(r)); v > 0 {
				n, width, base = n+v, v, r
			}
			if Ambiguous(r) && !IsTone(r) && !isNewEmoji(r) && !isJamo(r) && !IsRegional(r) {
				sure = false
			}
		}
		before = r
	}
	// A code point at either end may join a neighbour outside of the text.
	if IsTone(first) && w&JoinedTones != 0 || IsRegional(base) && w&PairedFlags != 0 ||
		before == ZeroWidthJoiner && w&JoinedZWJ != 0 {
		sure = false
	}
	return n, sure
}

// OfRune returns the columns of r, whose width is columns where it does not depend on the
// layout.
func (w Layout) OfRune(r rune, columns int) int {
	switch {
	case w&Known == 0 || r < 0x1160:
	case isJamo(r) && w&JoinedJamo == 0:
		return 1
	case isNewEmoji(r) && w&WideNewEmoji == 0:
		return 1
	}
	return columns
}

// IsRegional reports whether r is a regional indicator. Two of them are a flag.
func IsRegional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// Varies reports whether the width of r, or of r and the character before it,
// depends on Layout.
func Varies(r rune) bool { return IsTone(r) || isNewEmoji(r) || isJamo(r) || IsRegional(r) }

func isNewEmoji(r rune) bool {
	return r == 0x1f6dc || r >= 0x1fa75 && r <= 0x1fa77 || r >= 0x1fa87 && r <= 0x1fa88 || r >= 0x1faad && r <= 0x1faaf ||
		r >= 0x1fabb && r <= 0x1fabd || r == 0x1fabf || r >= 0x1face && r <= 0x1facf || r >= 0x1fada && r <= 0x1fadb ||
		r == 0x1fae8 || r >= 0x1faf7 && r <= 0x1faf8
}

func isJamo(r rune) bool { return r >= 0x1160 && r <= 0x11ff }

// textEmoji are the emoji that are narrow text without U+FE0F (Unicode 15,
// emoji-data.txt: Emoji without Emoji_Presentation).
var textEmoji = rangeTable(
	0x23, 0x23, 0x2a, 0x2a, 0x30, 0x39, 0xa9, 0xa9, 0xae, 0xae, 0x203c, 0x203c, 0x2049, 0x2049, 0x2122, 0x2122,
	0x2139, 0x2139, 0x2194, 0x2199, 0x21a9, 0x21aa, 0x2328, 0x2328, 0x23cf, 0x23cf, 0x23ed, 0x23ef, 0x23f1, 0x23f2,
	0x23f8, 0x23fa, 0x24c2, 0x24c2, 0x25aa, 0x25ab, 0x25b6, 0x25b6, 0x25c0, 0x25c0, 0x25fb, 0x25fc, 0x2600, 0x2604,
	0x260e, 0x260e, 0x2611, 0x2611, 0x2618, 0x2618, 0x261d, 0x261d, 0x2620, 0x2620, 0x2622, 0x2623, 0x2626, 0x2626,
	0x262a, 0x262a, 0x262e, 0x262f, 0x2638, 0x263a, 0x2640, 0x2640, 0x2642, 0x2642, 0x265f, 0x2660, 0x2663, 0x2663,
	0x2665, 0x2666, 0x2668, 0x2668, 0x267b, 0x267b, 0x267e, 0x267e, 0x2692, 0x2692, 0x2694, 0x2697, 0x2699, 0x2699,
	0x269b, 0x269c, 0x26a0, 0x26a0, 0x26a7, 0x26a7, 0x26b0, 0x26b1, 0x26c8, 0x26c8, 0x26cf, 0x26cf, 0x26d1, 0x26d1,
	0x26d3, 0x26d3, 0x26e9, 0x26e9, 0x26f0, 0x26f1, 0x26f4, 0x26f4, 0x26f7, 0x26f9, 0x2702, 0x2702, 0x2708, 0x2709,
	0x270c, 0x270d, 0x270f, 0x270f, 0x2712, 0x2712, 0x2714, 0x2714, 0x2716, 0x2716, 0x271d, 0x271d, 0x2721, 0x2721,
	0x2733, 0x2734, 0x2744, 0x2744, 0x2747, 0x2747, 0x2763, 0x2764, 0x27a1, 0x27a1, 0x2934, 0x2935, 0x2b05, 0x2b07,
	0x1f170, 0x1f171, 0x1f17e, 0x1f17f, 0x1f202, 0x1f202, 0x1f237, 0x1f237, 0x1f321, 0x1f321, 0x1f324, 0x1f32c,
	0x1f336, 0x1f336, 0x1f37d, 0x1f37d, 0x1f396, 0x1f397, 0x1f399, 0x1f39b, 0x1f39e, 0x1f39f, 0x1f3cb, 0x1f3ce,
	0x1f3d4, 0x1f3df, 0x1f3f3, 0x1f3f3, 0x1f3f5, 0x1f3f5, 0x1f3f7, 0x1f3f7, 0x1f43f, 0x1f43f, 0x1f441, 0x1f441,
	0x1f4fd, 0x1f4fd, 0x1f549, 0x1f54a, 0x1f56f, 0x1f570, 0x1f573, 0x1f579, 0x1f587, 0x1f587, 0x1f58a, 0x1f58d,
	0x1f590, 0x1f590, 0x1f5a5, 0x1f5a5, 0x1f5a8, 0x1f5a8, 0x1f5b1, 0x1f5b2, 0x1f5bc, 0x1f5bc, 0x1f5c2, 0x1f5c4,
	0x1f5d1, 0x1f5d3, 0x1f5dc, 0x1f5de, 0x1f5e1, 0x1f5e1, 0x1f5e3, 0x1f5e3, 0x1f5e8, 0x1f5e8, 0x1f5ef, 0x1f5ef,
	0x1f5f3, 0x1f5f3, 0x1f5fa, 0x1f5fa, 0x1f6cb, 0x1f6cb, 0x1f6cd, 0x1f6cf, 0x1f6e0, 0x1f6e5, 0x1f6e9, 0x1f6e9,
	0x1f6f0, 0x1f6f0, 0x1f6f3, 0x1f6f3,
)

func rangeTable(pairs ...uint32) *unicode.RangeTable {
	t := new(unicode.RangeTable)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] < 1<<16 {
			t.R16 = append(t.R16, unicode.Range16{Lo: uint16(pairs[i]), Hi: uint16(pairs[i+1]), Stride: 1})
			if pairs[i+1] < 0x100 {
				t.LatinOffset++
			}
		} else {
			t.R32 = append(t.R32, unicode.Range32{Lo: pairs[i], Hi: pairs[i+1], Stride: 1})
		}
	}
	return t
}
