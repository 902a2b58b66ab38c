package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

// Output of protoc 3.21 --encode for the message of section 5, without a diff and
// with one.
const (
	protocEmpty = "080210001801200028003a00"
	protocFull  = "080210ac0218ffffffffffffffffff012007280532036162633a0378797a"
)

func sameInstruction(a, b instruction) bool {
	return a.oldNum == b.oldNum && a.newNum == b.newNum && a.ackNum == b.ackNum &&
		a.throwawayNum == b.throwawayNum && bytes.Equal(a.diff, b.diff)
}

func TestInstructionBytes(t *testing.T) {
	for want, in := range map[string]instruction{
		protocEmpty: {newNum: 1},
		protocFull:  {oldNum: 300, newNum: shutdownNum, ackNum: 7, throwawayNum: 5, diff: []byte("abc")},
	} {
		bare := in.append(nil)
		wantBytes, _ := hex.DecodeString(want)
		if !bytes.HasPrefix(wantBytes, bare) || wantBytes[len(bare)] != 0x3a {
			t.Errorf("%+v is %x and chaff, want %s", in, bare, want)
		}
		var got instruction
		if err := got.parse(wantBytes); err != nil || !sameInstruction(got, in) {
			t.Errorf("%s is read as %+v, %v, want %+v", want, got, err, in)
		}
	}
}

func TestChaff(t *testing.T) {
	lengths := map[int]int{}
	contents := map[string]int{}
	for range 2000 {
		b := appendChaff([]byte("before"))
		if !bytes.HasPrefix(b, []byte("before\x3a")) || len(b) != 8+int(b[7]) {
			t.Fatalf("chaff is %x", b)
		}
		lengths[len(b)-8]++
		contents[string(b[8:])]++
		if packed := new(deflater).pack(b[8:]); len(packed) < zlibHeader+len(b[8:])+zlibSum {
			t.Errorf("%q is packed to %d bytes", b[8:], len(packed))
		}
	}
	for n := range maxChaff + 1 {
		if lengths[n] == 0 {
			t.Errorf("no chaff of %d bytes in 2000", n)
		}
	}
	if len(lengths) != maxChaff+1 {
		t.Errorf("lengths are %v", lengths)
	}
	if len(contents) < 1000 {
		t.Errorf("only %d different in 2000", len(contents))
	}
}

func TestInstructionTolerates(t *testing.T) {
	full := instruction{oldNum: 1, newNum: 2, diff: []byte("d")}
	for name, c := range map[string]struct {
		hex  string
		want instruction
	}{
		"version alone":     {"0802", instruction{}},
		"unknown varint":    {"0802 10 01 18 02 3201 64 f806 01", full},
		"unknown bytes":     {"0802 10 01 18 02 3201 64 fa06 02 6162", full},
		"unknown fixed":     {"0802 10 01 18 02 3201 64 fd06 00000000 f906 0000000000000000", full},
		"unknown group":     {"0802 10 01 18 02 3201 64 fb06 0801 fc06", full},
		"any order":         {"3201 64 1802 1001 0802", full},
		"last counts":       {"0803 0802 1009 1001 1802 3203 616263 3201 64", full},
		"type of another":   {"0802 12 01 00 1001 1802 30 05 3201 64", full},
		"chaff before diff": {"0802 3a03 787878 1001 1802 3201 64", full},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := hex.DecodeString(string(bytes.ReplaceAll([]byte(c.hex), []byte(" "), nil)))
			if err != nil {
				t.Fatal(err)
			}
			got := instruction{ackNum: 99, diff: []byte("old")}
			if err := got.parse(b); err != nil || !sameInstruction(got, c.want) {
				t.Errorf("parsed as %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

func TestInstructionRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		bytes string
		want  error
	}{
		"nothing":        {"", ErrVersion},
		"no version":     {"\x10\x01", ErrVersion},
		"version 1":      {"\x08\x01", ErrVersion},
		"version 3":      {"\x08\x03\x10\x01", ErrVersion},
		"cut tag":        {"\x08\x02\x80", errInstruction},
		"field 0":        {"\x08\x02\x00\x00", errInstruction},
		"cut number":     {"\x08\x02\x10\xff", errInstruction},
		"long number":    {"\x08\x02\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", errInstruction},
		"cut diff":       {"\x08\x02\x32\x05abcd", errInstruction},
		"huge diff":      {"\x08\x02\x32\xff\xff\xff\xff\x0fabcd", errInstruction},
		"group not shut": {"\x08\x02\xfb\x06\x08\x01", errInstruction},
		"wire type 7":    {"\x08\x02\x17\x01", errInstruction},
	} {
		var in instruction
		if err := in.parse([]byte(c.bytes)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzInstruction(f *testing.F) {
	for _, seed := range []string{protocEmpty, protocFull, "", "0802", "08023205616263", "0802fb060801fc06"} {
		b, _ := hex.DecodeString(seed)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var in, again instruction
		if in.parse(b) != nil {
			return
		}
		if len(in.diff) > len(b) {
			t.Fatalf("a diff of %d bytes in %d", len(in.diff), len(b))
		}
		if err := again.parse(appendChaff(in.append(nil))); err != nil || !sameInstruction(in, again) {
			t.Errorf("%+v is written and read as %+v, %v", in, again, err)
		}
	})
}

// FuzzUnpack unpacks and parses the content of fragments.
func FuzzUnpack(f *testing.F) {
	var d deflater
	f.Add([]byte{})
	f.Add(bytes.Clone(d.pack(nil)))
	f.Add(bytes.Clone(d.pack(bytes.Repeat([]byte("abc"), 1000))))
	var i inflater
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := i.unpack(b)
		if err == nil && len(got) > maxPacked || cap(i.out) > 2*maxPacked {
			t.Errorf("%d bytes unpacked to %d", len(b), len(got))
		}
	})
}
