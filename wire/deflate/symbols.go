package deflate

import "math/bits"

// Symbols of a block (RFC 1951, section 3.2.5).
const (
	endOfBlock   = 256
	firstLength  = 257
	litSymbols   = 286 // literals, end of block, lengths
	distSymbols  = 30
	fixedSymbols = 288 // the last two never occur

	minMatch = 3
	maxMatch = 258
)

// token is a literal byte, or a match: a copy of length bytes from distance bytes
// before.
type token struct {
	length   uint16 // 0 for a literal
	distance uint16 // or the literal byte
}

// extra holds the extra bits that follow a symbol.
type extra struct {
	value uint32
	bits  uint8
}

func lengthSymbol(length int) (symbol int, e extra) {
	x := length - minMatch
	if length == maxMatch {
		return litSymbols - 1, e
	}
	n := max(bits.Len(uint(x))-3, 0)
	return firstLength + 4*n + x>>n, extra{uint32(x & (1<<n - 1)), uint8(n)}
}

func distanceSymbol(distance int) (symbol int, e extra) {
	x := distance - 1
	n := max(bits.Len(uint(x))-2, 0)
	return 2*n + x>>n, extra{uint32(x & (1<<n - 1)), uint8(n)}
}
