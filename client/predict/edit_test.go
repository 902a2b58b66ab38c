package predict

import (
	"strings"
	"testing"
	"time"

	"gm/vt"
)

func TestEdits(t *testing.T) {
	tests := []struct{ name, line, keys, want string }{
		{"text at the end", "$ a|", "bc", "$ abc|"},
		{"text in the middle moves the rest", "$ a|bc", "x", "$ ax|bc"},
		{"single blanks move too", "$ a|bc de", "x", "$ ax|bc de"},
		{"a gap ends the move", "$ a|bc   right", "x", "$ ax|bc  right"},
		{"text after a gap stays", "$ a|   right", "xy", "$ axy| right"},
		{"backspace", "$ ab|", "\x7f", "$ a|"},
		{"backspace in the middle", "$ ab|cd", "\x7f", "$ a|cd"},
		{"backspace keeps text after a gap", "$ ab|cd   right", "\x08", "$ a|cd    right"},
		{"backspace of a prediction", "$ a|", "b\x7f", "$ a|"},
		{"left", "$ ab|", "\x1b[D", "$ a|b"},
		{"left in application mode", "$ ab|", "\x1bOD", "$ a|b"},
		{"left and insert", "$ ab|", "\x1b[Dx", "$ ax|b"},
		{"right", "$ a|b", "\x1b[C", "$ ab|"},
		{"right in the last column is uncertain", "$ 45678901234567890|b", "\x1b[C", "$ 45678901234567890|b"},
		{"right at the end is uncertain", "$ a|", "\x1b[C", "$ a|"},
		{"a cursor key with a modifier is uncertain", "$ ab|", "\x1b[1;5D", "$ ab|"},
		{"wide", "$ a|", "漢b", "$ a漢b|"},
		{"wide moves the rest", "$ a|b", "漢", "$ a漢|b"},
		{"backspace of a wide one", "$ a漢|b", "\x7f", "$ a|b"},
		{"left over a wide one", "$ a漢|b", "\x1b[D", "$ a|漢b"},
		{"right over a wide one", "$ a|漢b", "\x1b[C", "$ a漢|b"},
		{"combining", "$ a|", "e\u0301x", "$ ae\u0301x|"},
		{"combining with echoed text", "$ a|", "\u0301", "$ a\u0301|"},
		{"a space", "$ a|", " b", "$ a b|"},
		{"a control character is uncertain", "$ a|", "b\x01c", "$ ab|"},
		{"an arrow up is uncertain", "$ a|", "b\x1b[Ac", "$ ab|"},
		{"the last column is certain", "$ 45678901234567890|", "b", "$ 45678901234567890|b"},
		{"invalid UTF-8 is uncertain", "$ a|", "b\xffc", "$ ab|"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			y := confirmedTypist(t)
			y.hostShows(test.line)
			y.validate()
			y.typeRead(test.keys)
			y.wantRow(test.want)
		})
	}
}

func TestOverwriteMode(t *testing.T) {
	y := confirmedTypist(t)
	y.overwrite = true
	y.hostShows("$ a|bcd")
	y.typeRead("x")
	y.wantRow("$ ax|cd")
	y.typeRead("\x7f")
	y.wantRow("$ a| cd")
}

// A suggestion stays while the typed text matches it.
func TestEditsReplaceSuggestion(t *testing.T) {
	y := confirmedTypist(t)
	y.hostShows("$ a|")
	y.host.DrawText(3, 0, "suggested", vt.Rendition{Fg: vt.PaletteColor(8)})
	y.typeRead("x")
	y.wantRow("$ ax|")
	y.typeRead("\x7f")
	y.hostShows("$ a|")
	y.host.DrawText(3, 0, "long one", vt.Rendition{Fg: vt.PaletteColor(8)})
	y.hostAcks()
	y.typeRead("l")
	y.wantRow("$ al|ong one")
	y.typeRead("\x7f")
	y.wantRow("$ a|long one")
}

func TestTextAdoptsRendition(t *testing.T) {
	y := confirmedTypist(t)
	green := vt.Rendition{Fg: vt.PaletteColor(2)}
	y.host.DrawText(2, 0, "a", green)
	y.interval = 30 * time.Millisecond
	y.typeRead("b")
	s := y.Paint(y.now, y.host)
	if got := s.Rendition(s.Cell(3, 0)); got != green {
		t.Errorf("b is %+v, want %+v", got, green)
	}
	// After a blank, the rendition is the program's current one.
	y.host.Pen = vt.Rendition{Attrs: vt.Bold}
	y.typeRead(" c")
	s = y.Paint(y.now, y.host)
	if got := s.Rendition(s.Cell(5, 0)); got != y.host.Pen {
		t.Errorf("c is %+v, want %+v", got, y.host.Pen)
	}
}

func TestReturnIsTentative(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("b")
	y.typeRead("\r")
	y.typeRead("x")
	y.wantRow("$ ab|")
	y.host = y.host.Clone()
	y.host.DrawText(0, 0, "$ ab", vt.Rendition{})
	y.host.DrawText(0, 1, "x", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 1, Y: 1}
	y.hostAcks()
	y.typeRead("y")
	y.wantRow("xy|")
}

func TestWrapIsTentative(t *testing.T) {
	y := confirmedTypist(t)
	y.hostShows("$ 456789012345678901|")
	y.typeRead("x")
	y.host.DrawText(19, 0, "x", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 19, PendingWrap: true}
	y.hostAcks()
	y.typeRead("y")
	y.typeRead("z")
	y.host.DrawText(0, 1, "y", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 1, Y: 1}
	y.ack = y.frame - 2
	y.validate()
	y.wantRow("yz|")
}

// Rows of double width are shorter, which the user's terminal may not support. They
// get no predictions; the predictions in other rows stay.
func TestDoubleWidthRowsGetNoPredictions(t *testing.T) {
	y := confirmedTypist(t)
	y.host.SetLineAttribute(0, vt.DoubleWidth)
	y.typeRead("b")
	y.wantRow("$ a|")
	y.typeRead("\x7f")
	y.wantRow("$ a|")
	y.hostShows("$ ab")
	y.hostAcks()
	y.wantRow("$ ab|")
	y.host = y.host.Clone()
	y.host.SetLineAttribute(0, vt.SingleWidth)
	y.typeRead("c")
	y.hostShows("$ abc")
	y.hostAcks()
	y.typeRead("d")
	y.wantRow("$ abcd|")

	y = confirmedTypist(t)
	y.host.SetLineAttribute(1, vt.DoubleWidth)
	y.hostShows("$ 45678901234567890|")
	y.mode = Experimental
	y.typeRead("123")
	if got := y.Paint(y.now, y.host).RowText(1); got != "" {
		t.Errorf("predicted in a row of double width: %q", got)
	}
}

func TestBordersStay(t *testing.T) {
	tests := []struct{ name, line, around, keys, want string }{
		{"over the gap before a border", "│ a|b   │", "", "xyz", "│ axyz|b│"},
		{"up to the border", "│ a|b │", "", "x", "│ ax|b│"},
		{"in the last column before it the cursor is unknown", "│ a|b│", "", "x", "│ a|x│"},
		{"no room for the character", "│ ab|│", "", "x", "│ ab|│"},
		{"no room for a wide one", "│ a| │", "", "漢", "│ a| │"},
		{"a wide one", "│ a|b  │", "", "漢", "│ a漢|b│"},
		{"text after the border", "│ a| │ right │", "", "x", "│ a|x│ right │"},
		{"heavy, double and half blocks", "┃ a|b  ║ ▌", "", "x", "┃ ax|b ║ ▌"},
		{"backspace", "│ ab|c  │", "", "\x7f", "│ a|c   │"},
		{"backspace of text next to the border", "│ ab|c│", "", "\x7f", "│ a|cc│"},
		{"right stops before it", "│ ab|│", "", "\x1b[C", "│ ab|│"},
		{"an ASCII frame", "| a@b   |", "|       |", "xy", "| axy@b |"},
		{"a single character is text", "a@b |", "       |", "x", "ax@b |"},
		{"letters in a column are text", "a@b c", "    c", "x", "ax@b c"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			y := confirmedTypist(t)
			y.host = y.host.Clone()
			_, rows := y.host.Size()
			for row := range rows {
				y.host.DrawText(0, row, test.around, vt.Rendition{})
			}
			y.host.Cursor.Y = 1
			y.confirmedEpoch = y.epoch
			y.hostShowsAt(test.line)
			y.validate()
			y.typeRead(test.keys)
			if got := y.screenAt(strings.Contains(test.line, "@")); got != test.want {
				t.Errorf("shown: %q, want %q", got, test.want)
			}
		})
	}
}

// hostShowsAt is hostShows with an @ in place of the |, if text has one.
func (y *typist) hostShowsAt(text string) {
	if before, after, ok := strings.Cut(text, "@"); ok {
		y.host = y.host.Clone()
		cols, _ := y.host.Size()
		y.host.Erase(0, y.host.Cursor.Y, cols, vt.Rendition{})
		y.host.Cursor.X = y.host.DrawText(0, y.host.Cursor.Y, before, vt.Rendition{})
		y.host.DrawText(y.host.Cursor.X, y.host.Cursor.Y, after, vt.Rendition{})
		return
	}
	y.hostShows(text)
}

// screenAt is screen with an @ for the cursor if at is set.
func (y *typist) screenAt(at bool) string {
	s := y.screen()
	if !at {
		return s
	}
	shown := y.Paint(y.now, y.host)
	text := shown.RowText(shown.Cursor.Y)
	return text[:shown.Cursor.X] + "@" + text[shown.Cursor.X:]
}

func TestClustersAreBounded(t *testing.T) {
	y := confirmedTypist(t)
	y.mode = Experimental
	y.typeRead("é")
	longest := func() (n int) {
		y.eachCell(func(_, _ int, c *predictedCell) { n = max(n, len(c.glyph.text)) })
		return n
	}
	for n := len("é"); n < maxCluster; n += len("\u0301") {
		y.typeRead("\u0301")
	}
	if got := longest(); got != maxCluster {
		t.Errorf("character of %d bytes, want %d", got, maxCluster)
	}
	y.typeRead("\u0301")
	if got := longest(); got > maxCluster {
		t.Errorf("character of %d bytes beyond the limit", got)
	}
}
