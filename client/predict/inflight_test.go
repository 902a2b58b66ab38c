package predict

import (
	"strings"
	"testing"

	"gm/vt"
)

// hostSuggests is hostShows with a suggestion after the cursor.
func (y *typist) hostSuggests(text, suggestion string) {
	y.hostShows(text + "|")
	y.host.DrawText(y.host.Cursor.X, y.host.Cursor.Y, suggestion, vt.Rendition{Fg: vt.PaletteColor(8)})
}

// A screen with the predicted effects of some keys confirms them before the echo
// ack arrives.
func TestMatchedKeysConfirmTheirEpoch(t *testing.T) {
	y := newTypist(t, Always)
	y.hostShows("$ ")
	y.typeKeys("abc")
	y.wantRow("$ |")
	y.hostShows("$ a")
	y.validate()
	y.wantRow("$ abc|")
}

// Keys that the screen reflects go to ackedText before their echo ack arrives, so
// that ackedText has no holes.
func TestMatchedKeysAreRetired(t *testing.T) {
	y := confirmedTypist(t)
	y.typeKeys("bcd")
	y.hostShows("$ abc")
	y.validate()
	if y.ackedText != "abc" || len(y.inFlight) != 1 {
		t.Errorf("ackedText %q and %d keys in flight, want abc and 1", y.ackedText, len(y.inFlight))
	}
}

// Output of the program or a wrapped row before the echo does not hide it.
func TestEchoedKeys(t *testing.T) {
	for shown, want := range map[string]int{
		"$ abc|":     0,
		"$ abcd|":    1,
		"$ abcde|":   2,
		"Donede|":    2,
		"bcd|":       1,
		"$ xyz|":     0,
		"$ abcdexx|": 0,
	} {
		t.Run(shown, func(t *testing.T) {
			y := confirmedTypist(t)
			y.ackedText = "abc"
			y.typeKeys("de")
			y.hostShows(shown)
			if got := y.echoedKeys(y.host); got != want {
				t.Errorf("%d keys, want %d", got, want)
			}
		})
	}
}

// Blanks and glyphs that the screen showed before confirm nothing.
func TestMatchedKeysWithoutCredit(t *testing.T) {
	y := newTypist(t, Always)
	y.hostShows("$ ")
	y.typeKeys(" bc")
	y.hostShows("$  |")
	y.validate()
	y.wantRow("$  |")
	y = newTypist(t, Always)
	y.hostSuggests("$ ", "ab")
	y.typeKeys("ab")
	y.hostSuggests("$ a", "b")
	y.validate()
	y.wantRow("$ a|b")
}

// The text right of the cursor may change under the predictions.
func TestRebaseAdoptsNewText(t *testing.T) {
	y := confirmedTypist(t)
	y.hostShows("$ a|~")
	y.validate()
	y.typeKeys("bcd")
	y.wantRow("$ abcd|~")
	y.hostShows("$ ab|")
	y.validate()
	y.wantRow("$ abcd|")
	y.hostShows("$ abc|xy")
	y.validate()
	y.wantRow("$ abcd|xy")
}

func TestRebaseAdoptsSuggestions(t *testing.T) {
	y := confirmedTypist(t)
	y.hostSuggests("$ a", "pt get")
	y.validate()
	y.typeKeys("pt u")
	y.wantRow("$ apt u|")
	y.hostSuggests("$ apt", " update")
	y.validate()
	y.wantRow("$ apt u|pdate")
	y.hostSuggests("$ apt u", "pgrade")
	y.validate()
	y.wantRow("$ apt u|pgrade")
	y.typeKeys("\x7f\x7fx")
	y.wantRow("$ aptx|")
}

func TestRightPromptStays(t *testing.T) {
	y := confirmedTypist(t)
	y.hostShows("$ a|            right")
	y.validate()
	y.typeKeys("bc de\x7f")
	y.wantRow("$ abc d|        right")
}

// Keys that undo each other lead to the same position several times.
func TestRebaseWithKeysThatUndoEachOther(t *testing.T) {
	y := confirmedTypist(t)
	y.typeKeys("bb\x7f\x7fbc")
	y.wantRow("$ abc|")
	for _, shown := range []string{"$ ab", "$ abb", "$ ab", "$ a", "$ ab", "$ abc"} {
		y.hostShows(shown)
		y.validate()
		y.wantRow("$ abc|")
	}
	y.hostAcks()
	y.wantRow("$ abc|")
}

// Text before the cursor is not predicted again after an incorrect prediction.
func TestEchoedTextIsNotPredictedAgain(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("\r")
	y.typeKeys("llx")
	y.host = y.host.Clone()
	y.host.DrawText(0, 1, "out", vt.Rendition{})
	y.host.DrawText(0, 2, "% l", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 3, Y: 2}
	y.ack = y.frame - 3
	y.validate()
	y.wantRow("% l|")
	y.host = y.host.Clone()
	y.host.DrawText(3, 2, "l", vt.Rendition{})
	y.host.Cursor.X = 4
	y.validate()
	y.wantRow("% llx|")
}

// Keys after an uncertain one stay tentative when they are predicted again.
func TestRebaseKeepsEpochs(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("b")
	y.typeRead("\x01")
	y.typeRead("x")
	y.wantRow("$ ab|")
	for range 3 {
		y.hostShows("$ ab")
		y.validate()
		y.wantRow("$ ab|")
	}
}

// The program moves a word to the next row, away from its predictions.
func TestWordWrapLeavesNoUnderline(t *testing.T) {
	y := confirmedTypist(t)
	y.interval = interval(200)
	y.hostShows("one two three four|")
	y.validate()
	y.typeKeys("ty!")
	y.host = y.host.Clone()
	y.host.DrawText(0, 0, "one two three       ", vt.Rendition{})
	y.host.DrawText(0, 1, "fourty!", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 7, Y: 1}
	y.hostAcks()
	s := y.Paint(y.now, y.host)
	for row := range 2 {
		for x := range 20 {
			if !s.SameCell(x, row, y.host) {
				t.Errorf("column %d of row %d differs from the host's", x, row)
			}
		}
	}
	if strings.Contains(y.screen(), "four|") {
		t.Errorf("shown: %q", y.screen())
	}
}

func TestMatchedKeysAreBounded(t *testing.T) {
	for n, want := range map[int]bool{maxMatchedKeys: true, maxMatchedKeys + 1: false} {
		y := confirmedTypist(t)
		for range n {
			y.typeRead("\x1b[D")
		}
		if _, ok := y.matchPending(y.host); ok != want {
			t.Errorf("%d keys: matched %v, want %v", n, ok, want)
		}
	}
}

// A character in the last column does not move the cursor: the screens before and
// after it differ only in PendingWrap and the text.
func TestInFlightKeysThroughPendingWrap(t *testing.T) {
	const text, onTheWay = "typed without a blank through two rows of twenty", 4
	y := newTypist(t, Always)
	host := vt.NewTerminal(20, 4, vt.Options{})
	for n := range text {
		y.typeRead(text[n : n+1])
		if n < onTheWay {
			continue
		}
		host.Write([]byte{text[n-onTheWay]})
		y.host = host.Snapshot()
		y.validate()
		want := predictedCursor{x: (n + 1) % 20, y: (n + 1) / 20}
		if want.x == 0 {
			want.x, want.y, want.wrap = 19, want.y-1, true
		}
		if got := y.cursor(y.host); got.x != want.x || got.y != want.y || got.wrap != want.wrap {
			t.Errorf("after %d keys: cursor at %d, %d (%v), want %d, %d (%v)",
				n+1, got.x, got.y, got.wrap, want.x, want.y, want.wrap)
		}
	}
}

func TestAcknowledgeRetiresKeys(t *testing.T) {
	for ack, want := range map[uint64]int{0: 3, 1: 2, 2: 1, 3: 0, 9: 0} {
		p := New(Always, false)
		for frame := range uint64(3) {
			p.inFlight = append(p.inFlight, pendingKey{frame: frame + 1, key: key{kind: keyText, text: 'a'}})
		}
		p.acknowledge(ack)
		if len(p.inFlight) != want || len(p.ackedText) != 3-want {
			t.Errorf("ack of %d: %d keys in flight and text %q, want %d keys", ack, len(p.inFlight), p.ackedText, want)
		}
	}
}

func TestAckedTextIsBounded(t *testing.T) {
	p := New(Always, false)
	for range 3 * maxAckedText {
		p.inFlight = append(p.inFlight, pendingKey{key: key{kind: keyText, text: 'a'}})
		p.retire(1)
	}
	if len(p.ackedText) != maxAckedText {
		t.Errorf("%d bytes, want %d", len(p.ackedText), maxAckedText)
	}
}

// A cell that a later key has predicted again does not confirm the earlier key.
func TestConfirmKeyOfAnotherFrame(t *testing.T) {
	p := New(Always, false)
	p.resize(vt.NewScreen(4, 1))
	p.predicted[0] = row(7, 0, 0, 0)
	k := pendingKey{frame: 0, key: key{kind: keyText, text: 'a'}}
	if p.confirmKey(ms(0), k); p.confirmedEpoch != 0 {
		t.Errorf("a key of another frame confirms epoch %d", p.confirmedEpoch)
	}
	k.frame = 1
	if p.confirmKey(ms(0), k); p.confirmedEpoch != 7 {
		t.Errorf("confirmed epoch %d, want 7", p.confirmedEpoch)
	}
}
