package filter

import "slices"

// Tables of values by program counter follow each other after a first byte. A table is a
// sequence of pairs, and a zero in place of a pair after the first one:
//
//	the difference of a value to the one before, a varint
//	the distance for which the code has this value, a varint
//
// Packed, all differences come first, and then all distances, backward. A reader that
// starts at both ends needs no lengths.

// walk follows the numbers of tables. The zero walk is at the start of a table.
type walk struct {
	kind int  // of the next number: 0 for a difference, 1 for a distance
	more bool // whether the table has a pair already
}

func (w *walk) step(number []byte) {
	switch {
	case w.kind == 1:
		w.kind, w.more = 0, true
	case w.more && number[0] == 0:
		w.more = false
	default:
		w.kind = 1
	}
}

func (t *table) splitValues() {
	var w walk
	var kinds [2][]byte
	for rest := t.values[1:]; len(rest) > 0; {
		number := rest[:varint(rest)]
		rest = rest[len(number):]
		kinds[w.kind] = append(kinds[w.kind], number...)
		w.step(number)
	}
	slices.Reverse(kinds[1])
	copy(t.values[1:], slices.Concat(kinds[:]...))
}

func (t *table) joinValues() {
	var w walk
	kinds := [2][]byte{slices.Clone(t.values[1:]), slices.Clone(t.values[1:])}
	slices.Reverse(kinds[1])
	for rest := t.values[1:]; len(rest) > 0; {
		from := &kinds[w.kind]
		number := (*from)[:min(varint(*from), len(rest))]
		*from, rest = (*from)[len(number):], rest[copy(rest, number):]
		w.step(number)
	}
}

// varint returns the length of the varint at the start of b, which is not empty.
func varint(b []byte) int {
	for i, c := range b {
		if c < 0x80 {
			return i + 1
		}
	}
	return len(b)
}
