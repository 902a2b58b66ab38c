package vt

import "gm/vt/parser"

// SetPixels sets the size of the window in pixels, 0 if it is not known, for the
// reports of mode 2048. A program that asked for those is told with the next
// Resize, which may be one to the same size.
func (t *Terminal) SetPixels(width, height int) {
	t.pixels = Pixels{max(width, 0), max(height, 0)}
}

// windowOperation is XTWINOPS: state, sizes, titles and the stack of titles. The
// window is the whole of its display. What would move or change it is refused.
func (t *Terminal) windowOperation(s *parser.Sequence) {
	cols, rows := t.screen.Size()
	switch n := s.At(0, 0); n {
	case 11: // shown, not an icon
		t.replyCSI("", "t", 1)
	case 13:
		t.replyCSI("", "t", 3, 0, 0)
	case 14, 15, 16:
		t.ofUser(func(t *Terminal) { t.reportPixels(n) })
	case 18, 19:
		t.replyCSI("", "t", n-10, rows, cols)
	case 20: // no icon name: a report never repeats text
		t.reply([]byte("\x1b]L\x1b\\"))
	case 21: // no title
		t.reply([]byte("\x1b]l\x1b\\"))
	case 22:
		t.titles.push(t.screen, s.At(1, 0))
	case 23:
		t.titles.pop(t.screen, s.At(1, 0))
	}
}

// reportPixels answers XTWINOPS 14, 15 or 16 if the user's terminal did.
func (t *Terminal) reportPixels(n int) {
	size := [...]Pixels{t.user.Text, t.user.Screen, t.user.Cell}[n-14]
	if size != (Pixels{}) {
		t.replyCSI("", "t", n-10, size.Height, size.Width)
	}
}
