//go:build e2e

package vt

import (
	"fmt"
	"strings"
	"testing"

	"gm/vt/oracle"
)

// blanks are outputs with blanks in renditions of their own, which a block cursor
// and copied text show.
var blanks = []string{
	"\x1b[1;31mwarning:\x1b[m unused",
	"\x1b[1;31mwarning: \x1b[munused",
	"\x1b[31ma\x1b[32m \x1b[33m  \x1b[34m   \x1b[mb",
	"\x1b[1m[1/9]\x1b[m \x1b[36mx",
	"\x1b[37;44m          \x1b[1;33mkey \x1b[0;37;44m      \x1b[m|",
	"a\x1b[5m  \x1b[mb\x1b[4m  \x1b[mc\x1b[7m  \x1b[md",
	"\x1b[31m0123456789abcdefgh  \x1b[32m\r\n   x",
}

// TestBlanksInXTerm writes output to xterm directly and as a client paints it, and
// compares the contents: xterm prints the rendition of blanks too.
func TestBlanksInXTerm(t *testing.T) {
	x := oracle.Start(t, oracleCols, oracleRows)
	for _, input := range blanks {
		want := string(x.LookAt([]byte(input)).Text)
		for name, before := range map[string]string{
			"blank": "", "text": "\x1b[35m" + strings.Repeat("x y ", 30), "blanks": "\x1b[1;35m" + strings.Repeat(" ", 100),
		} {
			from := typedInto(NewTerminal(oracleCols, oracleRows, Options{}), before)
			shown := from.Snapshot()
			from.Write([]byte("\x1b[m\x1b[H\x1b[2J" + input))
			diff := AppendDiff(nil, shown, from.Snapshot(), UserTerminal("xterm-256color", ""))
			if got := string(x.LookAt([]byte(before + string(diff))).Text); got != want {
				t.Errorf("%q over %s by %q\n got %s\nwant %s", input, name, diff, quoteLines(got), quoteLines(want))
			}
		}
	}
}

func quoteLines(text string) string { return fmt.Sprintf("%q", strings.TrimRight(text, "\r\n")) }
