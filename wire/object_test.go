package wire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// word is the simplest object, a text. Its diff names the text that it applies to,
// so that applying it to another one fails.
type word string

var errOtherWord = errors.New("diff of another word")

func (w word) Equal(o word) bool { return w == o }

func (w word) AppendDiff(dst []byte, from word) []byte {
	return fmt.Appendf(dst, "%s>%s", from, w)
}

func (w word) Apply(diff []byte) (word, error) {
	if len(diff) == 0 {
		return w, nil
	}
	from, to, ok := strings.Cut(string(diff), ">")
	if !ok || from != string(w) {
		return w, errOtherWord
	}
	return word(to), nil
}

func (w word) Subtract(word) word { return w }
func (w word) MemSize(word) int   { return len(w) }

func (w word) Partway(word) (word, bool) { return "", false }

// tape is an object that only grows. Its diff is the addition. Of the part that was
// subtracted, only the length is known.
type tape struct {
	gone int
	rest string
}

func (p tape) end() int { return p.gone + len(p.rest) }

func (p tape) Equal(o tape) bool { return p.end() == o.end() }

func (p tape) AppendDiff(dst []byte, from tape) []byte {
	return append(dst, p.rest[from.end()-p.gone:]...)
}

func (p tape) Apply(diff []byte) (tape, error) {
	if bytes.ContainsRune(diff, '!') {
		return p, errors.New("diff with an exclamation mark")
	}
	return tape{p.gone, p.rest + string(diff)}, nil
}

func (p tape) Subtract(prefix tape) tape {
	n := min(max(prefix.end()-p.gone, 0), len(p.rest))
	return tape{p.gone + n, p.rest[n:]}
}

func (p tape) MemSize(tape) int          { return len(p.rest) }
func (p tape) Partway(tape) (tape, bool) { return tape{}, false }

func (p tape) with(s string) tape { return tape{p.gone, p.rest + s} }
