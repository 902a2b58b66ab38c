package deflate

import (
	"encoding/binary"
	"slices"
)

const (
	// maxChain bounds the earlier positions that are compared at each position.
	maxChain = 16

	// niceLength is the length of a match, in bytes, from which no matches are searched
	// at the positions inside of it.
	niceLength = 128

	hashBits = 11

	// unusedCost is the assumed cost of a symbol that the codes lack, in bits.
	unusedCost = 12
)

// finder finds the cheapest sequence of tokens for a text.
type finder struct {
	head [1 << hashBits]uint16 // by hash of three bytes: the last position plus 1, or 0
	prev []uint16              // by position: the previous one with the same hash, plus 1
	cost []int32               // by position: the lowest known cost up to it, in bits
	last []token               // by position: the last token of the cheapest sequence
}

const infinite = 1 << 30

// parse appends the tokens for src that are cheapest with the codes of b.
func (f *finder) parse(dst []token, src []byte, b *block) []token {
	f.reset(len(src))
	costs := newCosts(b)
	for i, until := 0, 0; i < len(src); i++ {
		if i < until {
			f.insert(src, i)
			continue
		}
		f.relax(i, 1, costs.lits[src[i]], token{0, uint16(src[i])})
		if longest := f.matches(src, i, &costs); longest >= niceLength {
			until = i + longest
		}
	}
	return f.path(dst, len(src))
}

func (f *finder) reset(n int) {
	clear(f.head[:])
	f.prev, f.cost, f.last = resized(f.prev, n), resized(f.cost, n+1), resized(f.last, n+1)
	for i := range f.cost {
		f.cost[i] = infinite
	}
	f.cost[0] = 0
}

// resized returns a slice of n elements with arbitrary values, in the memory of s if
// it fits.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// relax records t, which codes the n bytes at position i, if the sequence up to its
// end becomes cheaper.
func (f *finder) relax(i, n int, cost int32, t token) {
	if cost += f.cost[i]; cost < f.cost[i+n] {
		f.cost[i+n], f.last[i+n] = cost, t
	}
}

// insert adds position i to the chain of its hash. It returns the previous position
// plus 1, or 0 if there is none.
func (f *finder) insert(src []byte, i int) (previous int) {
	if i+minMatch > len(src) {
		return 0
	}
	key := uint32(src[i]) | uint32(src[i+1])<<8 | uint32(src[i+2])<<16
	head := &f.head[key*0x9e3779b1>>(32-hashBits)]
	f.prev[i] = *head
	*head = uint16(i + 1)
	return int(f.prev[i])
}

// matches relaxes the matches at position i and returns the length of the longest.
// For each length it uses the nearest match, which is the cheapest.
func (f *finder) matches(src []byte, i int, costs *costs) (longest int) {
	longest = minMatch - 1
	limit := min(maxMatch, len(src)-i)
	next := f.insert(src, i)
	for range maxChain {
		if next == 0 || longest >= limit {
			break
		}
		at := next - 1
		next = int(f.prev[at])
		if src[at+longest] != src[i+longest] {
			continue
		}
		n := commonPrefix(src[at:], src[i:i+limit])
		if n <= longest {
			continue
		}
		distance := i - at
		symbol, extra := distanceSymbol(distance)
		distanceCost := costs.dists[symbol] + int32(extra.bits)
		for l := longest + 1; l <= n; l++ {
			f.relax(i, l, costs.lengths[l]+distanceCost, token{uint16(l), uint16(distance)})
		}
		longest = n
	}
	return longest
}

// commonPrefix returns the length of the common prefix of a and b. b must not be
// longer than a.
func commonPrefix(a, b []byte) (n int) {
	for len(b)-n >= 8 && binary.LittleEndian.Uint64(a[n:]) == binary.LittleEndian.Uint64(b[n:]) {
		n += 8
	}
	for n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func (f *finder) path(dst []token, end int) []token {
	n := 0
	for i := end; i > 0; i -= f.last[i].textLen() {
		n++
	}
	at := len(dst) + n
	dst = slices.Grow(dst, n)[:at]
	for i := end; i > 0; i -= f.last[i].textLen() {
		at--
		dst[at] = f.last[i]
	}
	return dst
}

func (t token) textLen() int { return max(1, int(t.length)) }

// costs holds the costs of symbols with their extra bits, except for the extra bits of
// distances.
type costs struct {
	lits    [256]int32
	lengths [maxMatch + 1]int32
	dists   [distSymbols]int32
}

func newCosts(b *block) (c costs) {
	cost := func(length uint8) int32 {
		if length == 0 {
			return unusedCost
		}
		return int32(length)
	}
	for i := range c.lits {
		c.lits[i] = cost(b.litLengths[i])
	}
	for l := minMatch; l <= maxMatch; l++ {
		symbol, extra := lengthSymbol(l)
		c.lengths[l] = cost(b.litLengths[symbol]) + int32(extra.bits)
	}
	for i := range c.dists {
		c.dists[i] = cost(b.distLengths[i])
	}
	return c
}
