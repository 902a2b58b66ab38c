package client

import (
	"strings"
	"testing"
	"time"
)

// rightToLeft are texts with marks, and with controls of direction (UAX #9).
var rightToLeft = map[string]string{
	"Arabic":              "مرحبا بالعالم",
	"Arabic with marks":   "بِسْمِ اللَّهِ الرَّحْمَٰنِ",
	"Hebrew":              "שלום עולם",
	"Hebrew with points":  "שָׁלוֹם עֲלֵיכֶם",
	"with Latin and 123":  "abc שלום 123 مرحبا xyz",
	"Persian with joiner": "می\u200cخواهم",
	"with marks of order": "a \u200fשלום\u200e b",
	"isolated":            "a \u2067שלום\u2069 b",
	"Thaana":              "ދިވެހި",
	"N'Ko":                "ߒߞߏ",
}

// TestRightToLeftText passes the characters in the order in which the program writes them,
// byte for byte, onto the screen and to the user's terminal.
func TestRightToLeftText(t *testing.T) {
	for name, text := range rightToLeft {
		t.Run(name, func(t *testing.T) {
			for _, plain := range []bool{false, true} {
				w := newPlainWorld(t, "delay=20ms", plain)
				w.prints(text + "\r\n" + text + " end\r\n$ ")
				w.Run(time.Second)
				if n := strings.Count(string(w.output), text); n != 2 {
					t.Errorf("plain %v: %d times in %q", plain, n, w.output)
				}
				w.sees(0, text)
				w.sees(1, text+" end")
				if c := w.user.Snapshot().Cursor; c.X != 2 || c.Y != 2 {
					t.Errorf("the cursor is at %d, %d", c.X, c.Y)
				}
			}
		})
	}
}
