package wire

import (
	"strings"
	"testing"
)

func TestSessionNames(t *testing.T) {
	for name, want := range map[string]string{
		"work": "", "büro": "", "7": "", "a.b_c-d+e@f:g": "", "日本": "", strings.Repeat("x", 64): "",
		"": "empty", strings.Repeat("x", 65): "longer", "a b": "character", "a/b": "character", "a\x1b[m": "character",
		"-x": "begins with -", "\xff": "character", "a\nb": "character", "'": "character",
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckSessionName(name)
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %q", err, want)
			}
		})
	}
}

func TestSessionNumbers(t *testing.T) {
	for name, want := range map[string]bool{"1": true, "42": true, "0": false, "01": false, "": false, "4a": false, "work": false, "-1": false, "٣": false} {
		if got := IsSessionNumber(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
