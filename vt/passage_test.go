package vt

import (
	"strings"
	"testing"
)

// passed returns the passages that input leads to, [ and ] around each.
func passed(t *Terminal) string {
	var b strings.Builder
	for _, p := range t.TakePassages() {
		switch {
		case p.Begins:
			b.WriteByte('[')
		case p.Ends:
			b.WriteByte(']')
		}
		b.Write(p.Data)
	}
	return b.String()
}

// TestControlModeIsNoScreen has control modes of tmux, whose bytes do not reach the screen.
func TestControlModeIsNoScreen(t *testing.T) {
	for _, test := range []struct{ name, input, passed, screen string }{
		{"tmux", "a\x1bP1000p%output %0 x\r\n%exit\r\n\x1b\\b", "[%output %0 x\r\n%exit\r\n]", "ab"},
		{"killed", "a\x1bP1000p%output %0 x\r\n\x1b[31mb", "[%output %0 x\r\n]", "ab"},
		{"two", "a\x1bP1000p%exit\n\x1b\\b\x1bP1000p%exit\n\x1b\\c", "[%exit\n][%exit\n]", "abc"},
		{"empty", "a\x1bP1000pb", "[]", "ab"},
		{"eight-bit", "a\u00901000p%exit\n\u009cb", "[%exit\n]", "ab"},
		{"another number", "a\x1bP1001p%exit\n\x1b\\b", "", "ab"},
		{"two numbers", "a\x1bP1000;1p%exit\n\x1b\\b", "", "ab"},
		{"marker", "a\x1bP?1000p%exit\n\x1b\\b", "", "ab"},
		{"in another string", "a\x1bP$q\u00901000p%exit\n\x1b\\b", "[%exit\n]", "ab"},
		{"in a title", "a\x1b]2;1000p%exit\n\x1b\\b", "", "ab"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{len(test.input), 1} {
				term := NewTerminal(20, 2, Options{Passages: true})
				for rest := test.input; rest != ""; rest = rest[min(size, len(rest)):] {
					term.Write([]byte(rest[:min(size, len(rest))]))
				}
				if got := passed(term); got != test.passed || term.Snapshot().Text() != test.screen || term.InControlMode() {
					t.Errorf("by %d bytes: %q passed, %q shown, want %q, %q", size, got, term.Snapshot().Text(), test.passed, test.screen)
				}
			}
		})
	}
	term := NewTerminal(20, 2, Options{})
	if term.Write([]byte("a\x1bP1000p%exit\n\x1b\\b")); passed(term) != "" || term.Snapshot().Text() != "ab" {
		t.Errorf("a terminal without passages shows %q", term.Snapshot().Text())
	}
}
