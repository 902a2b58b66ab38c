package deflate

// The header of a dynamic block holds the code lengths of all symbols, which are
// themselves run-length and Huffman coded with the code length code (RFC 1951,
// section 3.2.7).
const (
	maxCode       = 15 // bits of a literal or distance code
	maxLengthCode = 7  // bits of a code length code

	repeatLast  = 16 // repeats the last length 3 to 6 times
	zeros       = 17 // 3 to 10 zeros
	manyZeros   = 18 // 11 to 138 zeros
	lengthCodes = 19
)

// lengthOrder is the order in which the header holds the lengths of the code length
// code.
var lengthOrder = [lengthCodes]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// lengthToken is a symbol of the code length code with its extra bits.
type lengthToken struct {
	symbol uint8
	extra
}

// header is the header of a dynamic block.
type header struct {
	lits, dists int // number of code lengths: HLIT+257, HDIST+1
	tokens      [litSymbols + distSymbols]lengthToken
	n           int // number of tokens
	lengths     [lengthCodes]uint8
	codes       [lengthCodes]uint16
	sent        int // number of lengths in the header: HCLEN+4
}

// describe sets h to the header of codes with these lengths.
func (h *header) describe(huff *huffman, lits, dists []uint8) {
	h.lits, h.dists = firstLength+used(lits[firstLength:]), max(1, used(dists))
	var buf [litSymbols + distSymbols]uint8
	all := append(append(buf[:0], lits[:h.lits]...), dists[:h.dists]...)
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
	for _, t := range h.tokens[:h.n] {
		counts[t.symbol]++
	}
	huff.lengths(h.lengths[:], counts[:], maxLengthCode)
	setCodes(h.codes[:], h.lengths[:])
	for h.sent = lengthCodes; h.lengths[lengthOrder[h.sent-1]] == 0; {
		h.sent--
	}
}

func used(lengths []uint8) int {
	n := len(lengths)
	for n > 0 && lengths[n-1] == 0 {
		n--
	}
	return n
}

func (h *header) addRun(length uint8, n int) {
	if length != 0 {
		h.add(length, 0, 0)
		n--
	}
	for n > 0 {
		var run int
		switch {
		case n < 3:
			run = 1
			h.add(length, 0, 0)
		case length != 0:
			run = min(n, 6)
			h.add(repeatLast, run-3, 2)
		case n <= 10:
			run = n
			h.add(zeros, run-3, 3)
		default:
			run = min(n, 138)
			h.add(manyZeros, run-11, 7)
		}
		n -= run
	}
}

func (h *header) add(symbol uint8, value int, bits uint8) {
	h.tokens[h.n] = lengthToken{symbol, extra{uint32(value), bits}}
	h.n++
}

func (h *header) size() int {
	n := 5 + 5 + 4 + 3*h.sent
	for _, t := range h.tokens[:h.n] {
		n += int(h.lengths[t.symbol] + t.bits)
	}
	return n
}

func (h *header) write(w *bitWriter) {
	w.write(uint32(h.lits-firstLength), 5)
	w.write(uint32(h.dists-1), 5)
	w.write(uint32(h.sent-4), 4)
	for _, symbol := range lengthOrder[:h.sent] {
		w.write(uint32(h.lengths[symbol]), 3)
	}
	for _, t := range h.tokens[:h.n] {
		w.write(uint32(h.codes[t.symbol]), h.lengths[t.symbol])
		w.write(t.value, t.bits)
	}
}
