package keys

import (
	"strconv"
	"unicode/utf8"
)

// MouseReport is a report of the mouse in one of xterm's encodings (ctlseqs, Mouse
// Tracking): X10's bytes, their extension by UTF-8 (mode 1005), SGR (1006, and 1016 with
// pixels), or urxvt's (1015).
type MouseReport struct {
	Button  int // Cb, without the 32 that encodings other than SGR add
	X, Y    int // from 1
	release bool
	form    mouseForm
}

// mouseForm is an encoding of a MouseReport.
type mouseForm uint8

const (
	mouseX10 mouseForm = iota
	mouseUTF8
	mouseURXVT
	mouseSGR
)

const (
	// mouseOffset is added to the numbers of X10 reports, to avoid control characters.
	mouseOffset = 32

	// maxMouseX10 and maxMouseUTF8 are the highest coordinates of these encodings.
	maxMouseX10  = 255 - mouseOffset
	maxMouseUTF8 = 2047 - mouseOffset

	// Bits of MouseReport.Button.
	mouseButtons = 3 // 3 is a release, except in SGR
	mouseMotion  = 32
	mouseWheel   = 64 // or a further button, with mouseFurther
	mouseFurther = 128
)

// Motion reports whether the mouse was moved, with a button or without.
func (m *MouseReport) Motion() bool { return m.Button&mouseMotion != 0 }

// Release reports whether a button was released.
func (m *MouseReport) Release() bool {
	further := m.Button&(mouseWheel|mouseFurther|mouseMotion) != 0
	return m.release || m.form != mouseSGR && !further && m.Button&mouseButtons == mouseButtons
}

// Wheel reports whether the report is of a wheel, which is never released.
func (m *MouseReport) Wheel() bool { return m.Button&mouseWheel != 0 && m.Button&mouseMotion == 0 }

// Mouse returns the report in a token of the kind Mouse. ok is false if the token is
// incomplete.
func (t *Token) Mouse() (m MouseReport, ok bool) {
	switch {
	case t.Kind != Mouse || len(t.Raw) < 4 || t.Raw[0] != esc || t.Raw[1] != '[':
		return m, false
	case t.Raw[2] == 'M' && t.utf8Mouse:
		return parseUTF8Mouse(t.Raw[3:])
	case t.Raw[2] == 'M':
		return parseX10Mouse(t.Raw[3:])
	}
	body, final := t.Raw[2:len(t.Raw)-1], t.Raw[len(t.Raw)-1]
	if body[0] == '<' {
		m.form, m.release, body = mouseSGR, final == 'm', body[1:]
	} else {
		m.form = mouseURXVT
	}
	p, ok := parseParams(body)
	m.Button, m.X, m.Y = int(p.value[0][0]), int(p.value[1][0]), int(p.value[2][0])
	if m.form == mouseURXVT {
		m.Button -= mouseOffset
	}
	return m, ok && p.n == 3 && m.Button >= 0
}

func parseX10Mouse(b []byte) (m MouseReport, ok bool) {
	if len(b) != 3 {
		return m, false
	}
	m = MouseReport{Button: int(b[0]) - mouseOffset, X: int(b[1]) - mouseOffset, Y: int(b[2]) - mouseOffset}
	return m, m.Button >= 0
}

func parseUTF8Mouse(b []byte) (m MouseReport, ok bool) {
	m.form = mouseUTF8
	for _, to := range []*int{&m.Button, &m.X, &m.Y} {
		c, n := utf8.DecodeRune(b)
		if c == utf8.RuneError && n <= 1 {
			return m, false
		}
		*to, b = int(c)-mouseOffset, b[n:]
	}
	return m, len(b) == 0 && m.Button >= 0
}

// Append appends the report in the encoding in which it was received. ok is false if the
// encoding has no such coordinates.
func (m *MouseReport) Append(dst []byte) (out []byte, ok bool) {
	if m.X < 1 || m.Y < 1 {
		return dst, false
	}
	switch m.form {
	case mouseX10:
		if max(m.X, m.Y) > maxMouseX10 {
			return dst, false
		}
		return append(dst, esc, '[', 'M', byte(m.Button+mouseOffset), byte(m.X+mouseOffset), byte(m.Y+mouseOffset)), true
	case mouseUTF8:
		if max(m.X, m.Y) > maxMouseUTF8 {
			return dst, false
		}
		dst = append(dst, "\x1b[M"...)
		for _, n := range []int{m.Button, m.X, m.Y} {
			dst = utf8.AppendRune(dst, rune(n+mouseOffset))
		}
		return dst, true
	case mouseURXVT:
		dst = append(dst, "\x1b["...)
		return append(m.appendNumbers(dst, m.Button+mouseOffset), 'M'), true
	}
	dst = append(dst, "\x1b[<"...)
	dst = m.appendNumbers(dst, m.Button)
	if m.release {
		return append(dst, 'm'), true
	}
	return append(dst, 'M'), true
}

func (m *MouseReport) appendNumbers(dst []byte, button int) []byte {
	dst = strconv.AppendInt(dst, int64(button), 10)
	for _, n := range []int{m.X, m.Y} {
		dst = strconv.AppendInt(append(dst, ';'), int64(n), 10)
	}
	return dst
}
