//go:build e2e

package vt

import (
	"fmt"
	"strings"
	"testing"

	"gm/vt/oracle"
)

// askedColors queries colours of each kind.
const askedColors = "\x1b]4;0;?;1;?;7;?;100;?;250;?\a\x1b]5;0;?\a\x1b]10;?;?;?;?;?;?;?;?;?;?\a"

// colorCases are commands that set, reset and query colours.
var colorCases = []string{
	"", "\x1b[!p", "\x1bc", "\x1b[61\"p\x1b[64;1\"p", "\x1b]104\a", "\x1b]104;1\a", "\x1b]104;x;250\a", "\x1b]104;1;x;250\a", "\x1b]104;;\a",
	"\x1b]110\a", "\x1b]110;\a", "\x1b]110;x\a", "\x1b]110;111\a", "\x1b]111\a\x1b]112\a\x1b]117\a", "\x1b]113\a\x1b]114\a\x1b]119\a",
	"\x1b]10;bogus;#010203\a", "\x1b]10;;#010203\a", "\x1b]19;red;blue\a", "\x1b]4;1;bogus;250;#040506\a", "\x1b]4;999;#010203;250;#040506\a", "\x1b]4;1;red;\a", "\x1b]4;1\a",
	"\x1b]11;rgb:1/22/333\a", "\x1b]11;rgb:1234/5678/9abc\a", "\x1b]11;RGB:aA/b/0\a", "\x1b]11;rgb:+1/2/3\a", "\x1b]11;rgba:11/22/33/44\a",
	"\x1b]11;#123\a", "\x1b]11;#123456\a", "\x1b]11;#123456789\a", "\x1b]11;#123456789abc\a", "\x1b]11;#1234567\a", "\x1b]11;#\a",
	"\x1b]11;red\a", "\x1b]11;RED\a", "\x1b]11; red\a", "\x1b]11;re\a", "\x1b]11;Light Goldenrod Yellow\a", "\x1b]11;rebecca purple\a", "\x1b]11;grey51\a", "\x1b]11;DarkSlateGrey\a", "\x1b]11;web green\a", "\x1b]11;red 3\a",
}

// TestColorsAsXTerm compares the reports of colours with xterm's after they were set
// and reset.
func TestColorsAsXTerm(t *testing.T) {
	x := oracle.Start(t, oracleCols, oracleRows)
	theme, special := theme(t, x.Ask(askedColors+allPalette()))
	const set = "\x1b]4;1;#010203;250;red\a\x1b]10;#111111;#222222;#333333;#444444;#555555;#666666;#777777;#888888;#999999;#aaaaaa\a"
	for _, c := range colorCases {
		x.Ask("\x1b]104\a\x1b]110\a\x1b]111\a\x1b]112\a\x1b]113\a\x1b]114\a\x1b]115\a\x1b]116\a\x1b]117\a\x1b]118\a\x1b]119\a")
		term := NewTerminal(oracleCols, oracleRows, Options{})
		term.SetTheme(theme)
		term.SetCapabilities(Capabilities{Features: FeatureStandardPalette})
		typedInto(term, set+c+askedColors)
		got, want := string(term.TakeReplies(nil)), x.Ask(set+c+askedColors)
		if special.ReplaceAllString(got, "") != special.ReplaceAllString(want, "") {
			t.Errorf("%q:\n%q, xterm\n%q", c, got, want)
		}
	}
}

// allPalette queries the palette colours that a Theme has.
func allPalette() string {
	var b strings.Builder
	for i := range len(Theme{}.Palette) {
		fmt.Fprintf(&b, "\x1b]4;%d;?\a", i)
	}
	return b.String()
}

// TestColorNames compares the colour of each X11 name with xterm's.
func TestColorNames(t *testing.T) {
	x := oracle.Start(t, oracleCols, oracleRows)
	for line := range strings.SplitSeq(strings.TrimSpace(colorNames), "\n") {
		name, _, _ := strings.Cut(line, "\t")
		for _, name := range []string{name, strings.ToUpper(name)} {
			input := "\x1b]11;#010203\a\x1b]11;" + name + "\a\x1b]11;?\a"
			if got, want := string(typed(input).TakeReplies(nil)), x.Ask(input); got != want {
				t.Errorf("%s: %q, xterm %q", name, got, want)
			}
		}
	}
}
