package session

import "testing"

func TestCursorKeyTranslator(t *testing.T) {
	tests := []struct {
		in, want    string
		application bool
	}{
		{"plain", "plain", false},
		{"\x1bOA\x1bOB\x1bOC\x1bOD", "\x1b[A\x1b[B\x1b[C\x1b[D", false},
		{"\x1bOA\x1bOB", "\x1bOA\x1bOB", true},
		{"\x1bOH\x1bOF\x1bOE", "\x1b[H\x1b[F\x1b[E", false},
		{"\x1bOH\x1bOF", "\x1bOH\x1bOF", true},
		{"\x1bOP\x1bOG\x1bOM", "\x1bOP\x1bOG\x1bOM", false}, // which DECCKM does not change
		{"\x1b\x1bOA", "\x1b\x1b[A", false},                 // Alt and an arrow
		{"\x1b[A", "\x1b[A", false},
		{"OA", "OA", false},
		{"\x1bO\x1bOA", "\x1bO\x1b[A", false},
		{"\x1bOOA", "\x1bOOA", false},
		{"\x1bxOA", "\x1bxOA", false},
	}
	for _, test := range tests {
		for split := range len(test.in) + 1 {
			var a cursorKeyTranslator
			got := a.translate(nil, []byte(test.in[:split]), test.application)
			got = a.translate(got, []byte(test.in[split:]), test.application)
			if string(a.flush(got)) != test.want {
				t.Errorf("%q split at %d: %q, want %q", test.in, split, got, test.want)
			}
		}
	}
}

// What is typed alone must not wait for ever.
func TestCursorKeyHeld(t *testing.T) {
	var a cursorKeyTranslator
	got := a.translate(nil, []byte("\x1b"), false)
	if string(got) != "\x1b" || a.holding() {
		t.Errorf("an escape is held: %q", got)
	}
	got = a.translate(got, []byte("O"), false)
	if string(got) != "\x1b" || !a.holding() {
		t.Errorf("after ESC O: %q, holding %v", got, a.holding())
	}
	if got = a.flush(got); string(got) != "\x1bO" || a.holding() {
		t.Errorf("flushed: %q, holding %v", got, a.holding())
	}
	if got = a.flush(nil); len(got) > 0 {
		t.Errorf("flushed twice: %q", got)
	}
	a.translate(nil, []byte("\x1b"), true)
	if a.translate(nil, []byte("O"), true); a.holding() {
		t.Error("held in application mode, where nothing is translated")
	}
}
