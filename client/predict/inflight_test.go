package predict

import (
	"strings"
	"testing"

	"gm/vt"
)

// suggests makes the host's cursor line show text with the cursor after it, and
// then a suggestion.
func (y *typist) suggests(text, suggestion string) {
	y.shows(text + "|")
	y.host.DrawText(y.host.Cursor.X, y.host.Cursor.Y, suggestion, vt.Rendition{Fg: vt.PaletteColor(8)})
}

// A screen that shows what was predicted for some of the keys confirms them
// before the echo ack does.
func TestArrivedKeysConfirmTheirEpoch(t *testing.T) {
	y := newTypist(t, Always)
	y.shows("$ ")
	y.keys("abc")
	y.sees("$ |")
	y.shows("$ a")
	y.look()
	y.sees("$ abc|")
}

// What a screen shows was typed, before its echo ack comes too: else the next
// guess at what is on the screen goes by a text with holes.
func TestArrivedKeysHaveLanded(t *testing.T) {
	y := confirmedTypist(t)
	y.keys("bcd")
	y.shows("$ abc")
	y.look()
	if y.ackedText != "abc" || len(y.inFlight) != 1 {
		t.Errorf("%q has landed and %d keys are on their way, want abc and one", y.ackedText, len(y.inFlight))
	}
}

// Of the text before the cursor so much was typed as agrees: what the program
// wrote, or what went to the row above, does not hide that the keys are there.
func TestEchoedByWhatAgrees(t *testing.T) {
	for shown, want := range map[string]int{
		"$ abc|":     0,
		"$ abcd|":    1,
		"$ abcde|":   2,
		"Donede|":    2,
		"bcd|":       1,
		"$ xyz|":     0,
		"$ abcdexx|": 0,
	} {
		y := confirmedTypist(t)
		y.ackedText = "abc"
		y.keys("de")
		y.shows(shown)
		if got := y.echoedKeys(y.host); got != want {
			t.Errorf("%q shows %d of the keys, want %d", shown, got, want)
		}
	}
}

// That a blank was typed, or what was there before, proves nothing.
func TestArrivedKeysWithoutMeritConfirmNothing(t *testing.T) {
	y := newTypist(t, Always)
	y.shows("$ ")
	y.keys(" bc")
	y.shows("$  |")
	y.look()
	y.sees("$  |")
	y = newTypist(t, Always)
	y.suggests("$ ", "ab")
	y.keys("ab")
	y.suggests("$ a", "b")
	y.look()
	y.sees("$ a|b")
}

// What is right of the cursor may change under the predictions.
func TestKeysOnTheirWayFollowTheText(t *testing.T) {
	y := confirmedTypist(t)
	y.shows("$ a|~")
	y.look()
	y.keys("bcd")
	y.sees("$ abcd|~")
	y.shows("$ ab|")
	y.look()
	y.sees("$ abcd|")
	y.shows("$ abc|xy")
	y.look()
	y.sees("$ abcd|xy")
}

func TestKeysOnTheirWayFollowSuggestions(t *testing.T) {
	y := confirmedTypist(t)
	y.suggests("$ a", "pt get")
	y.look()
	y.keys("pt u")
	y.sees("$ apt u|")
	y.suggests("$ apt", " update")
	y.look()
	y.sees("$ apt u|pdate")
	y.suggests("$ apt u", "pgrade")
	y.look()
	y.sees("$ apt u|pgrade")
	y.keys("\x7f\x7fx")
	y.sees("$ aptx|")
}

// A right prompt stays where it is.
func TestRightPromptIsNotShifted(t *testing.T) {
	y := confirmedTypist(t)
	y.shows("$ a|            right")
	y.look()
	y.keys("bc de\x7f")
	y.sees("$ abc d|        right")
}

// Keys that undo each other pass the same place several times.
func TestKeysThatUndoEachOther(t *testing.T) {
	y := confirmedTypist(t)
	y.keys("bb\x7f\x7fbc")
	y.sees("$ abc|")
	for _, shown := range []string{"$ ab", "$ abb", "$ ab", "$ a", "$ ab", "$ abc"} {
		y.shows(shown)
		y.look()
		y.sees("$ abc|")
	}
	y.acks()
	y.sees("$ abc|")
}

// After a wrong guess text that stands before the cursor is not shown twice.
func TestEchoedTextIsNotPredictedAgain(t *testing.T) {
	y := confirmedTypist(t)
	y.types("\r")
	y.keys("llx")
	y.host = y.host.Clone()
	y.host.DrawText(0, 1, "out", vt.Rendition{})
	y.host.DrawText(0, 2, "% l", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 3, Y: 2}
	y.ack = y.frame - 3
	y.look()
	y.sees("% l|")
	y.host = y.host.Clone()
	y.host.DrawText(3, 2, "l", vt.Rendition{})
	y.host.Cursor.X = 4
	y.look()
	y.sees("% llx|")
}

// A key that the keys behind it depend on keeps them tentative, however often
// they are predicted.
func TestRebaseKeepsEpochs(t *testing.T) {
	y := confirmedTypist(t)
	y.types("b")
	y.types("\x01")
	y.types("x")
	y.sees("$ ab|")
	for range 3 {
		y.shows("$ ab")
		y.look()
		y.sees("$ ab|")
	}
}

// Nothing stays underlined of what was predicted over a wrapped line.
func TestWordWrapLeavesNothing(t *testing.T) {
	y := confirmedTypist(t)
	y.interval = interval(200)
	y.shows("one two three four|")
	y.look()
	y.keys("ty!")
	y.host = y.host.Clone()
	y.host.DrawText(0, 0, "one two three       ", vt.Rendition{})
	y.host.DrawText(0, 1, "fourty!", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 7, Y: 1}
	y.acks()
	s := y.Paint(y.now, y.host)
	for row := range 2 {
		for x := range 20 {
			if !s.SameCell(x, row, y.host) {
				t.Errorf("column %d of row %d is not the host's", x, row)
			}
		}
	}
	if strings.Contains(y.screen(), "four|") {
		t.Errorf("seen %q", y.screen())
	}
}

// So many keys on their way are not compared with each screen.
func TestManyKeysAreNotRebased(t *testing.T) {
	for n, want := range map[int]bool{maxMatchedKeys: true, maxMatchedKeys + 1: false} {
		y := confirmedTypist(t)
		for range n {
			y.types("\x1b[D")
		}
		if _, ok := y.matchPending(y.host); ok != want {
			t.Errorf("%d keys: compared is %v, want %v", n, ok, want)
		}
	}
}

// In the last column the cursor stays where it is when a character is put
// there: only that the next one wraps tells the two screens apart.
func TestKeysOnTheirWayThroughAWrap(t *testing.T) {
	const text, onTheWay = "typed without a blank through two rows of twenty", 4
	y := newTypist(t, Always)
	host := vt.NewTerminal(20, 4, vt.Options{})
	for n := range text {
		y.types(text[n : n+1])
		if n < onTheWay {
			continue
		}
		host.Write([]byte{text[n-onTheWay]})
		y.host = host.Snapshot()
		y.look()
		want := predictedCursor{x: (n + 1) % 20, y: (n + 1) / 20}
		if want.x == 0 {
			want.x, want.y, want.wrap = 19, want.y-1, true
		}
		if got := y.cursor(y.host); got.x != want.x || got.y != want.y || got.wrap != want.wrap {
			t.Errorf("after %d keys the cursor is predicted at %d, %d (%v), want %d, %d (%v)",
				n+1, got.x, got.y, got.wrap, want.x, want.y, want.wrap)
		}
	}
}
