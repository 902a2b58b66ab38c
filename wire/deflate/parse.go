package deflate

import (
	"encoding/binary"
	"slices"
)

const (
	// depth is how many places with the same three bytes are looked at.
	depth = 16

	// nice is a repetition so long that nothing inside of it is looked for.
	nice = 128

	hashBits = 11

	// unused is what symbols cost that the codes at hand do not have, in bits.
	unused = 12
)

// finder chooses the repetitions of a text. Places are counted from 1: 0 is
// none.
type finder struct {
	head [1 << hashBits]uint16 // the last place with these three bytes
	prev []uint16              // the one before, of each place
	cost []int32               // bits up to each place, the least known
	came []token               // the token that ends there
}

const farAway = 1 << 30

// parse appends the tokens that cost least with the codes of b.
func (f *finder) parse(dst []token, src []byte, b *block) []token {
	f.begin(len(src))
	costs := newCosts(b)
	for i, until := 0, 0; i < len(src); i++ {
		if i < until {
			f.note(src, i)
			continue
		}
		f.reach(i, 1, costs.lits[src[i]], token{0, uint16(src[i])})
		if longest := f.repetitions(src, i, &costs); longest >= nice {
			until = i + longest
		}
	}
	return f.path(dst, len(src))
}

func (f *finder) begin(n int) {
	clear(f.head[:])
	f.prev, f.cost, f.came = grown(f.prev, n), grown(f.cost, n+1), grown(f.came, n+1)
	for i := range f.cost {
		f.cost[i] = farAway
	}
	f.cost[0] = 0
}

// grown gives s with n elements, whatever is in them.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// reach notes that there is a way from place i that is n bytes long.
func (f *finder) reach(i, n int, cost int32, t token) {
	if cost += f.cost[i]; cost < f.cost[i+n] {
		f.cost[i+n], f.came[i+n] = cost, t
	}
}

// note puts place i at the head of those with its three bytes, and gives the
// one before.
func (f *finder) note(src []byte, i int) (before int) {
	if i+minMatch > len(src) {
		return 0
	}
	key := uint32(src[i]) | uint32(src[i+1])<<8 | uint32(src[i+2])<<16
	head := &f.head[key*0x9e3779b1>>(32-hashBits)]
	f.prev[i] = *head
	*head = uint16(i + 1)
	return int(f.prev[i])
}

// repetitions reaches what repeats something from place i on, and gives the
// length of the longest. Of each length the nearest is the cheapest.
func (f *finder) repetitions(src []byte, i int, costs *costs) (longest int) {
	longest = minMatch - 1
	most := min(maxMatch, len(src)-i)
	place := f.note(src, i)
	for range depth {
		if place == 0 || longest >= most {
			break
		}
		at := place - 1
		place = int(f.prev[at])
		if src[at+longest] != src[i+longest] {
			continue
		}
		n := alike(src[at:], src[i:i+most])
		if n <= longest {
			continue
		}
		distance := i - at
		symbol, far := distanceSymbol(distance)
		away := costs.dists[symbol] + int32(far.bits)
		for l := longest + 1; l <= n; l++ {
			f.reach(i, l, costs.lengths[l]+away, token{uint16(l), uint16(distance)})
		}
		longest = n
	}
	return longest
}

// alike is how many bytes of b are at the start of a too, which is longer.
func alike(a, b []byte) (n int) {
	for len(b)-n >= 8 && binary.LittleEndian.Uint64(a[n:]) == binary.LittleEndian.Uint64(b[n:]) {
		n += 8
	}
	for n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// path appends the tokens of the cheapest way to the end.
func (f *finder) path(dst []token, end int) []token {
	n := 0
	for i := end; i > 0; i -= f.came[i].bytes() {
		n++
	}
	at := len(dst) + n
	dst = slices.Grow(dst, n)[:at]
	for i := end; i > 0; i -= f.came[i].bytes() {
		at--
		dst[at] = f.came[i]
	}
	return dst
}

// bytes is how long a token's text is.
func (t token) bytes() int { return max(1, int(t.length)) }

// costs are what symbols cost, in bits.
type costs struct {
	lits    [256]int32
	lengths [maxMatch + 1]int32
	dists   [distSymbols]int32
}

func newCosts(b *block) (c costs) {
	cost := func(length uint8) int32 {
		if length == 0 {
			return unused
		}
		return int32(length)
	}
	for i := range c.lits {
		c.lits[i] = cost(b.litLengths[i])
	}
	for l := minMatch; l <= maxMatch; l++ {
		symbol, more := lengthSymbol(l)
		c.lengths[l] = cost(b.litLengths[symbol]) + int32(more.bits)
	}
	for i := range c.dists {
		c.dists[i] = cost(b.distLengths[i])
	}
	return c
}
