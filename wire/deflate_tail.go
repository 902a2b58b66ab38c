package wire

import (
	"bytes"
	"math/bits"
)

// emptyBlock is what follows the header of an empty stored block (RFC 1951,
// section 3.2.4), with which compress/flate ends every stream.
var emptyBlock = []byte{0x00, 0x00, 0xff, 0xff}

// appendTrimmed appends deflate blocks of which the first is the only one with
// data, but with that one marked as the last, as zlib does it, instead of the
// empty one behind it. That saves four or five bytes of each datagram. Anything
// else is appended as it is.
func appendTrimmed(dst, blocks []byte) []byte {
	at := len(dst)
	rest, ends := bytes.CutSuffix(blocks, emptyBlock)
	// The last bit that is set is the empty block's own mark of being the last.
	rest = bytes.TrimRight(rest, "\x00")
	if !ends || len(rest) < 2 {
		return append(dst, blocks...)
	}
	dst = append(dst, rest...)
	dst[at] |= 1
	last := len(dst) - 1
	if dst[last] == 1 {
		return dst[:last]
	}
	dst[last] &^= 1 << (bits.Len8(dst[last]) - 1)
	return dst
}
