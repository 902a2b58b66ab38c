package vt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestRecentSGR writes random SGR sequences to two terminals: in whole writes, and
// byte by byte without the cache. Erasing, protection, links and saved cursors
// change the pen in between.
func TestRecentSGR(t *testing.T) {
	parts := []string{
		"", "0", "1", "31", "1;32", "38;5;9", "48;5;17", "38;2;1;2;3;48;2;4;5;6", "4:3", "22", "7;27", ">4;1", "?4", "39;49",
		"38;5;100;48;5;255;1;3;4;9", "58:2::1:2:3", "1\n;2", "38;5",
	}
	between := []string{"x", "\x1b[K", "\x1b[1\"q", "\x1b[0\"q", "\x1b]8;;http://x\a", "\x1b]8;;\a", "\x1b7", "\x1b8", "\x1b[!p", "\n", "\x1b[b"}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		var b strings.Builder
		for range 100 {
			fmt.Fprintf(&b, "\x1b[%sm", parts[r.IntN(len(parts))])
			b.WriteString(between[r.IntN(len(between))])
		}
		whole, slow := NewTerminal(12, 5, Options{}), NewTerminal(12, 5, Options{})
		typedInto(whole, b.String())
		for _, c := range []byte(b.String()) {
			slow.Write([]byte{c})
		}
		if d := difference(whole, slow); d != "" || whole.screen.Rendition(whole.blank()) != slow.screen.Rendition(slow.blank()) {
			t.Fatalf("%q: %s", b.String(), d)
		}
	}
}

// TestRecentSGRInFullTable checks that a style without a number is not mistaken for
// another one.
func TestRecentSGRInFullTable(t *testing.T) {
	term := NewTerminal(10, 2, Options{})
	const padding = "                        "
	for i := range 100 {
		typedInto(term, fmt.Sprintf("\x1b[38;5;%dm%s", i, padding))
	}
	typedInto(term, "\x1b[m"+padding+"\x1b[1m"+padding)
	styles := &term.screen.tables.styles
	styles.limit, styles.misses = len(styles.list), 1
	typedInto(term, "\x1b[m"+padding+"\x1b[3m"+padding+"\x1b[1m"+padding)
	if want := (Rendition{Attrs: Bold | Italic}); term.screen.Pen != want {
		t.Errorf("the pen is %+v, want %+v", term.screen.Pen, want)
	}
}
