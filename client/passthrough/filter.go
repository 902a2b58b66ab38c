package passthrough

// filter replaces control characters, except CR, LF and TAB, by question marks. A terminal
// that does not know the control mode of tmux may leave the control string at one of them,
// and obey what follows.
type filter struct {
	last byte // before the next one
}

func (f *filter) append(dst, b []byte) []byte {
	for _, char := range b {
		if char < ' ' && char != '\r' && char != '\n' && char != '\t' || char == 0x7f || f.last == 0xc2 && char >= 0x80 && char < 0xa0 {
			char = '?'
		}
		dst = append(dst, char)
		f.last = char
	}
	return dst
}
