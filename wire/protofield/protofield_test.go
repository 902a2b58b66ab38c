package protofield

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func TestNext(t *testing.T) {
	message := AppendUint(nil, 1, 300)
	message = protowire.AppendTag(message, 9, protowire.Fixed32Type)
	message = protowire.AppendFixed32(message, 5)
	at := len(message)
	message = Enclose(AppendLine(message, 2, "a\nb", 10), at, 3)
	number, rest, err := Next(message)
	if err != nil || !number.Is(1, protowire.VarintType) || number.Varint != 300 {
		t.Fatalf("%+v, %v", number, err)
	}
	fixed, rest, err := Next(rest)
	if err != nil || !fixed.Is(9, protowire.Fixed32Type) || fixed.Is(9, protowire.VarintType) {
		t.Fatalf("%+v, %v", fixed, err)
	}
	outer, rest, err := Next(rest)
	if err != nil || !outer.Is(3, protowire.BytesType) || len(rest) != 0 {
		t.Fatalf("%+v, rest %x, %v", outer, rest, err)
	}
	if inner, _, err := Next(outer.Bytes); err != nil || inner.Num != 2 || string(inner.Bytes) != "a b" {
		t.Errorf("%+v, %v", inner, err)
	}
	for n := 1; n < len(message); n++ {
		for b := message[:n]; len(b) > 0 && err == nil; {
			_, b, err = Next(b)
		}
		if err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("of %d bytes: %v", n, err)
		}
		err = nil
	}
}

func TestNextRefuses(t *testing.T) {
	for name, message := range map[string]string{
		"no tag": "\x80", "field 0": "\x00\x00", "no number": "\x08", "cut bytes": "\x12\x02a", "cut fixed": "\x0d\x01", "end of a group": "\x0c",
	} {
		t.Run(name, func(t *testing.T) {
			if f, _, err := Next([]byte(message)); !errors.Is(err, ErrMalformed) {
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
}

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "plain": "plain", "a\x1b]0;x\ab": "a ]0;x b", "\xff\xfea": "a", "é\u202e": "é ", strings.Repeat("x", 20): strings.Repeat("x", 10),
		"123456789é": "123456789", // cut within a character
	} {
		if got := Line(text, 10); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := AppendLine(nil, 1, "\xff", 10); len(got) > 0 {
		t.Errorf("an empty text has the field %x", got)
	}
}
