package filter

import (
	"bytes"
	"encoding/binary"
)

// table is runtime.pclntab, which describes the functions of a program.
type table struct {
	header    []byte
	order     binary.ByteOrder
	pointer   int    // size of a pointer in bytes
	names     []byte // of functions, each with a zero at its end
	values    []byte // tables of values by program counter
	functions []byte // an index, the size of the code, records, and what follows them
	records   []record
}

const magic = 0xfffffff1

// maxRecords bounds the number of functions. The servers have 6300.
const maxRecords = 1 << 16

// The two bytes after the magic number.
const (
	original  = "\x00\x00"
	rewritten = "gm"
)

func (t *table) mark(m string) { copy(t.header[4:], m) }

// findTable finds the table of a program, with m after its magic number.
func findTable(program []byte, m string) (*table, bool) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		start := append(make([]byte, 4), m...)
		order.PutUint32(start, magic)
		for rest := program; ; rest = rest[1:] {
			at := bytes.Index(rest, start)
			if at < 0 {
				break
			}
			rest = rest[at:]
			if t, ok := parseTable(rest, order); ok {
				return t, true
			}
		}
	}
	return nil, false
}

// parseTable parses a header: the magic number, two bytes, the alignment of instructions,
// the size of a pointer; and of this size the numbers of functions and of files, the address
// of the code, and the offsets of names, units, files, values and functions.
func parseTable(b []byte, order binary.ByteOrder) (*table, bool) {
	if len(b) < 8 {
		return nil, false
	}
	t := &table{header: b, order: order, pointer: int(b[7])}
	if t.pointer != 4 && t.pointer != 8 || len(b) < 8+8*t.pointer {
		return nil, false
	}
	count, names, units, values, functions := t.word(0), t.word(3), t.word(4), t.word(6), t.word(7)
	if count == 0 || count > maxRecords || names > units || units > values || values >= functions || functions > uint64(len(b)) {
		return nil, false
	}
	t.names, t.values, t.functions = b[names:units], b[values:functions], b[functions:]
	t.records = make([]record, count)
	return t, t.first() <= len(t.functions)
}

// word returns a number of the size of a pointer in the header.
func (t *table) word(i int) uint64 {
	field := t.header[8+i*t.pointer:]
	if t.pointer == 4 {
		return uint64(t.order.Uint32(field))
	}
	return t.order.Uint64(field)
}

// first returns the offset of the first record in functions. Records are aligned.
func (t *table) first() int { return t.align(8*len(t.records) + 4) }

func (t *table) align(n int) int { return (n + t.pointer - 1) &^ (t.pointer - 1) }

// codeSize returns the size of the code in bytes.
func (t *table) codeSize() uint32 { return t.order.Uint32(t.functions[8*len(t.records):]) }

// name returns the name of a function.
func (t *table) name(r record) []byte {
	if int64(r.fixed[nameOff]) > int64(len(t.names)) {
		return nil
	}
	text, _, _ := bytes.Cut(t.names[r.fixed[nameOff]:], []byte{0})
	return text
}
