package deflate

// Kinds of blocks, with the mark of the last one (RFC 1951, section 3.2.3).
const (
	fixedBlock   = 1 | 1<<1
	dynamicBlock = 1 | 2<<1
)

// block is the codes of a block.
type block struct {
	own         bool // not the fixed ones
	litLengths  [fixedSymbols]uint8
	litCodes    [fixedSymbols]uint16
	distLengths [distSymbols]uint8
	distCodes   [distSymbols]uint16
	header      header // if they are its own
}

// fix makes them the fixed ones (RFC 1951, section 3.2.6).
func (b *block) fix() {
	b.own = false
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

// fit makes them those that are best for tokens.
func (b *block) fit(h *huffman, tokens []token) {
	b.own = true
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

// size is how many bits the block with tokens takes.
func (b *block) size(tokens []token) int {
	n := 3 + int(b.litLengths[endOfBlock])
	if b.own {
		n += b.header.size()
	}
	for _, t := range tokens {
		if t.length == 0 {
			n += int(b.litLengths[t.distance])
			continue
		}
		lit, more := lengthSymbol(int(t.length))
		dist, far := distanceSymbol(int(t.distance))
		n += int(b.litLengths[lit]+more.bits) + int(b.distLengths[dist]+far.bits)
	}
	return n
}

func (b *block) write(w *bitWriter, tokens []token) {
	if b.own {
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
		lit, more := lengthSymbol(int(t.length))
		b.writeLit(w, lit)
		w.write(more.value, more.bits)
		dist, far := distanceSymbol(int(t.distance))
		w.write(uint32(b.distCodes[dist]), b.distLengths[dist])
		w.write(far.value, far.bits)
	}
	b.writeLit(w, endOfBlock)
}

func (b *block) writeLit(w *bitWriter, symbol int) {
	w.write(uint32(b.litCodes[symbol]), b.litLengths[symbol])
}
