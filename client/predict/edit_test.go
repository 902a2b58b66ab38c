package predict

import (
	"strings"
	"testing"
	"time"

	"gm/vt"
)

func TestPredictionEdits(t *testing.T) {
	tests := []struct{ name, line, keys, want string }{
		{"text at the end", "$ a|", "bc", "$ abc|"},
		{"text in the middle moves the rest", "$ a|bc", "x", "$ ax|bc"},
		{"single blanks move too", "$ a|bc de", "x", "$ ax|bc de"},
		{"but not over a gap", "$ a|bc   right", "x", "$ ax|bc  right"},
		{"nor what is after a gap", "$ a|   right", "xy", "$ axy| right"},
		{"backspace", "$ ab|", "\x7f", "$ a|"},
		{"backspace in the middle", "$ ab|cd", "\x7f", "$ a|cd"},
		{"backspace keeps what is after a gap", "$ ab|cd   right", "\x08", "$ a|cd    right"},
		{"backspace of what was predicted", "$ a|", "b\x7f", "$ a|"},
		{"left", "$ ab|", "\x1b[D", "$ a|b"},
		{"left in application mode", "$ ab|", "\x1bOD", "$ a|b"},
		{"left and insert", "$ ab|", "\x1b[Dx", "$ ax|b"},
		{"right", "$ a|b", "\x1b[C", "$ ab|"},
		{"right at the end is nothing", "$ a|", "\x1b[C", "$ a|"},
		{"with a modifier it is not a plain cursor key", "$ ab|", "\x1b[1;5D", "$ ab|"},
		{"wide", "$ a|", "漢b", "$ a漢b|"},
		{"wide moves the rest", "$ a|b", "漢", "$ a漢|b"},
		{"backspace of a wide one", "$ a漢|b", "\x7f", "$ a|b"},
		{"left over a wide one", "$ a漢|b", "\x1b[D", "$ a|漢b"},
		{"right over a wide one", "$ a|漢b", "\x1b[C", "$ a漢|b"},
		{"combining", "$ a|", "e\u0301x", "$ ae\u0301x|"},
		{"combining with what is there", "$ a|", "\u0301", "$ a\u0301|"},
		{"a space", "$ a|", " b", "$ a b|"},
		{"a control character is uncertain", "$ a|", "b\x01c", "$ ab|"},
		{"an arrow up is uncertain", "$ a|", "b\x1b[Ac", "$ ab|"},
		{"the last column is certain", "$ 45678901234567890|", "b", "$ 45678901234567890|b"},
		{"junk is uncertain", "$ a|", "b\xffc", "$ ab|"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			y := confirmedTypist(t)
			y.shows(test.line)
			y.look()
			y.types(test.keys)
			y.sees(test.want)
		})
	}
}

func TestPredictionOverwrites(t *testing.T) {
	y := confirmedTypist(t)
	y.overwrite = true
	y.shows("$ a|bcd")
	y.types("x")
	y.sees("$ ax|cd")
	y.types("\x7f")
	y.sees("$ a| cd")
}

// A suggestion is there as long as what is typed follows it.
func TestPredictionReplacesASuggestion(t *testing.T) {
	y := confirmedTypist(t)
	y.shows("$ a|")
	y.host.DrawText(3, 0, "suggested", vt.Rendition{Fg: vt.PaletteColor(8)})
	y.types("x")
	y.sees("$ ax|")
	y.types("\x7f")
	y.shows("$ a|")
	y.host.DrawText(3, 0, "long one", vt.Rendition{Fg: vt.PaletteColor(8)})
	y.acks()
	y.types("l")
	y.sees("$ al|ong one")
	y.types("\x7f")
	y.sees("$ a|long one")
}

func TestPredictionTakesTheLookOfTheText(t *testing.T) {
	y := confirmedTypist(t)
	green := vt.Rendition{Fg: vt.PaletteColor(2)}
	y.host.DrawText(2, 0, "a", green)
	y.interval = 30 * time.Millisecond
	y.types("b")
	s := y.Paint(y.now, y.host)
	if got := s.Rendition(s.Cell(3, 0)); got != green {
		t.Errorf("b is %+v, want %+v", got, green)
	}
	// After a blank it is what the program writes with.
	y.host.Pen = vt.Rendition{Attrs: vt.Bold}
	y.types(" c")
	s = y.Paint(y.now, y.host)
	if got := s.Rendition(s.Cell(5, 0)); got != y.host.Pen {
		t.Errorf("c is %+v, want %+v", got, y.host.Pen)
	}
}

func TestPredictionReturn(t *testing.T) {
	y := confirmedTypist(t)
	y.types("b")
	y.types("\r")
	y.types("x")
	y.sees("$ ab|")
	y.host = y.host.Clone()
	y.host.DrawText(0, 0, "$ ab", vt.Rendition{})
	y.host.DrawText(0, 1, "x", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 1, Y: 1}
	y.acks()
	y.types("y")
	y.sees("xy|")
}

func TestPredictionWraps(t *testing.T) {
	y := confirmedTypist(t)
	y.shows("$ 456789012345678901|")
	y.types("x")
	y.host.DrawText(19, 0, "x", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 19, PendingWrap: true}
	y.acks()
	y.types("y")
	y.types("z")
	y.host.DrawText(0, 1, "y", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 1, Y: 1}
	y.ack = y.frame - 2
	y.look()
	y.sees("yz|")
}

// Rows of double width are shorter than the user's terminal may know: nothing is
// predicted in one, and what was predicted elsewhere stays.
func TestPredictionLeavesDoubleRowsAlone(t *testing.T) {
	y := confirmedTypist(t)
	y.host.SetLineAttribute(0, vt.DoubleWidth)
	y.types("b")
	y.sees("$ a|")
	y.types("\x7f")
	y.sees("$ a|")
	y.shows("$ ab")
	y.acks()
	y.sees("$ ab|")
	y.host = y.host.Clone()
	y.host.SetLineAttribute(0, vt.SingleWidth)
	y.types("c")
	y.shows("$ abc")
	y.acks()
	y.types("d")
	y.sees("$ abcd|")

	y = confirmedTypist(t)
	y.host.SetLineAttribute(1, vt.DoubleWidth)
	y.shows("$ 45678901234567890|")
	y.mode = Experimental
	y.types("123")
	if got := y.Paint(y.now, y.host).RowText(1); got != "" {
		t.Errorf("%q is predicted to wrap into a double row", got)
	}
}

// TestPredictionKeepsBorders types in boxes: no border moves, whatever has room.
func TestPredictionKeepsBorders(t *testing.T) {
	tests := []struct{ name, line, around, keys, want string }{
		{"over the gap before a border", "│ a|b   │", "", "xyz", "│ axyz|b│"},
		{"up to the border", "│ a|b │", "", "x", "│ ax|b│"},
		{"the last column before it, and the cursor is not known", "│ a|b│", "", "x", "│ a|x│"},
		{"no room for the character", "│ ab|│", "", "x", "│ ab|│"},
		{"no room for a wide one", "│ a| │", "", "漢", "│ a| │"},
		{"a wide one", "│ a|b  │", "", "漢", "│ a漢|b│"},
		{"what is behind the border", "│ a| │ right │", "", "x", "│ a|x│ right │"},
		{"heavy, double and half blocks", "┃ a|b  ║ ▌", "", "x", "┃ ax|b ║ ▌"},
		{"backspace", "│ ab|c  │", "", "\x7f", "│ a|c   │"},
		{"backspace of text that adjoins the border", "│ ab|c│", "", "\x7f", "│ a|cc│"},
		{"right does not go over it", "│ ab|│", "", "\x1b[C", "│ ab|│"},
		{"a frame of ASCII", "| a@b   |", "|       |", "xy", "| axy@b |"},
		{"a lone sign is text", "a@b |", "       |", "x", "ax@b |"},
		{"letters are text, though they stand below each other", "a@b c", "    c", "x", "ax@b c"},
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
			y.showsAt(test.line)
			y.look()
			y.types(test.keys)
			if got := y.screenAt(strings.Contains(test.line, "@")); got != test.want {
				t.Errorf("seen %q, want %q", got, test.want)
			}
		})
	}
}

// showsAt is shows with @ for the cursor, if there is one.
func (y *typist) showsAt(text string) {
	if before, after, ok := strings.Cut(text, "@"); ok {
		y.host = y.host.Clone()
		cols, _ := y.host.Size()
		y.host.Erase(0, y.host.Cursor.Y, cols, vt.Rendition{})
		y.host.Cursor.X = y.host.DrawText(0, y.host.Cursor.Y, before, vt.Rendition{})
		y.host.DrawText(y.host.Cursor.X, y.host.Cursor.Y, after, vt.Rendition{})
		return
	}
	y.shows(text)
}

// screenAt is screen with @ for the cursor.
func (y *typist) screenAt(at bool) string {
	s := y.screen()
	if !at {
		return s
	}
	shown := y.Paint(y.now, y.host)
	text := shown.RowText(shown.Cursor.Y)
	return text[:shown.Cursor.X] + "@" + text[shown.Cursor.X:]
}
