package keys

import "strings"

// params are the parameters of a key's sequence: at most three, each of at most
// three parts. A part that is missing is 0, and what is beyond is skipped.
type params struct {
	value [3][3]rune
	n     int
}

const maxParam = 1<<21 - 1 // more than any code point

// parseParams parses parameters, with ok false if there is anything else: then
// the sequence is no key's.
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
