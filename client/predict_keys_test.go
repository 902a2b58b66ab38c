package client

import (
	"slices"
	"testing"
)

func TestKeyParser(t *testing.T) {
	text := func(s string) (keys []key) {
		for _, c := range s {
			keys = append(keys, key{kind: keyText, text: c})
		}
		return keys
	}
	other := key{kind: keyOther}
	tests := []struct {
		in   string
		want []key
	}{
		{"aé漢😀", text("aé漢😀")},
		{"\x7f\b", []key{{kind: keyBackspace}, {kind: keyBackspace}}},
		{"\r\n", []key{{kind: keyReturn}, {kind: keyReturn}}},
		{"\x1b[C\x1bOC\x1b[D\x1bOD", []key{{kind: keyRight}, {kind: keyRight}, {kind: keyLeft}, {kind: keyLeft}}},
		{"\x1b[A\x1bOB", []key{other, other}},
		{"\x1b[1;2C", []key{other}},
		{"\x1b[<0;1;1M", []key{other}},
		{"\x01", []key{other}},
		{"\x1bx", []key{other}},
		{"\x1b\x1b[C", []key{other, {kind: keyRight}}},
		{"\x1b[\x1b[C", []key{other, {kind: keyRight}}},
		{"\xff", []key{other}},
		{"\xe6\xbca", []key{other}},
		{"\x80", []key{other}},
		{"\xc3", nil},
		{"\x1b", nil},
		{"\x1b[12", nil},
	}
	for _, test := range tests {
		var p keyParser
		var got []key
		for i := range len(test.in) {
			if k, ok := p.next(test.in[i]); ok {
				got = append(got, k)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %+v, want %+v", test.in, got, test.want)
		}
	}
}
