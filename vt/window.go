package vt

// pixelSize is that of the window, 0 if it is not known.
type pixelSize struct{ cols, rows int }

// SetPixels tells the size of the window in pixels, 0 if it is not known. A
// program that asked for it (?2048) hears of it with the next Resize, which may
// be one to the same size.
func (t *Terminal) SetPixels(width, height int) {
	t.pixels.cols, t.pixels.rows = max(width, 0), max(height, 0)
}

// windowOperation is XTWINOPS: state, sizes, titles and the stack of titles. The
// window is the whole of its display. What would move or change it is refused.
func (t *Terminal) windowOperation(s *sequence) {
	cols, rows := t.screen.Size()
	switch n := s.at(0, 0); n {
	case 11: // shown, not an icon
		t.replyCSI("", "t", 1)
	case 13:
		t.replyCSI("", "t", 3, 0, 0)
	case 14, 15:
		t.replyCSI("", "t", n-10, t.pixels.rows, t.pixels.cols)
	case 16:
		t.replyCSI("", "t", 6, t.pixels.rows/rows, t.pixels.cols/cols)
	case 18, 19:
		t.replyCSI("", "t", n-10, rows, cols)
	case 20:
		t.reply([]byte("\x1b]L" + t.screen.Icon + "\x1b\\"))
	case 21:
		t.reply([]byte("\x1b]l" + t.screen.Title + "\x1b\\"))
	case 22:
		t.titles.push(t.screen, s.at(1, 0))
	case 23:
		t.titles.pop(t.screen, s.at(1, 0))
	}
}
