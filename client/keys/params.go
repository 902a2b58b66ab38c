package keys

import "strings"

// params holds the parameters of a key's sequence: the first three, and of each the
// first three parts. A missing part is 0.
type params struct {
	value [3][3]rune
	n     int
}

// maxParam bounds a parameter; code points are smaller.
const maxParam = 1<<21 - 1

// parseParams parses parameters. ok is false if b has other bytes than digits and
// separators: the sequences of keys do not.
func parseParams(b []byte) (p params, ok bool) {
	if len(b) == 0 {
		return p, true
	}
	p.n = 1
	part := 0
	for _, c := range b {
		switch {
		case c == ';':
			p.n, part = p.n+1, 0
		case c == ':':
			part++
		case c < '0' || c > '9':
			return p, false
		case p.n <= len(p.value) && part < len(p.value[0]):
			v := &p.value[p.n-1][part]
			*v = min(*v*10+rune(c-'0'), maxParam)
		}
	}
	p.n = min(p.n, len(p.value))
	return p, true
}

func indexByte(s string, c byte) int { return strings.IndexByte(s, c) }
