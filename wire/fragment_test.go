package wire

import (
	"bytes"
	"encoding/hex"
	"testing"
)

func TestFragmentLayout(t *testing.T) {
	for want, f := range map[string]fragment{
		"00000000000000010000":       {id: 1},
		"00000000000000018000":       {id: 1, final: true},
		"0102030405060708ffff616263": {id: 0x0102030405060708, number: maxFragments - 1, final: true, data: []byte("abc")},
		"ffffffffffffffff000261":     {id: 1<<64 - 1, number: 2, data: []byte("a")},
	} {
		b := f.append(nil)
		if got := hex.EncodeToString(b); got != want {
			t.Errorf("%+v is %s, want %s", f, got, want)
		}
		got, err := parseFragment(b)
		if err != nil || got.id != f.id || got.number != f.number || got.final != f.final || !bytes.Equal(got.data, f.data) {
			t.Errorf("%s is read as %+v, %v, want %+v", want, got, err, f)
		}
	}
}

func TestFragmentTooShort(t *testing.T) {
	if _, err := parseFragment(make([]byte, fragmentHeader-1)); err != errShortFragment {
		t.Errorf("nine bytes: %v, want %v", err, errShortFragment)
	}
}

// FuzzReassembly parses the input as fragments, each after a byte with its length,
// and checks the bounds of a reassembly.
func FuzzReassembly(f *testing.F) {
	pieces := func(fs ...fragment) (b []byte) {
		for _, f := range fs {
			one := f.append(nil)
			b = append(append(b, byte(len(one))), one...)
		}
		return b
	}
	f.Add([]byte{})
	f.Add(pieces(fragment{id: 1, final: true, data: []byte("whole")}))
	f.Add(pieces(fragment{id: 1, number: 1, final: true, data: []byte("b")}, fragment{id: 1, data: []byte("a")}))
	f.Add(pieces(fragment{id: 1, number: 3, final: true}, fragment{id: 1, number: 2, final: true}, fragment{id: 1, number: 7}))
	f.Add(pieces(fragment{id: 1, number: maxFragments - 1, data: []byte("x")}, fragment{id: 2}))
	f.Fuzz(func(t *testing.T, input []byte) {
		var a reassembly
		came := 0
		for len(input) > 0 {
			n := min(int(input[0]), len(input)-1)
			piece := input[1 : 1+n]
			input = input[1+n:]
			f, err := parseFragment(piece)
			if err != nil {
				continue
			}
			came += len(f.data)
			packed, _, err := a.add(f)
			if err != nil {
				t.Fatalf("error on %d bytes: %v", came, err)
			}
			if len(packed) > came || len(a.buf) > came || len(a.spans) > maxFragments {
				t.Fatalf("%d bytes became %d, %d held, %d spans", came, len(packed), len(a.buf), len(a.spans))
			}
		}
	})
}
