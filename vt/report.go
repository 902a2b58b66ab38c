package vt

import (
	"gm/vt/parser"
	"strconv"
)

// appendNumbers appends numbers with semicolons between them.
func appendNumbers(dst []byte, numbers ...int) []byte {
	for i, n := range numbers {
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return dst
}

// replyCSI answers with a control sequence.
func (t *Terminal) replyCSI(marker, final string, numbers ...int) {
	answer := append([]byte("\x1b["), marker...)
	answer = appendNumbers(answer, numbers...)
	t.reply(append(answer, final...))
}

// replyDCS answers with a device control string.
func (t *Terminal) replyDCS(text string) { t.reply([]byte("\x1bP" + text + "\x1b\\")) }

// primaryAttributes is DA1: level 4 with selective erase, margins and rectangles,
// and colour and clipboard if the user's terminal has them.
func (t *Terminal) primaryAttributes() {
	t.ofUser(func(t *Terminal) {
		attributes := append(make([]int, 0, 6), 64, 6, 21)
		if t.user.Features.Has(FeatureColor) {
			attributes = append(attributes, 22)
		}
		attributes = append(attributes, 28)
		if t.user.Features.Has(FeatureClipboard) {
			attributes = append(attributes, 52)
		}
		t.replyCSI("?", "c", attributes...)
	})
}

func (t *Terminal) da1(s *parser.Sequence) {
	if s.At(0, 0) == 0 {
		t.primaryAttributes()
	}
}

// firmware is the version that DA2 tells: a new xterm for vim (277 and more),
// and none that it has a special case for.
const firmware = 380

func (t *Terminal) da2(s *parser.Sequence) {
	if s.At(0, 0) == 0 {
		t.replyCSI(">", "c", 41, firmware, 0)
	}
}

// da3 is DA3: a unit without a number.
func (t *Terminal) da3(s *parser.Sequence) {
	if s.At(0, 0) == 0 {
		t.replyDCS("!|00000000")
	}
}

func (t *Terminal) xtversion(s *parser.Sequence) {
	if s.At(0, 0) == 0 {
		t.replyDCS(">|gm " + t.options.Version)
	}
}

// dsr is DSR: status and cursor position.
func (t *Terminal) dsr(s *parser.Sequence) {
	switch s.At(0, 0) {
	case 5:
		t.replyCSI("", "n", 0)
	case 6:
		t.replyCSI("", "R", t.line(), t.column())
	}
}

// decdsr is DSR with the DEC marker: position with page, no printer, keys
// unlocked, a keyboard of North America, no locator, no space for macros, no
// errors, the colour scheme.
func (t *Terminal) decdsr(s *parser.Sequence) {
	switch n := s.At(0, 0); n {
	case 6:
		t.replyCSI("?", "R", t.line(), t.column(), 1)
	case 15:
		t.replyCSI("?", "n", 13)
	case 25:
		t.replyCSI("?", "n", 20)
	case 26:
		t.replyCSI("?", "n", 27, 1, 0, 0)
	case 53, 55:
		t.replyCSI("?", "n", 50)
	case 56:
		t.replyCSI("?", "n", 57, 0)
	case 62:
		t.reply([]byte("\x1b[0000*{"))
	case 63:
		t.replyDCS(strconv.Itoa(s.At(1, 0)) + "!~0000")
	case 75:
		t.replyCSI("?", "n", 70)
	case 85:
		t.replyCSI("?", "n", 83)
	case 996:
		t.ofUser((*Terminal).reportScheme)
	}
}

// decreqtparm answers as a VT100 at 38400 baud (DECREQTPARM).
func (t *Terminal) decreqtparm(s *parser.Sequence) {
	if n := s.At(0, 0); n <= 1 {
		t.replyCSI("", "x", n+2, 1, 1, 128, 128, 1, 0)
	}
}

// reportSize is the report of mode 2048.
func (t *Terminal) reportSize() {
	cols, rows := t.screen.Size()
	t.told = t.pixels
	t.replyCSI("", "t", 48, rows, cols, t.pixels.Height, t.pixels.Width)
}
