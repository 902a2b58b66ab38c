// Package deflate packs short texts (RFC 1951) into fewer bytes than zlib or
// package compress/flate do: it finds repetitions of three bytes, chooses among
// all of them those that cost least, and makes one block, which is the last.
package deflate

const (
	// Most is how many bytes are packed at once, at most.
	Most = 8 << 10

	// leastOwn is how many bytes there must be for codes of their own to pay.
	leastOwn = 90

	// rounds is how often repetitions are chosen: by the fixed codes first,
	// then by the codes that were best for the last choice.
	rounds = 2
)

// Encoder packs texts. It keeps some 150 KB of memory for the next one. The zero
// Encoder is ready.
type Encoder struct {
	finder  finder
	huffman huffman
	codes   block
	tokens  []token

	// the cheapest so far: its size in bits, and what it is made of
	size       int
	bestCodes  block
	bestTokens []token
}

// Append appends src, packed. It must have at most Most bytes.
func (e *Encoder) Append(dst, src []byte) []byte {
	stored := storedSize(src)
	e.size = stored
	e.choose(src)
	if e.size == stored {
		return appendStored(dst, src)
	}
	w := bitWriter{out: dst}
	e.bestCodes.write(&w, e.bestTokens)
	return w.flush()
}

// choose looks for the cheapest way to write src.
func (e *Encoder) choose(src []byte) {
	e.codes.fix()
	for round := range rounds {
		e.tokens = e.finder.parse(e.tokens[:0], src, &e.codes)
		if round == 0 {
			e.try()
		}
		if len(src) < leastOwn {
			return
		}
		e.codes.fit(&e.huffman, e.tokens)
		e.try()
	}
}

// try keeps the tokens with the codes if they are the cheapest so far.
func (e *Encoder) try() {
	if size := e.codes.size(e.tokens); size < e.size {
		e.size, e.bestCodes = size, e.codes
		e.bestTokens = append(e.bestTokens[:0], e.tokens...)
	}
}

// storedHeader is three bits, the rest of their byte, and the length twice.
const storedHeader = 5

// storedSize is the size of a stored block (RFC 1951, section 3.2.4), in bits.
func storedSize(src []byte) int { return 8 * (storedHeader + len(src)) }

func appendStored(dst, src []byte) []byte {
	n := uint16(len(src))
	dst = append(dst, 1, byte(n), byte(n>>8), byte(^n), byte(^n>>8))
	return append(dst, src...)
}
