package filter

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
)

// function is a function of a program that a test makes.
type function struct {
	name     string
	code     []byte
	pcdata   []uint32
	funcdata []uint32
}

// values are two tables, each of two pairs, which begin at 1 and 6.
var values = []byte{0, 2, 7, 4, 9, 0, 3, 0x81, 1, 5, 9, 0}

// link returns a program that consists of functions, as Go's linker makes it.
func link(order binary.ByteOrder, pointer int, functions ...function) []byte {
	var code, names, index, records []byte
	word := func(b []byte, words ...uint32) []byte {
		for _, w := range words {
			b = append(b, 0, 0, 0, 0)
			order.PutUint32(b[len(b)-4:], w)
		}
		return b
	}
	align := func(b []byte) []byte { return append(b, make([]byte, -len(b)&(pointer-1))...) }
	first := 8*len(functions) + 4
	first += -first & (pointer - 1)
	for i, f := range functions {
		at, entry := uint32(first+len(records)), uint32(len(code))
		index = word(index, entry, at)
		records = word(records, entry, uint32(len(names)), 8, 0, 1, 6, 1, uint32(len(f.pcdata)), uint32(3*i), uint32(10*i+1))
		records = append(records, byte(i), 1, 0, byte(len(f.funcdata)))
		records = align(word(word(records, f.pcdata...), f.funcdata...))
		code, names = append(code, f.code...), append(names, f.name+"\x00"...)
	}
	index = align(word(index, uint32(len(code))))
	tail := bytes.Clone(values)
	header := word(nil, magic)
	header = append(header, 0, 0, 4, byte(pointer))
	size := 8 + 8*pointer
	for _, w := range []int{len(functions), 1, 0, size, size + len(names), size + len(names), size + len(names), size + len(names) + len(tail)} {
		if pointer == 8 && order == binary.ByteOrder(binary.BigEndian) {
			header = word(header, 0)
		}
		header = word(header, uint32(w))
		if pointer == 8 && order == binary.ByteOrder(binary.LittleEndian) {
			header = word(header, 0)
		}
	}
	program := append(bytes.Repeat([]byte("file"), 0x400), code...)
	for _, part := range [][]byte{header, names, tail, index, records, []byte("what follows")} {
		program = append(program, part...)
	}
	return program
}

// calls has for each processor calls of offset 0x40 in the code, at 0x10 and 0x20 of it.
// Those of arm, arm64 and mips are the output of llvm-mc.
var calls = map[string]struct {
	order   binary.ByteOrder
	pointer int
	at      [2]string
}{
	"386":      {binary.LittleEndian, 4, [2]string{"\xe8\x2b\x00\x00\x00", "\xe8\x1b\x00\x00\x00"}},
	"amd64":    {binary.LittleEndian, 8, [2]string{"\xe8\x2b\x00\x00\x00", "\xe8\x1b\x00\x00\x00"}},
	"arm":      {binary.LittleEndian, 4, [2]string{"\x0a\x00\x00\xeb", "\x06\x00\x00\xeb"}},
	"arm64":    {binary.LittleEndian, 8, [2]string{"\x0c\x00\x00\x94", "\x08\x00\x00\x94"}},
	"loong64":  {binary.LittleEndian, 8, [2]string{"\x00\x30\x00\x54", "\x00\x20\x00\x54"}},
	"mips":     {binary.BigEndian, 4, [2]string{"\x0c\x00\x44\x10", "\x0c\x00\x44\x10"}},
	"mips64le": {binary.LittleEndian, 8, [2]string{"\x10\x44\x00\x0c", "\x10\x44\x00\x0c"}},
	"mipsle":   {binary.LittleEndian, 4, [2]string{"\x10\x44\x00\x0c", "\x10\x44\x00\x0c"}},
	"ppc64le":  {binary.LittleEndian, 8, [2]string{"\x31\x00\x00\x48", "\x21\x00\x00\x48"}},
	"s390x":    {binary.BigEndian, 8, [2]string{"\xc0\xe5\x00\x00\x00\x18", "\xc0\xe5\x00\x00\x00\x10"}},
}

// caller returns a program whose first function has calls of the one named callee, which is
// before bytes further on than calls has it.
func caller(arch string, before int, callee string) []byte {
	c := calls[arch]
	code := make([]byte, 0x40)
	copy(code[0x10:], c.at[0])
	copy(code[0x20:], c.at[1])
	return link(c.order, c.pointer,
		function{name: "main.main", code: code[before:], pcdata: []uint32{6, 0}, funcdata: []uint32{5, 7, 9}},
		function{name: callee, code: make([]byte, 0x20), funcdata: []uint32{11, 12}},
		function{name: "runtime.other", code: make([]byte, 0x20), pcdata: []uint32{1}})
}

func restored(t *testing.T, program []byte, arch string) (packed []byte) {
	t.Helper()
	before := bytes.Clone(program)
	packed = Pack(program, arch)
	if !bytes.Equal(program, before) {
		t.Fatal("Pack changes the program")
	}
	if !bytes.Equal(Unpack(bytes.Clone(packed), arch), before) {
		t.Fatal("Unpack restores another program")
	}
	return packed
}

// TestCalls has calls that do not depend on places in a packed program, but on the function.
func TestCalls(t *testing.T) {
	const start = 0x1000
	for arch, c := range calls {
		t.Run(arch, func(t *testing.T) {
			one := restored(t, caller(arch, 0, "strings.Cut"), arch)
			size := len(c.at[0])
			call := func(b []byte, at int) string { return string(b[start+at:][:size]) }
			if call(one, 0x10) == c.at[0] {
				t.Errorf("the call % x is as before", c.at[0])
			}
			if call(one, 0x10) != call(one, 0x20) {
				t.Errorf("calls of a function are % x and % x", call(one, 0x10), call(one, 0x20))
			}
			if other := restored(t, caller(arch, 0, "strings.CutPrefix"), arch); call(other, 0x10) == call(one, 0x10) {
				t.Error("a call of another function is the same")
			}
			if arch[:min(4, len(arch))] == "mips" {
				return // addresses
			}
			if near := restored(t, caller(arch, 8, "strings.Cut"), arch); call(near, 0x8) != call(one, 0x10) {
				t.Error("the call is another one if the function is at another place")
			}
		})
	}
}

// TestMips has the same packed code for both orders of bytes.
func TestMips(t *testing.T) {
	big, little := restored(t, caller("mips", 0, "strings.Cut"), "mips"), restored(t, caller("mipsle", 0, "strings.Cut"), "mipsle")
	if !bytes.Equal(big[:0x1000+0x80], little[:0x1000+0x80]) {
		t.Error("the code differs")
	}
}

// TestThisProgram packs the running test, as it is known what it is: from Go's linker.
func TestThisProgram(t *testing.T) {
	program := self(t)
	if packed := restored(t, program, runtime.GOARCH); bytes.Equal(packed, program) || len(packed) != len(program) {
		t.Errorf("%d bytes are not packed", len(program))
	}
}

func self(t *testing.T) []byte {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// TestForms has the differences and the two sequences in a packed program.
func TestForms(t *testing.T) {
	program := caller("arm64", 0, "strings.Cut")
	packed := restored(t, program, "arm64")
	at := bytes.Index(program, values)
	if got, want := packed[at:][:len(values)], []byte{0, 2, 4, 0, 3, 5, 0, 9, 1, 0x81, 9, 7}; !bytes.Equal(got, want) {
		t.Errorf("values are % d, want % d", got, want)
	}
	first := at + len(values) + 3*8 + 4 + 4
	want := []int32{
		2, 0, 1, // lengths of pcdata
		3<<24 | 1<<8, 2<<24 | 1<<8 | 1, 1<<8 | 2, // flags with lengths of funcdata
		0, 0x40, 0x20, // differences of entries
		0, 10, 12, // and of names
		8, 8, 8, 0, 0, 0, // sizes of arguments, deferreturn
		1, -5, -5, 5, -6, -6, -5, -5, -5, // pcsp, pcfile and pcln, below the highest offset
		0, 3, 3, // differences of units
		1, 11, 21, // lines
		-6, -5, 0, // pcdata
		5, 11, 7, 12, 9, // funcdata
		0, // where the program aligns a record
	}
	for i, n := range want {
		if got := int32(binary.LittleEndian.Uint32(packed[first+4*i:])); got != n {
			t.Errorf("number %d is %d, want %d", i, got, n)
		}
	}
	if index := packed[first-32:][:24]; !bytes.Equal(index, make([]byte, 24)) {
		t.Errorf("the index is % d", index)
	}
}

// TestOthers leaves alone what is no program, or none that Pack knows.
func TestOthers(t *testing.T) {
	program := caller("arm64", 0, "strings.Cut")
	misplaced := bytes.Clone(program)
	misplaced[bytes.Index(program, values)+len(values)+4] += 8 // the offset of the first record
	for name, b := range map[string][]byte{
		"nothing": nil, "text": []byte("#!/bin/sh\n"), "other order": misplaced, "cut": program[:len(program)-100],
	} {
		t.Run(name, func(t *testing.T) {
			if packed := restored(t, b, "arm64"); !bytes.Equal(packed, b) {
				t.Error("changed")
			}
		})
	}
	if packed := restored(t, program, "riscv64"); !bytes.Equal(packed[:0x1000+0x80], program[:0x1000+0x80]) {
		t.Error("code of an unknown processor is changed")
	}
}

// TestDamaged restores programs in which bytes are others, whether Pack changes them or not,
// and survives packed programs in which bytes are others.
func TestDamaged(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for arch := range calls {
		program := caller(arch, 0, "strings.Cut")
		for range 500 {
			damaged := bytes.Clone(program)
			for range rng.IntN(3) + 1 {
				damaged[0x1000+rng.IntN(len(damaged)-0x1000)] = byte(rng.IntN(256))
			}
			packed := restored(t, damaged, arch)
			packed[0x1000+rng.IntN(len(packed)-0x1000)] = byte(rng.IntN(256))
			Unpack(packed[:len(packed)-rng.IntN(2)*rng.IntN(200)], arch)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for arch := range calls {
		f.Add(arch, Pack(caller(arch, 0, "strings.Cut"), arch)[0x1000:])
	}
	f.Fuzz(func(t *testing.T, arch string, b []byte) {
		if len(b) > 1<<14 {
			return
		}
		program := append(make([]byte, 0x1000), b...)
		if Unpack(program, arch); bytes.Contains(program, []byte(rewritten)) {
			return // may be packed
		}
		restored(t, program, arch)
	})
}
