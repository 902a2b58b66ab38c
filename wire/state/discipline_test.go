package state

import (
	"bytes"
	"fmt"
	"testing"
)

// The bytes are derived by hand from protocol, section 11.4.
func TestEchoStateRoundTrip(t *testing.T) {
	canonical := Discipline{Modes: DisciplineKnown | Canonical | Echo}
	canonical.Chars[CharErase], canonical.Chars[CharDiscard] = 0x7f, 0x0f
	for want, e := range map[string]EchoState{
		"":                   {},
		"0a05 8a0402 1801":   {Alternate: true},
		"0a06 8a0403 20ac02": {EchoedThrough: 300},
		"0a15 8a0412 0807 120e 7f000000000000000000000000" + "0f": {Discipline: canonical},
	} {
		t.Run(fmt.Sprintf("%+v", e), func(t *testing.T) {
			from, s := blank(80, 24), blank(80, 24)
			s.EchoState = e
			if s.Equal(from) != (want == "") {
				t.Errorf("equal is %v", s.Equal(from))
			}
			diff := s.AppendDiff(nil, from)
			if !bytes.Equal(diff, unhex(t, want)) {
				t.Errorf("diff is %x, want %s", diff, want)
			}
			if got := mustShow(t, from, diff); got.EchoState != e {
				t.Errorf("applied to %+v", got.EchoState)
			}
			if again := s.AppendDiff(nil, s); len(again) > 0 {
				t.Errorf("diff between equal states: %x", again)
			}
			if back := from.AppendDiff(nil, s); !mustShow(t, s, back).Equal(from) {
				t.Errorf("%x does not reset the state", back)
			}
		})
	}
}

func TestEchoStateApplyTolerates(t *testing.T) {
	for text, want := range map[string]EchoState{
		"":          {},
		"0801 2801": {Discipline: Discipline{Modes: DisciplineKnown}},
		"1202 0102": {Discipline: Discipline{Chars: [controlChars]byte{1, 2}}},
		"1213 000102030405060708090a0b0c0d0e0f101112": {Discipline: Discipline{
			Chars: [controlChars]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}}, // two too many
		"0a0101 1001 1a00": {},
		"2001 2002":        {EchoedThrough: 2},
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := (EchoState{}).apply(unhex(t, text)); err != nil || got != want {
				t.Errorf("%+v, %v, want %+v", got, err, want)
			}
		})
	}
	before := EchoState{Discipline: Discipline{Chars: [controlChars]byte{1, 2, 3, 4}}}
	if got, err := before.apply(unhex(t, "1202 0506")); err != nil || got.Discipline.Chars != [controlChars]byte{5, 6} {
		t.Errorf("two characters after four leave %v, %v", got.Discipline.Chars, err)
	}
	if _, err := (EchoState{}).apply([]byte{0x08}); err == nil {
		t.Error("a truncated number is accepted")
	}
}

func TestDisciplineHasAndIs(t *testing.T) {
	d := Discipline{Modes: Canonical | Echo}
	d.Chars[CharErase] = 0x7f
	if !d.Has(Canonical|Echo) || d.Has(Canonical|UTF8) {
		t.Error("Has does not require all modes")
	}
	if !d.Is(0x7f, CharErase) || d.Is(0, CharKill) || d.Is(0x7f, CharKill) {
		t.Error("an unset character matches")
	}
}

func TestLastInterrupt(t *testing.T) {
	var d Discipline
	d.Chars[CharInterrupt], d.Chars[CharSuspend] = 3, 'z'
	for keys, want := range map[string]int{
		"": -1, "ab\x1c": -1, "\x03": 0, "a\x03b\x03c": 3, "az\x00": 1,
	} {
		t.Run(fmt.Sprintf("%q", keys), func(t *testing.T) {
			if got := d.LastInterrupt([]byte(keys)); got != want {
				t.Errorf("%d, want %d", got, want)
			}
		})
	}
	if (Discipline{}).LastInterrupt([]byte("\x03\x00")) >= 0 {
		t.Error("a signal character without ISIG")
	}
}
