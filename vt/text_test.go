package vt

import "testing"

func TestText(t *testing.T) {
	term := NewTerminal(6, 5, Options{})
	term.Write([]byte("a b   \x1b[3;2He\u0301世\x1b[41m  "))
	s := term.Snapshot()
	for y, want := range []string{"a b", "", " e\u0301世", "", ""} {
		if got := s.RowText(y); got != want {
			t.Errorf("row %d is %q, want %q", y, got, want)
		}
	}
	if got, want := s.Text(), "a b\n\n e\u0301世"; got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	if got := NewScreen(3, 2).Text(); got != "" {
		t.Errorf("an empty screen has %q", got)
	}
}
