package state

import (
	"encoding/hex"
	"testing"
)

// The bytes are worked out by hand from the message of the package doc.
func TestEchoStateTravels(t *testing.T) {
	lines := Discipline{Modes: DisciplineKnown | Canonical | Echo}
	lines.Chars[CharErase], lines.Chars[CharDiscard] = 0x7f, 0x0f
	for want, l := range map[string]EchoState{
		"":                   {},
		"0a05 8a0402 1801":   {Alternate: true},
		"0a06 8a0403 20ac02": {EchoedThrough: 300},
		"0a15 8a0412 0807 120e 7f000000000000000000000000" + "0f": {Discipline: lines},
	} {
		from, s := blank(80, 24), blank(80, 24)
		s.EchoState = l
		if s.Equal(from) != (want == "") {
			t.Errorf("%+v: equal is %v", l, s.Equal(from))
		}
		diff := s.AppendDiff(nil, from)
		if got := hex.EncodeToString(diff); got != hex.EncodeToString(unhex(t, want)) {
			t.Errorf("%+v is %s, want %s", l, got, want)
		}
		if got := mustShow(t, from, diff); got.EchoState != l {
			t.Errorf("%+v comes as %+v", l, got.EchoState)
		}
		if again := s.AppendDiff(nil, s); len(again) > 0 {
			t.Errorf("%+v is told again: %x", l, again)
		}
		if back := from.AppendDiff(nil, s); !mustShow(t, s, back).Equal(from) {
			t.Errorf("%+v does not go away by %x", l, back)
		}
	}
}

func TestEchoStateOfOthers(t *testing.T) {
	for text, want := range map[string]EchoState{
		"":          {},
		"0801 2801": {Discipline: Discipline{Modes: DisciplineKnown}},
		"1202 0102": {Discipline: Discipline{Chars: [controlChars]byte{1, 2}}},
		"1213 000102030405060708090a0b0c0d0e0f101112": {Discipline: Discipline{
			Chars: [controlChars]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}}, // two too many
		"0a0101 1001 1a00": {},
		"2001 2002":        {EchoedThrough: 2},
	} {
		if got, err := (EchoState{}).with(unhex(t, text)); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
	if _, err := (EchoState{}).with([]byte{0x08}); err == nil {
		t.Error("a number that is cut off is no error")
	}
}

func TestDisciplineHasAndIs(t *testing.T) {
	d := Discipline{Modes: Canonical | Echo}
	d.Chars[CharErase] = 0x7f
	if !d.Has(Canonical|Echo) || d.Has(Canonical|UTF8) {
		t.Error("Has is not all of them")
	}
	if !d.Is(0x7f, CharErase) || d.Is(0, CharKill) || d.Is(0x7f, CharKill) {
		t.Error("a character that is not set has a meaning")
	}
}

func TestLastInterrupt(t *testing.T) {
	var d Discipline
	d.Chars[CharInterrupt], d.Chars[CharSuspend] = 3, 'z'
	for keys, want := range map[string]int{
		"": -1, "ab\x1c": -1, "\x03": 0, "a\x03b\x03c": 3, "az\x00": 1,
	} {
		if got := d.LastInterrupt([]byte(keys)); got != want {
			t.Errorf("%q: %d, want %d", keys, got, want)
		}
	}
	if (Discipline{}).LastInterrupt([]byte("\x03\x00")) >= 0 {
		t.Error("there is no interrupt without ISIG")
	}
}
