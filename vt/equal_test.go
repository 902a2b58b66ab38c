package vt

import "testing"

func TestEqualIn(t *testing.T) {
	blue, both := Rendition{Bg: PaletteColor(4)}, Rendition{Attrs: Faint | Bold}
	for _, c := range []struct {
		name        string
		change      func(s *Screen)
		full, stock bool
	}{
		{"nothing", func(s *Screen) {}, true, true},
		{"a character", func(s *Screen) { s.SetText(1, 1, "x", 1, Rendition{}) }, false, false},
		{"a space for a blank", func(s *Screen) { s.SetText(9, 1, " ", 1, Rendition{}) }, true, true},
		{"the colour of a blank", func(s *Screen) { s.SetText(9, 1, " ", 1, Rendition{Fg: PaletteColor(2)}) }, false, false},
		{"a bold blank", func(s *Screen) { s.SetText(9, 1, " ", 1, Rendition{Attrs: Bold}) }, false, false},
		{"a faint blank", func(s *Screen) { s.SetText(9, 1, " ", 1, Rendition{Attrs: Faint}) }, false, true},
		{"a linked blank", func(s *Screen) {
			s.SetText(9, 1, " ", 1, Rendition{Link: uint16(s.tables.links.number(Link{URI: "http://x"}))})
		}, false, true},
		{"the background of a blank", func(s *Screen) { s.Erase(9, 1, 1, blue) }, false, false},
		{"an underlined blank", func(s *Screen) { s.SetText(9, 1, " ", 1, Rendition{Underline: UnderlineSingle}) }, false, false},
		{"faint", func(s *Screen) { s.SetRendition(0, 0, Rendition{Attrs: Faint}) }, false, true},
		{"faint and bold", func(s *Screen) { s.SetRendition(0, 0, both) }, false, false},
		{"protection", func(s *Screen) { s.writable(0).cells[0] |= cellProtected }, true, true},
		{"a wrapped row", func(s *Screen) { s.writable(0).wrapped = true }, true, true},
		{"a pending wrap", func(s *Screen) { s.Cursor.PendingWrap = true }, true, true},
		{"the cursor", func(s *Screen) { s.Cursor.X++ }, false, false},
		{"a hidden cursor", func(s *Screen) { s.Cursor.Hidden = true }, false, false},
		{"the cursor's shape", func(s *Screen) { s.Cursor.Shape = 2 }, false, true},
		{"the pen", func(s *Screen) { s.Pen.Fg = PaletteColor(1) }, false, false},
		{"a faint pen", func(s *Screen) { s.Pen.Attrs = Faint }, false, true},
		{"a bell", func(s *Screen) { s.Bells++ }, false, false},
		{"a title", func(s *Screen) { s.Title = "t" }, false, false},
		{"bracketed paste", func(s *Screen) { s.Modes.BracketedPaste = true }, false, false},
		{"application cursor keys", func(s *Screen) { s.Modes.CursorKeys = true }, false, true},
		{"application keypad", func(s *Screen) { s.Modes.Keypad = true }, false, true},
		{"the backarrow key", func(s *Screen) { s.Modes.BackArrow = true }, false, true},
		{"kitty keys", func(s *Screen) { s.Modes.KittyKeys = 1 }, false, true},
		{"a clipboard", func(s *Screen) { s.setClipboard(Clipboard{"c", "YQ==", 1}) }, false, false},
		{"a primary selection", func(s *Screen) { s.setClipboard(Clipboard{"p", "YQ==", 1}) }, false, true},
		{"a notification", func(s *Screen) { s.addEvent("9;x") }, false, true},
		{"a mark", func(s *Screen) { s.addEvent("133;A") }, false, true},
		{"a refused clipboard", func(s *Screen) { s.addEvent("") }, true, true},
		{"a note", func(s *Screen) { s.setNote(Note{noteCwd, "/"}) }, false, true},
		{"progress", func(s *Screen) { s.Progress.State = ProgressError }, false, true},
		{"the pointer", func(s *Screen) { s.Pointer = "wait" }, false, true},
		{"a colour of the palette", func(s *Screen) { s.setColor(255, RGBColor(1, 2, 3)) }, false, true},
		{"the background", func(s *Screen) { s.setColor(background, RGBColor(1, 2, 3)) }, false, true},
		{"a colour of Tektronix windows", func(s *Screen) { s.setColor(dynamicSlot(15), RGBColor(1, 2, 3)) }, true, true},
		{"a directory", func(s *Screen) { s.Directory = "file:///" }, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := textScreen(10, 3, "hello", "world")
			b := a.Clone()
			c.change(b)
			unrelated := textScreen(10, 3, "hello", "world")
			c.change(unrelated)
			for name, other := range map[string]*Screen{"a descendant": b, "an unrelated one": unrelated} {
				if a.Equal(other) != c.full || other.Equal(a) != c.full {
					t.Errorf("%s: Equal is not %v", name, c.full)
				}
				if a.EqualIn(other, Stock()) != c.stock || other.EqualIn(a, Stock()) != c.stock {
					t.Errorf("%s: EqualIn(Stock) is not %v", name, c.stock)
				}
				if diff := AppendDiff(nil, a, other, Stock()); c.stock && len(diff) > 0 {
					t.Errorf("%s: diff %q of equal screens", name, diff)
				}
			}
		})
	}
	if NewScreen(10, 3).Equal(NewScreen(10, 4)) || NewScreen(10, 3).Equal(NewScreen(9, 3)) {
		t.Error("screens of different sizes are equal")
	}
}

func TestEqualComparesLinksByValue(t *testing.T) {
	linked := func(first, second string) *Screen {
		s := NewScreen(4, 1)
		s.tables.links.number(Link{URI: first})
		n := s.tables.links.number(Link{URI: second})
		s.DrawText(0, 0, "link", Rendition{Link: uint16(n)})
		return s
	}
	a, b := linked("http://x", "http://y"), linked("http://z", "http://y")
	if !a.Equal(b) || !a.SameCell(0, 0, b) {
		t.Error("the same link in two tables is not equal")
	}
	if c := linked("http://y", "http://x"); a.Equal(c) || a.SameCell(0, 0, c) {
		t.Error("two links are equal")
	}
}

func TestSameCellOutside(t *testing.T) {
	if a := textScreen(3, 1, "abc"); !a.SameCell(5, 5, NewScreen(9, 9)) || a.SameCell(0, 0, NewScreen(9, 9)) {
		t.Error("cells outside of the screen are not blank")
	}
}
