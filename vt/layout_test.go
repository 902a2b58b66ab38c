package vt

import (
	"math/rand/v2"
	"strings"
	"testing"

	"gm/vt/cellwidth"
)

// rules are ways in which terminals lay out characters.
var rules = map[string]cellwidth.Layout{
	"code points (xterm)":  cellwidth.Known | cellwidth.PairedFlags,
	"variation (kitty)":    cellwidth.Known | cellwidth.WideVariation | cellwidth.WideKeycap | cellwidth.JoinedTones | cellwidth.WideNewEmoji | cellwidth.PairedFlags,
	"joiners (tmux)":       cellwidth.Known | cellwidth.JoinedZWJ | cellwidth.JoinedJamo | cellwidth.PairedFlags,
	"clusters (graphemes)": cellwidth.Known | cellwidth.WideVariation | cellwidth.WideKeycap | cellwidth.JoinedTones | cellwidth.JoinedZWJ | cellwidth.WideNewEmoji | cellwidth.JoinedJamo | cellwidth.PairedFlags,
}

// ambiguousTexts are characters on which terminals disagree.
var ambiguousTexts = []string{
	"\u2764\ufe0f", "\u2714\ufe0f", "\u26a0\ufe0f", "1\ufe0f\u20e3", "#\ufe0f\u20e3", "\U0001f3f3\ufe0f\u200d\U0001f308",
	"\U0001f44d\U0001f3fd", "\u270c\U0001f3fb", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f9d1\U0001f3fd\u200d\U0001f680",
	"\U0001f1e9\U0001f1ea", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "\u1112\u1161\u11ab", "\U0001fae8", "e\u0301", "\u231a\ufe0e",
	"x\ufe0f", "\u2640\ufe0f", "\U0001f937\u200d\u2640\ufe0f",
}

func layingOut(w cellwidth.Layout, cols int) *Terminal {
	t := NewTerminal(cols, 5, Options{})
	t.SetCapabilities(Capabilities{Widths: w})
	return t
}

// TestLayOut checks that the cursor moves as the rules say, on which the diff
// relies, also in split input and byte by byte.
func TestLayOut(t *testing.T) {
	for name, w := range rules {
		for _, text := range ambiguousTexts {
			want, _ := w.Columns(text)
			for _, slow := range []bool{false, true} {
				term := layingOut(w, 40)
				term.slowPrint = slow
				for i := range len(text) {
					term.Write([]byte(text[i : i+1]))
				}
				if x := term.screen.Cursor.X; x != want {
					t.Errorf("%s: %+q goes to column %d, want %d", name, text, x, want)
				}
				whole := layingOut(w, 40)
				whole.slowPrint = slow
				typedInto(whole, "a\u4e2d"+text+"\u4e2d"+text+"z")
				if x := whole.screen.Cursor.X; x != 1+2+2+1+2*want {
					t.Errorf("%s: among others %+q goes to column %d, want %d", name, text, x, 6+2*want)
				}
			}
		}
	}
}

// ambiguousLine returns a line with characters of ambiguous width.
func ambiguousLine(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(12) {
		switch r.IntN(3) {
		case 0:
			b.WriteString("ab")
		case 1:
			b.WriteString("\u4e2d ")
		}
		b.WriteString(ambiguousTexts[r.IntN(len(ambiguousTexts))])
	}
	return b.String()
}

// change changes a screen with characters of ambiguous width.
func change(r *rand.Rand) string {
	return []string{"\x1b[H", "\r\n", "\x1b[2;5H", "\x1b[3;9H\x1b[K", "\x1b[4;3H\x1b[2P", "\x1b[2;2H\x1b[@", "\x1b[31m"}[r.IntN(7)] + ambiguousLine(r)
}

// TestDiffBetweenPeersKeepsCells checks that a receiver of gm gets the same cells, whatever
// the rules.
func TestDiffBetweenPeersKeepsCells(t *testing.T) {
	d := Full()
	d.ExplicitWidths = true
	for name, w := range rules {
		for seed := range uint64(300) {
			r := rand.New(rand.NewPCG(seed, 7))
			term, shown := layingOut(w, 30), NewScreen(30, 5)
			for range 10 {
				typedInto(term, change(r))
				next := term.Snapshot()
				diff := AppendDiff(nil, shown, next, d)
				shown = typedInto(Resume(shown), string(diff)).Snapshot()
				if !shown.Equal(next) {
					t.Fatalf("%s, seed %d: %q: %s", name, seed, diff, explain(shown, next, d))
				}
			}
		}
	}
}

// TestDiffWithKnownRules checks that each cell is right on a terminal whose rules are known.
func TestDiffWithKnownRules(t *testing.T) {
	for name, w := range rules {
		for seed := range uint64(300) {
			r := rand.New(rand.NewPCG(seed, 8))
			caps := Capabilities{Widths: w}
			d := UserTerminal("xterm-256color", "").With(caps)
			program, user := layingOut(w, 30), layingOut(w, 30)
			var shown *Screen
			for range 10 {
				typedInto(program, change(r))
				next := program.Snapshot()
				if shown == nil {
					user.Write(AppendRepaint(nil, nil, next, d))
				} else {
					user.Write(AppendDiff(nil, shown, next, d))
				}
				shown = next
				for y := range 5 {
					if torn(next, y, w) {
						continue
					}
					if got, want := user.Snapshot().RowText(y), next.RowText(y); got != want {
						t.Fatalf("%s, seed %d, row %d: %+q, want %+q", name, seed, y, got, want)
					}
				}
			}
		}
	}
}

// torn reports whether a row has a character of another width than if it were
// written there: editing has moved it away from the edge.
func torn(s *Screen, y int, w cellwidth.Layout) bool {
	for x := range s.cols {
		c := s.Cell(x, y)
		if n, _ := w.Columns(string(s.AppendText(nil, c))); c&cellCluster != 0 && !c.Tail() && (n == 2) != c.Wide() {
			return true
		}
	}
	return false
}

// TestDiffWithUnknownRules checks that on a terminal whose rules are unknown,
// characters of ambiguous width are complete unless another one covers them, and
// all other text is in its place.
func TestDiffWithUnknownRules(t *testing.T) {
	d := UserTerminal("xterm-256color", "")
	for name, w := range rules {
		for _, text := range ambiguousTexts {
			for _, then := range []string{"", "\x1b[1;9HZ", "\x1b[1;5H" + text, "\x1b[1;3Hq\x1b[2;1Hr"} {
				program, user := NewTerminal(30, 5, Options{}), layingOut(w, 30)
				typedInto(program, "\x1b[1;5H"+text+"bc end")
				before := program.Snapshot()
				text := string(before.AppendText(nil, before.Cell(4, 0))) // of several cells, the first
				user.Write(AppendRepaint(nil, nil, before, d))
				after := typedInto(program, then).Snapshot()
				user.Write(AppendDiff(nil, before, after, d))
				got := user.Snapshot().RowText(0)
				if !strings.Contains(got, text) || !strings.HasSuffix(got, "nd") {
					t.Errorf("%s, after %q: %+q is shown as %+q", name, then, text, got)
				}
				if got, want := user.screen.Cell(29, 4), Cell(0); got != want {
					t.Errorf("%s: cell %x in the corner", name, got)
				}
			}
		}
	}
}

func TestTagsHaveNoWidth(t *testing.T) {
	for r := rune(0xe0020); r <= 0xe007f; r++ {
		if cellwidth.Of(r) != 0 {
			t.Errorf("%U", r)
		}
	}
}

// TestSizedTextIsForDiffs checks that programs cannot set the width of a character.
func TestSizedTextIsForDiffs(t *testing.T) {
	if got := typed("\x1b]66;w=2;x\a").screen.Cursor.X; got != 0 {
		t.Errorf("a program's is at column %d", got)
	}
	reader := Resume(NewScreen(10, 2))
	for _, bad := range []string{"", "w=2", "w=2;", "w=3;x", "w=0;x", "s=2;x", "w=2;" + strings.Repeat("x", maxCluster+1), "w=2;\x01"} {
		typedInto(reader, "\x1b]66;"+bad+"\a")
	}
	if got := reader.screen.Cursor.X; got != 0 {
		t.Errorf("column %d", got)
	}
	typedInto(reader, "\x1b]66;w=2;"+strings.Repeat("x", maxCluster)+"\a")
	if c := reader.screen.Cell(0, 0); !c.Wide() || reader.screen.Cursor.X != 2 {
		t.Errorf("cell %x", c)
	}
}
