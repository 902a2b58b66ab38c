package predict

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
		{"\xe6\xbca", append([]key{other}, text("a")...)},
		{"\x80", []key{other}},
		{"\xc3", nil},
		{"\x1b", nil},
		{"\x1b[12", nil},
		{"\x1b[97;;97u\x1b[97:65;2u\x1b[946u", text("aAβ")},
		{"\x1b[97u\x1b[97;1:2u\x1b[97;1:3u", text("aa")},
		{"\x1b[97;65u\x1b[97;129u", text("Aa")},
		{"\x1b[57400;129u\x1bOq", text("11")},
		{"\x1b[127u\x1b[13u", []key{{kind: keyBackspace}, {kind: keyReturn}}},
		{"\x1b[1;1:1C\x1b[1;129D\x1b[57417u", []key{{kind: keyRight}, {kind: keyLeft}, {kind: keyLeft}}},
		{"\x1b[57441;2u\x1b[57441;2:3u\x1b[1;1:3C\x1b[I", nil},
		{"\x1b[97;5u\x1b[127;5u\x1b[13;2u\x1b[54;2u", []key{other, other, other, other}},
		{"\x1b[27;2;65~\x1b[27;5;97~", append(text("A"), other)},
	}
	for _, test := range tests {
		t.Run(test.in, func(t *testing.T) {
			var p keyParser
			var got []key
			for i := range len(test.in) {
				for rest := []byte(test.in[i : i+1]); ; {
					k, after, ok := p.next(rest)
					if !ok {
						break
					}
					got, rest = append(got, k), after
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
