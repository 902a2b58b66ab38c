package deflate

import (
	"math/bits"
	"slices"
)

// leaf is a used symbol with its number of occurrences.
type leaf struct{ count, symbol int32 }

// huffman computes Huffman codes. The zero huffman is ready for use; its fields are
// scratch space.
type huffman struct {
	leaves                   [fixedSymbols]leaf
	weights, parents, depths [2 * fixedSymbols]int32
}

// lengths sets lengths to the code lengths, of at most limit bits, for symbols with
// these counts. Counts are halved until the optimal code is within the limit. The
// code has at least two symbols, as some decoders require.
func (h *huffman) lengths(lengths []uint8, counts []int32, limit int32) {
	leaves := h.leaves[:0]
	for symbol, n := range counts {
		if n > 0 {
			leaves = append(leaves, leaf{n, int32(symbol)})
		}
	}
	for symbol := int32(0); len(leaves) < 2; symbol++ {
		if counts[symbol] == 0 {
			leaves = append(leaves, leaf{1, symbol})
		}
	}
	clear(lengths)
	slices.SortFunc(leaves, func(a, b leaf) int { return int(a.count - b.count) })
	for !h.assign(lengths, leaves, limit) {
		for i := range leaves {
			leaves[i].count = (leaves[i].count + 1) / 2
		}
	}
}

// assign sets the optimal code lengths of leaves, which are sorted by count, and
// reports whether all are within limit.
func (h *huffman) assign(lengths []uint8, leaves []leaf, limit int32) bool {
	n := len(leaves)
	weights, parents, depths := &h.weights, &h.parents, &h.depths
	for i, l := range leaves {
		weights[i] = l.count
	}
	nextLeaf, nextNode := 0, n
	for node := n; node < 2*n-1; node++ {
		weights[node] = 0
		for range 2 {
			var lightest int
			if nextLeaf < n && (nextNode == node || weights[nextLeaf] <= weights[nextNode]) {
				lightest = nextLeaf
				nextLeaf++
			} else {
				lightest = nextNode
				nextNode++
			}
			weights[node] += weights[lightest]
			parents[lightest] = int32(node)
		}
	}
	depths[2*n-2] = 0
	for i := 2*n - 3; i >= 0; i-- {
		depths[i] = depths[parents[i]] + 1
		if depths[i] > limit {
			return false
		}
	}
	for i, l := range leaves {
		lengths[l.symbol] = uint8(depths[i])
	}
	return true
}

// setCodes sets the canonical codes for lengths (RFC 1951, section 3.2.2), with their
// bits reversed to the order of output.
func setCodes(codes []uint16, lengths []uint8) {
	var counts, next [16]uint16
	for _, n := range lengths {
		counts[n]++
	}
	counts[0] = 0
	for n := 1; n < len(next); n++ {
		next[n] = (next[n-1] + counts[n-1]) << 1
	}
	for symbol, n := range lengths {
		if n > 0 {
			codes[symbol] = bits.Reverse16(next[n]) >> (16 - n)
			next[n]++
		}
	}
}
