package sshboot

import "testing"

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"plain é\n\ttab": "plain é\n\ttab", "\x1b[2J\r\n": "?[2J\n", "\u009b31m": "?31m", "\x00\x7f": "??", "\u202eabc": "?abc", "a\xffb": "a�b",
	} {
		if got := cleanText(in); got != want {
			t.Errorf("cleanText(%q) = %q, want %q", in, got, want)
		}
	}
}
