package state

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// The bytes are worked out by hand from the message of the package doc.
func TestExitStatusTravels(t *testing.T) {
	for want, status := range map[string]uint8{
		"0a0592040208" + "00":   0,
		"0a0592040208" + "01":   1,
		"0a06920403088f" + "01": 143,
		"0a0692040308ff" + "01": 255,
	} {
		from, s := blank(80, 24), blank(80, 24)
		s.ExitStatus = ExitStatus{Known: true, Status: status}
		if s.Equal(from) {
			t.Errorf("status %d is no difference", status)
		}
		diff := s.AppendDiff(nil, from)
		if got := hex.EncodeToString(diff); got != want {
			t.Errorf("status %d is %s, want %s", status, got, want)
		}
		if got := mustShow(t, from, diff); !got.Equal(s) || got.ExitStatus != s.ExitStatus {
			t.Errorf("status %d comes as %+v", status, got.ExitStatus)
		}
		if again := s.AppendDiff(nil, s); len(again) > 0 {
			t.Errorf("status %d is told again: %x", status, again)
		}
	}
}

func TestExitStatusTellsWhy(t *testing.T) {
	for want, e := range map[string]ExitStatus{
		"0a0a 920407 087f 1203 6e6f21":      {Known: true, Status: 127, Reason: "no!"},
		"0a0c 920409 087f 1205 c3a92020 61": {Known: true, Status: 127, Reason: "é  a"},
		"0a0b 920408 088f01 1a03 656e64":    {Known: true, Status: 143, Stopped: "end"},
	} {
		from, s := blank(80, 24), blank(80, 24)
		s.ExitStatus = e
		diff := s.AppendDiff(nil, from)
		if !bytes.Equal(diff, unhex(t, want)) {
			t.Errorf("%+v is %x, want %s", e, diff, want)
		}
		if got := mustShow(t, from, diff); got.ExitStatus != e {
			t.Errorf("%+v comes as %+v", e, got.ExitStatus)
		}
	}
	long := ExitStatus{Reason: "\x1b[31mé\n\xff" + strings.Repeat("é", maxReason)}
	got := long.known()
	if len(got.Reason) > maxReason || !strings.HasPrefix(got.Reason, " [31mé é") || !utf8.ValidString(got.Reason) {
		t.Errorf("%q of %d bytes", got.Reason, len(got.Reason))
	}
}

func TestExitStatusIsClamped(t *testing.T) {
	for text, want := range map[string]ExitStatus{
		"":                       {Known: true},
		"1005":                   {Known: true},
		"0805 0807":              {Known: true, Status: 7},
		"088002":                 {Known: true, Status: 255},
		"08ffffffffffffffffff01": {Known: true, Status: 255},
		"0a0101":                 {Known: true},
	} {
		if got, err := parseExitStatus(unhex(t, text)); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, bad := range []string{"\x08", "\x80", "\x08\xff", "\x0a\x05a"} {
		if e, err := parseExitStatus([]byte(bad)); !errors.Is(err, errMalformed) {
			t.Errorf("%q: %+v, %v", bad, e, err)
		}
	}
	if s, err := blank(80, 24).Apply(unhex(t, "0a049204 01 08")); !errors.Is(err, errMalformed) {
		t.Errorf("a cut ending gives %+v, %v", s.ExitStatus, err)
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
