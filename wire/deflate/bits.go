package deflate

// bitWriter appends bits to out, least significant first.
type bitWriter struct {
	out     []byte
	pending uint64 // bits of an incomplete byte
	n       uint   // number of pending bits
}

// write appends the n lowest bits of v, at most 32.
func (w *bitWriter) write(v uint32, n uint8) {
	w.pending |= uint64(v) << w.n
	for w.n += uint(n); w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.pending))
		w.pending >>= 8
	}
}

// flush pads the last byte with zeros and returns the output.
func (w *bitWriter) flush() []byte {
	if w.n > 0 {
		w.out = append(w.out, byte(w.pending))
	}
	return w.out
}
