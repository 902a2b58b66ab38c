package deflate

// The codes of a block are told by the lengths of their symbols, which are in a
// code of their own (RFC 1951, section 3.2.7).
const (
	maxCode       = 15 // bits of a code
	maxLengthCode = 7  // bits of a code for lengths

	repeatLast  = 16 // 3 to 6 times
	zeros       = 17 // 3 to 10
	manyZeros   = 18 // 11 to 138
	lengthCodes = 19
)

// lengthOrder is the order in which the lengths of that code are told.
var lengthOrder = [lengthCodes]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// word is a symbol of the code for lengths.
type word struct {
	symbol uint8
	extra
}

// header tells the codes of a block.
type header struct {
	lits, dists int // how many lengths are told
	words       [litSymbols + distSymbols]word
	n           int // of the words
	lengths     [lengthCodes]uint8
	codes       [lengthCodes]uint16
	told        int // how many lengths of that code
}

// describe makes the header of these codes.
func (h *header) describe(huff *huffman, lits, dists []uint8) {
	h.lits, h.dists = firstLength+used(lits[firstLength:]), max(1, used(dists))
	var room [litSymbols + distSymbols]uint8
	all := append(append(room[:0], lits[:h.lits]...), dists[:h.dists]...)
	h.n = 0
	for len(all) > 0 {
		run := 1
		for run < len(all) && all[run] == all[0] {
			run++
		}
		h.addRun(all[0], run)
		all = all[run:]
	}
	var counts [lengthCodes]int32
	for _, w := range h.words[:h.n] {
		counts[w.symbol]++
	}
	huff.lengths(h.lengths[:], counts[:], maxLengthCode)
	setCodes(h.codes[:], h.lengths[:])
	for h.told = lengthCodes; h.lengths[lengthOrder[h.told-1]] == 0; {
		h.told--
	}
}

// used is the number of lengths without the zeros at the end.
func used(lengths []uint8) int {
	n := len(lengths)
	for n > 0 && lengths[n-1] == 0 {
		n--
	}
	return n
}

// addRun adds a length n times.
func (h *header) addRun(length uint8, n int) {
	if length != 0 {
		h.add(length, 0, 0)
		n--
	}
	for n > 0 {
		var took int
		switch {
		case n < 3:
			took = 1
			h.add(length, 0, 0)
		case length != 0:
			took = min(n, 6)
			h.add(repeatLast, took-3, 2)
		case n <= 10:
			took = n
			h.add(zeros, took-3, 3)
		default:
			took = min(n, 138)
			h.add(manyZeros, took-11, 7)
		}
		n -= took
	}
}

func (h *header) add(symbol uint8, value int, bits uint8) {
	h.words[h.n] = word{symbol, extra{uint32(value), bits}}
	h.n++
}

// size is how many bits the header takes.
func (h *header) size() int {
	n := 5 + 5 + 4 + 3*h.told
	for _, w := range h.words[:h.n] {
		n += int(h.lengths[w.symbol] + w.bits)
	}
	return n
}

func (h *header) write(w *bitWriter) {
	w.write(uint32(h.lits-firstLength), 5)
	w.write(uint32(h.dists-1), 5)
	w.write(uint32(h.told-4), 4)
	for _, symbol := range lengthOrder[:h.told] {
		w.write(uint32(h.lengths[symbol]), 3)
	}
	for _, word := range h.words[:h.n] {
		w.write(uint32(h.codes[word.symbol]), h.lengths[word.symbol])
		w.write(word.value, word.bits)
	}
}
