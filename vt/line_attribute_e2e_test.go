//go:build e2e

package vt

import (
	"math/rand/v2"
	"testing"

	"gm/vt/oracle"
)

// TestDiffsInXterm compares a program's screen with xterm's after applying diffs.
func TestDiffsInXterm(t *testing.T) {
	const cases, steps = 60, 4
	x := oracle.Start(t, oracleCols, oracleRows)
	for seed := range uint64(cases) {
		r := rand.New(rand.NewPCG(seed, 17))
		term := typedInto(NewTerminal(oracleCols, oracleRows, Options{}), "\x1b#6wide\r\n\x1b#3high\r\n\x1b#4high\r\nx")
		var shown *Screen
		var output []byte
		for range steps {
			next := term.Snapshot()
			if d := UserTerminal("xterm-kitty", ""); shown == nil {
				output = AppendRepaint(output, nil, next, d)
			} else {
				output = AppendDiff(output, shown, next, d)
			}
			shown = next
			term.Write(oracleInput(r))
			typedInto(term, "\x18\x1b[4G\x1b#6\x1b[?5l") // more of them, and no half sequence
		}
		x.Reset()
		x.Write(output)
		if got, want := seen(printed(x.Look(), oracleCols, oracleRows), oracleCols, oracleRows), seen(shown, oracleCols, oracleRows); got != want {
			t.Errorf("seed %d: %q\nxterm:\n%s\ngm:\n%s", seed, output, got, want)
		}
	}
}
