package filter

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
)

// encoding describes the call instruction of a processor: a word of four bytes, in which a
// field has the distance to the function.
type encoding struct {
	// The bytes before the word, and its order. The whole word is then the distance, of
	// which the field is what is not sign. Without a prefix, words are little-endian.
	prefix string
	order  binary.ByteOrder

	call     uint32 // the word without the field
	bits     int    // size of the field
	shift    int    // of the field in the word
	rotation int    // of the bits in the field
	unit     uint32 // of the distance, and the alignment of instructions, in bytes
	from     uint32 // where the distance begins, in bytes after the start of the instruction
	absolute bool   // the field is no distance but an address, and from is that of the code
}

// encodings has the processors by their names in Go. Calls of riscv64 are left alone: most
// are to trampolines, which have no names.
var encodings = map[string]encoding{
	"386":      {prefix: "\xe8", order: binary.LittleEndian, bits: 25, unit: 1, from: 5},
	"amd64":    {prefix: "\xe8", order: binary.LittleEndian, bits: 25, unit: 1, from: 5},
	"arm":      {call: 0xeb000000, bits: 24, unit: 4, from: 8},
	"arm64":    {call: 0x94000000, bits: 26, unit: 4},
	"loong64":  {call: 0x54000000, bits: 26, rotation: 10, unit: 4},
	"mips":     {call: 0x0c000000, bits: 26, unit: 4, from: 0x11000, absolute: true},
	"mips64le": {call: 0x0c000000, bits: 26, unit: 4, from: 0x11000, absolute: true},
	"mipsle":   {call: 0x0c000000, bits: 26, unit: 4, from: 0x11000, absolute: true},
	"ppc64le":  {call: 0x48000001, bits: 24, shift: 2, unit: 4},
	"s390x":    {prefix: "\xc0\xe5", order: binary.BigEndian, bits: 25, unit: 2},
}

func (e encoding) mask() uint32 { return 1<<e.bits - 1 }

// signed returns a field with its sign.
func (e encoding) signed(field uint32) uint32 {
	unused := 32 - e.bits
	return uint32(int32(field<<unused) >> unused)
}

// field returns the field of the call at the start of code, if there is one.
func (e encoding) field(code []byte) (field uint32, ok bool) {
	if e.prefix != "" {
		word := e.order.Uint32(code[len(e.prefix):])
		field = word & e.mask()
		return field, string(code[:len(e.prefix)]) == e.prefix && e.signed(field) == word
	}
	word := binary.LittleEndian.Uint32(code)
	field = word >> e.shift & e.mask()
	return (field>>e.rotation | field<<(e.bits-e.rotation)) & e.mask(), word&^(e.mask()<<e.shift) == e.call
}

func (e encoding) setField(code []byte, field uint32) {
	if e.prefix != "" {
		e.order.PutUint32(code[len(e.prefix):], e.signed(field))
		return
	}
	field &= e.mask()
	field = (field<<e.rotation | field>>(e.bits-e.rotation)) & e.mask()
	binary.LittleEndian.PutUint32(code, e.call|field<<e.shift)
}

// rewriteCalls replaces the distances in calls by numbers that depend on the name of the
// function alone, or the other way round. Other words that look like calls become offsets in
// the code.
func (t *table) rewriteCalls(program []byte, arch string, undo bool) {
	const start = 0x1000 // where Go's linker puts the code, for all systems
	e, ok := encodings[arch]
	if !ok || len(program) < start {
		return
	}
	code := program[start:]
	code = code[:min(uint64(len(code)), uint64(t.codeSize()))]
	if arch == "mips" && !undo { // for the words of mipsle
		reverseWords(code)
	}
	numbers := t.numbers(e, undo)
	size := len(e.prefix) + 4
	for at := 0; at+size <= len(code); {
		field, ok := e.field(code[at:])
		if !ok {
			at += int(e.unit)
			continue
		}
		here := (uint32(at) + e.from) / e.unit
		if e.absolute {
			here = -e.from / e.unit
		}
		if undo {
			e.setField(code[at:], number(numbers, field)-here)
		} else {
			e.setField(code[at:], number(numbers, (field+here)&e.mask()))
		}
		at += size
	}
	if arch == "mips" && undo {
		reverseWords(code)
	}
}

// numbers returns a permutation that moves the offsets of functions to the hashes of their
// names, or the inverse one. Numbers that are not in it stay. A call of any offset can thus
// be restored, whatever the hashes are.
func (t *table) numbers(e encoding, undo bool) map[uint32]uint32 {
	forward := map[uint32]uint32{}
	for _, r := range t.records {
		hash := fnv.New32a()
		hash.Write(t.name(r))
		a, b := r.fixed[entryOff]/e.unit&e.mask(), hash.Sum32()&min(e.mask(), 1<<24-1)
		forward[a], forward[b] = number(forward, b), number(forward, a)
	}
	if !undo {
		return forward
	}
	backward := make(map[uint32]uint32, len(forward))
	for a, b := range forward {
		backward[b] = a
	}
	return backward
}

func number(numbers map[uint32]uint32, n uint32) uint32 {
	if other, ok := numbers[n]; ok {
		return other
	}
	return n
}

func reverseWords(b []byte) {
	for word := range slices.Chunk(b[:len(b)&^3], 4) {
		slices.Reverse(word)
	}
}
