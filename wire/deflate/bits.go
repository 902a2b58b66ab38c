package deflate

// bitWriter appends bits, the lowest first.
type bitWriter struct {
	out  []byte
	held uint64 // bits that do not fill a byte yet
	n    uint
}

// write appends the n lowest bits of v, at most 32.
func (w *bitWriter) write(v uint32, n uint8) {
	w.held |= uint64(v) << w.n
	for w.n += uint(n); w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.held))
		w.held >>= 8
	}
}

// flush fills the last byte and gives all.
func (w *bitWriter) flush() []byte {
	if w.n > 0 {
		w.out = append(w.out, byte(w.held))
	}
	return w.out
}
