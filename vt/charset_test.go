//go:build e2e

package vt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gm/vt/oracle"
)

// charsetPieces are the pieces of random input about character sets. A single shift
// is followed by a character, because xterm 379 crashes at a wide one after it.
// There is no DEL, which xterm prints by the last designated set.
var charsetPieces = []string{
	"abcXYZ", "#@[\\]^_`{|}~", "q ", "\xe1\xf1\xa0", "\x85\x9b", "é", "Ā",
	"\x1b(B", "\x1b(0", "\x1b)>", "\x1b)A", "\x1b-A", "\x1b*<", "\x1b.A", "\x1b*B", "\x1b*B", "\x1b+0", "\x1b+%5", "\x1b/A", "\x1b(1", "\x1b)K", "\x1b(w", "\x1b)B", "\x1b+B",
	"\x0e", "\x0f", "\x1bn", "\x1bo", "\x1b~", "\x1b}", "\x1b|", "\x1bNa", "\x1bOq", "\x1bN#", "\x1bO~",
	"\x1b7", "\x1b8", "\r\n",
}

// TestCharsetsInXTerm compares text in all sets, with and without NRC mode, and in
// random states, with xterm's screen.
func TestCharsetsInXTerm(t *testing.T) {
	x := oracle.Start(t, oracleCols, oracleRows)
	check := func(input string) {
		t.Helper()
		if got, want := shownByTerminal([]byte(input)), shownByXTerm(x.LookAt([]byte(input))); got != want {
			t.Errorf("%q\ngm:\n%s\nxterm:\n%s", input, got, want)
		}
	}
	var all strings.Builder
	for c := byte('!'); c < del; c++ {
		all.WriteByte(c)
		if c%16 == 15 {
			all.WriteString("\r\n")
		}
	}
	for i, c := range charsetTable {
		for _, level := range []string{"61", "62;1", "63;1", "64;1"} {
			designate := []string{"(", "\x0e\x1b)", "\x1bn\x1b*"}
			if charset(i) == latin1Of96 {
				designate = []string{"\x0e\x1b-", "\x1bn\x1b."}
			}
			in := designate[i%len(designate)]
			if i%len(designate) == 0 && charset(i) != latin1Of96 {
				in = "\x1b" + in
			}
			// The mode is restored, because a reset in it ends xterm's UTF-8.
			text := all.String()
			if level == "61" && c.name == "A" {
				text = strings.Replace(text, "#", "", 1) // which xterm has and does not print
			}
			for _, mode := range []string{"", "\x1b[?42h"} {
				check(fmt.Sprintf("\x1b[%s\"p%s\x1b%s%s%s\x1b[?42l", level, mode, in, c.name, text))
			}
		}
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 12))
		var b strings.Builder
		for range 2 + r.IntN(20) {
			b.WriteString(charsetPieces[r.IntN(len(charsetPieces))])
		}
		check(b.String())
	}
}
