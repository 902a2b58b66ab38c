package vt

import (
	"slices"
	"strings"
	"unicode"

	"gm/vt/parser"
)

const (
	maxTitleText  = 4 << 10 // bytes of a title
	maxTitleStack = 10      // as in xterm; a push beyond it forgets the oldest
)

// clean makes text well-formed UTF-8 without control characters.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// titleText gives a title as it is kept.
func titleText(text string) string {
	if len(text) > maxTitleText {
		text = strings.ToValidUTF8(text[:maxTitleText], "")
	}
	return clean(text)
}

// setTitle is OSC 0 (both), 1 (icon) and 2 (window).
func (t *Terminal) setTitle(number int, text string) {
	s := t.screen
	text = titleText(text)
	if number != 1 {
		s.Title = text
	}
	if number != 2 {
		s.Icon = text
	}
	s.TitleSet = true
}

// titles are an icon name and a title that were put aside.
type titles struct{ icon, title string }

// titleStack holds what a program put aside (XTWINOPS 22 and 23).
type titleStack []titles

// push saves the icon name (1), the title (2) or both (0). What is not named is
// as it was saved before, if it was (xterm).
func (k *titleStack) push(s *Screen, what int) {
	pair, n := titles{s.Icon, s.Title}, len(*k)
	if n > 0 && what == 1 {
		pair.title = (*k)[n-1].title
	}
	if n > 0 && what == 2 {
		pair.icon = (*k)[n-1].icon
	}
	if n == maxTitleStack {
		*k = slices.Delete(*k, 0, 1)
	}
	*k = append(*k, pair)
}

// pop takes what was saved last off the stack, and brings back what it names.
func (k *titleStack) pop(s *Screen, what int) {
	n := len(*k)
	if n == 0 {
		return
	}
	pair := (*k)[n-1]
	*k = (*k)[:n-1]
	if what != 2 {
		s.Icon = pair.icon
	}
	if what != 1 {
		s.Title = pair.title
	}
}

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
		t.reportWhenKnown(func(t *Terminal) { t.reportPixels(n) })
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
