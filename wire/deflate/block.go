package deflate

// Headers of blocks: BFINAL, which is set, and BTYPE (RFC 1951, section 3.2.3).
const (
	fixedBlock   = 1 | 1<<1
	dynamicBlock = 1 | 2<<1
)

// block holds the Huffman codes of a block.
type block struct {
	dynamic     bool // codes of its own, described by header
	litLengths  [fixedSymbols]uint8
	litCodes    [fixedSymbols]uint16
	distLengths [distSymbols]uint8
	distCodes   [distSymbols]uint16
	header      header
}

// setFixed sets the fixed codes of RFC 1951, section 3.2.6.
func (b *block) setFixed() {
	b.dynamic = false
	for symbol := range b.litLengths {
		switch {
		case symbol < 144:
			b.litLengths[symbol] = 8
		case symbol < 256:
			b.litLengths[symbol] = 9
		case symbol < 280:
			b.litLengths[symbol] = 7
		default:
			b.litLengths[symbol] = 8
		}
	}
	for symbol := range b.distLengths {
		b.distLengths[symbol] = 5
	}
	b.encode()
}

func (b *block) encode() {
	setCodes(b.litCodes[:], b.litLengths[:])
	setCodes(b.distCodes[:], b.distLengths[:])
}

// setOptimal sets the dynamic codes that are optimal for tokens.
func (b *block) setOptimal(h *huffman, tokens []token) {
	b.dynamic = true
	var lits [fixedSymbols]int32
	var dists [distSymbols]int32
	lits[endOfBlock] = 1
	for _, t := range tokens {
		if t.length == 0 {
			lits[t.distance]++
			continue
		}
		lit, _ := lengthSymbol(int(t.length))
		dist, _ := distanceSymbol(int(t.distance))
		lits[lit]++
		dists[dist]++
	}
	h.lengths(b.litLengths[:], lits[:], maxCode)
	h.lengths(b.distLengths[:], dists[:], maxCode)
	b.encode()
	b.header.describe(h, b.litLengths[:litSymbols], b.distLengths[:])
}

func (b *block) size(tokens []token) int {
	n := 3 + int(b.litLengths[endOfBlock])
	if b.dynamic {
		n += b.header.size()
	}
	for _, t := range tokens {
		if t.length == 0 {
			n += int(b.litLengths[t.distance])
			continue
		}
		lit, litExtra := lengthSymbol(int(t.length))
		dist, distExtra := distanceSymbol(int(t.distance))
		n += int(b.litLengths[lit]+litExtra.bits) + int(b.distLengths[dist]+distExtra.bits)
	}
	return n
}

func (b *block) write(w *bitWriter, tokens []token) {
	if b.dynamic {
		w.write(dynamicBlock, 3)
		b.header.write(w)
	} else {
		w.write(fixedBlock, 3)
	}
	for _, t := range tokens {
		if t.length == 0 {
			b.writeLit(w, int(t.distance))
			continue
		}
		lit, litExtra := lengthSymbol(int(t.length))
		b.writeLit(w, lit)
		w.write(litExtra.value, litExtra.bits)
		dist, distExtra := distanceSymbol(int(t.distance))
		w.write(uint32(b.distCodes[dist]), b.distLengths[dist])
		w.write(distExtra.value, distExtra.bits)
	}
	b.writeLit(w, endOfBlock)
}

func (b *block) writeLit(w *bitWriter, symbol int) {
	w.write(uint32(b.litCodes[symbol]), b.litLengths[symbol])
}
