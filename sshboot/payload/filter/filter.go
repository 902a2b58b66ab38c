// Package filter rewrites programs of Go's linker so that they compress better, and
// restores them.
//
// Programs for one processor have most functions in common, but at other places, and
// numbers that depend on places hide this from LZMA. Pack therefore replaces
//
//   - in calls, the distance to the function by the hash of its name (calls.go)
//   - the records of functions by differences, column by column (records.go)
//   - tables of line numbers and the like by two sequences: their values, and the distances
//     between them (values.go)
//
// Records and tables are in runtime.pclntab, in the form that Go has used since 1.20. The
// program keeps its size.
package filter

import (
	"bytes"
	"slices"
)

// Pack returns a program, which is not packed yet, in the form that compresses better. One
// that Unpack could not restore or that has no runtime.pclntab is returned unchanged.
func Pack(program []byte, arch string) []byte {
	packed := slices.Clone(program)
	t, ok := findTable(packed, original)
	if !ok {
		return program
	}
	t.rows(load)
	t.rewriteCalls(packed, arch, false)
	t.splitValues()
	t.difference(false)
	t.clear()
	t.columns(store)
	t.mark(rewritten)
	if restored := slices.Clone(packed); !bytes.Equal(Unpack(restored, arch), program) {
		return program
	}
	return packed
}

// Unpack restores a program, in place. A program that Pack returned unchanged remains so.
func Unpack(packed []byte, arch string) []byte {
	t, ok := findTable(packed, rewritten)
	if !ok {
		return packed
	}
	t.columns(load)
	t.difference(true)
	t.clear()
	t.rows(store)
	t.joinValues()
	t.rewriteCalls(packed, arch, true)
	t.mark(original)
	return packed
}
