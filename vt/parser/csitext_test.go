package parser

import "testing"

func TestShortCSI(t *testing.T) {
	const padding = "0123456789012345678901234"
	for params, fits := range map[string]bool{
		"":                          true,
		"0":                         true,
		"?25":                       true,
		"1;31":                      true,
		"1234567":                   true,
		"12345678":                  true,
		"38;5;196;48":               true,
		"38;2;255;100;50;":          true,
		"38;5;100;48;5;255;1;3;4":   true,
		"38;5;100;48;5;255;1;3;4;":  true,
		"38;5;100;48;5;255;1;3;4;1": false,
	} {
		for _, final := range []byte("mH") {
			text, n, got := shortCSI([]byte(params + string(final) + padding))
			if fits && (got != final || n != len(params)) || !fits && got != 0 {
				t.Errorf("%q%c: %d bytes and %q", params, final, n, got)
			}
			if other, _, _ := shortCSI([]byte(params + "1m" + padding)); other == text && fits && len(params) < 24 {
				t.Errorf("%q and %q are equal", params, params+"1")
			}
		}
		for _, none := range []byte{del, 0x80, 0xff} {
			if _, _, got := shortCSI([]byte(params + string([]byte{none}) + padding)); got != 0 {
				t.Errorf("%q %02x is parsed as a sequence", params, none)
			}
		}
	}
	if _, _, got := shortCSI([]byte("1m" + padding[:22])); got != 0 {
		t.Error("it reads beyond the end")
	}
}
