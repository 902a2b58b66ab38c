package state

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"gm/wire/protofield"
	"strings"
	"testing"
	"unicode/utf8"
)

// The bytes are derived by hand from protocol, section 11.3.
func TestExitStatusRoundTrip(t *testing.T) {
	for want, e := range map[string]ExitStatus{
		"0a05 920402 0800":                  {Known: true, Status: 0},
		"0a05 920402 0801":                  {Known: true, Status: 1},
		"0a06 920403 088f01":                {Known: true, Status: 143},
		"0a06 920403 08ff01":                {Known: true, Status: 255},
		"0a0a 920407 087f 1203 6e6f21":      {Known: true, Status: 127, Reason: "no!"},
		"0a0c 920409 087f 1205 c3a92020 61": {Known: true, Status: 127, Reason: "é  a"},
		"0a0b 920408 088f01 1a03 656e64":    {Known: true, Status: 143, Stopped: "end"},
	} {
		t.Run(fmt.Sprintf("%+v", e), func(t *testing.T) {
			from, s := blank(80, 24), blank(80, 24)
			s.ExitStatus = e
			if s.Equal(from) {
				t.Error("equal to a screen without a status")
			}
			diff := s.AppendDiff(nil, from)
			if !bytes.Equal(diff, unhex(t, want)) {
				t.Errorf("diff is %x, want %s", diff, want)
			}
			if got := mustShow(t, from, diff); !got.Equal(s) || got.ExitStatus != e {
				t.Errorf("applied to %+v", got.ExitStatus)
			}
			if again := s.AppendDiff(nil, s); len(again) > 0 {
				t.Errorf("diff between equal states: %x", again)
			}
		})
	}
}

func TestExitStatusIsNotTakenBack(t *testing.T) {
	exited := blank(80, 24)
	exited.ExitStatus = ExitStatus{Known: true, Status: 3}
	if diff := blank(80, 24).AppendDiff(nil, exited); len(diff) > 0 {
		t.Errorf("diff to a screen without a status: %x", diff)
	}
}

func TestExitStatusReasonIsCleaned(t *testing.T) {
	long := ExitStatus{Reason: "\x1b[31mé\n\xff" + strings.Repeat("é", maxReason)}
	got := long.normalized()
	if len(got.Reason) > maxReason || !strings.HasPrefix(got.Reason, " [31mé é") || !utf8.ValidString(got.Reason) {
		t.Errorf("%q of %d bytes", got.Reason, len(got.Reason))
	}
}

func TestParseExitStatus(t *testing.T) {
	for text, want := range map[string]ExitStatus{
		"":                       {Known: true},
		"1005":                   {Known: true},
		"0805 0807":              {Known: true, Status: 7},
		"088002":                 {Known: true, Status: 255},
		"08ffffffffffffffffff01": {Known: true, Status: 255},
		"0a0101":                 {Known: true},
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := parseExitStatus(unhex(t, text)); err != nil || got != want {
				t.Errorf("%+v, %v, want %+v", got, err, want)
			}
		})
	}
	for _, bad := range []string{"\x08", "\x80", "\x08\xff", "\x0a\x05a"} {
		t.Run(bad, func(t *testing.T) {
			if e, err := parseExitStatus([]byte(bad)); !errors.Is(err, protofield.ErrMalformed) {
				t.Errorf("%q: %+v, %v", bad, e, err)
			}
		})
	}
	if s, err := blank(80, 24).Apply(unhex(t, "0a049204 01 08")); !errors.Is(err, protofield.ErrMalformed) {
		t.Errorf("a truncated status: %+v, %v", s.ExitStatus, err)
	}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
