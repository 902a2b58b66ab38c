// Package deflate compresses short texts to DEFLATE (RFC 1951), smaller than zlib or
// package compress/flate do. It finds repetitions of three and more bytes, chooses
// the cheapest sequence of them by dynamic programming, and writes a single block.
package deflate

const (
	// MaxLen is the largest length of a text, in bytes.
	MaxLen = 8 << 10

	// minDynamic is the length from which dynamic codes are tried, in bytes. Their
	// header does not pay in shorter texts.
	minDynamic = 90

	// rounds is the number of parses: one by the costs of the fixed codes, then one
	// by those of the codes that are optimal for the first parse.
	rounds = 2
)

// Encoder compresses texts. The zero Encoder is ready for use. It retains about
// 150 KB of memory between calls.
type Encoder struct {
	finder  finder
	huffman huffman
	codes   block
	tokens  []token

	// smallest encoding so far
	size       int // in bits
	bestCodes  block
	bestTokens []token
}

// Append compresses src, which must not exceed MaxLen bytes, and appends it to dst.
func (e *Encoder) Append(dst, src []byte) []byte {
	stored := storedSize(src)
	e.size = stored
	e.search(src)
	if e.size == stored {
		return appendStored(dst, src)
	}
	w := bitWriter{out: dst}
	e.bestCodes.write(&w, e.bestTokens)
	return w.flush()
}

func (e *Encoder) search(src []byte) {
	e.codes.setFixed()
	for round := range rounds {
		e.tokens = e.finder.parse(e.tokens[:0], src, &e.codes)
		if round == 0 {
			e.keepIfSmaller()
		}
		if len(src) < minDynamic {
			return
		}
		e.codes.setOptimal(&e.huffman, e.tokens)
		e.keepIfSmaller()
	}
}

// keepIfSmaller records the tokens and codes if they are the smallest encoding so far.
func (e *Encoder) keepIfSmaller() {
	if size := e.codes.size(e.tokens); size < e.size {
		e.size, e.bestCodes = size, e.codes
		e.bestTokens = append(e.bestTokens[:0], e.tokens...)
	}
}

// storedHeader is the length of a stored block's header in bytes: three bits padded to
// a byte, the length, and its complement (RFC 1951, section 3.2.4).
const storedHeader = 5

// storedSize returns the size of src in a stored block, in bits.
func storedSize(src []byte) int { return 8 * (storedHeader + len(src)) }

func appendStored(dst, src []byte) []byte {
	n := uint16(len(src))
	dst = append(dst, 1, byte(n), byte(n>>8), byte(^n), byte(^n>>8))
	return append(dst, src...)
}
