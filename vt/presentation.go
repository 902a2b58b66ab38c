package vt

import (
	"strconv"
	"strings"

	"gm/vt/parser"
)

// Presentation state reports (DEC STD 070, DECRQPSR and DECRSPS): one of the cursor with its
// rendition, modes and character sets, and one of the tab stops. A program may send a
// report back to restore the state.

func (t *Terminal) decrqpsr(s *parser.Sequence) {
	switch s.At(0, 0) {
	case 1:
		t.replyDCS("1$u" + t.cursorInformation())
	case 2:
		t.replyDCS("2$u" + t.tabInformation())
	}
}

func (t *Terminal) decrsps(s *parser.Sequence, data string) {
	switch s.At(0, 0) {
	case 1:
		t.restoreCursorInformation(strings.Split(data, ";"))
	case 2:
		t.restoreTabs(data)
	}
}

// reportedAttrs are the bits of the rendition in DECCIR.
var reportedAttrs = [...]struct {
	bit  byte
	attr Attrs
}{{1, Bold}, {4, Blink}, {8, Inverse}}

// Other bits in DECCIR.
const (
	reportedUnderline = 2 // of the rendition

	reportedOrigin = 1 // of the flags
	reportedSS2    = 2
	reportedSS3    = 4
	reportedWrap   = 8
)

// cursorInformation returns the data of DECCIR: row, column and page; rendition,
// protection and flags as bits above @; the numbers of GL and GR; the bits of those of
// G0 to G3 that have 96 characters; and the designators of G0 to G3.
func (t *Terminal) cursorInformation() string {
	c, pen := t.screen.Cursor, t.screen.Pen
	rendition, protection, flags, sizes := byte('@'), byte('@'), byte('@'), byte('@')
	for _, a := range reportedAttrs {
		if pen.Attrs&a.attr != 0 {
			rendition |= a.bit
		}
	}
	if pen.Underline != UnderlineNone {
		rendition |= reportedUnderline
	}
	if t.penCell&cellProtected != 0 && !t.eraseProtected {
		protection |= 1
	}
	if t.modes.has(decom) {
		flags |= reportedOrigin
	}
	if t.charsets.single != 0 {
		flags |= reportedSS2 << (t.charsets.single - 2)
	}
	if c.PendingWrap {
		flags |= reportedWrap
	}
	names := ""
	for i, set := range t.charsets.g {
		names += charsetTable[set].name
		if set == latin1Of96 {
			sizes |= 1 << i
		}
	}
	b := appendNumbers(nil, c.Y+1, c.X+1, 1)
	b = append(b, ';', rendition, ';', protection, ';', flags, ';')
	b = appendNumbers(b, int(t.charsets.left), t.charsets.inRight())
	return string(append(b, ';', sizes, ';')) + names
}

func (t *Terminal) restoreCursorInformation(fields []string) {
	if len(fields) < 2 {
		return
	}
	y, errY := strconv.Atoi(fields[0])
	x, errX := strconv.Atoi(fields[1])
	cols, rows := t.screen.Size()
	if errY != nil || errX != nil || y < 1 || y > rows || x < 1 || x > cols {
		return
	}
	t.moveTo(x-1, y-1)
	if len(fields) < 6 || !areSixBits(fields[3:6]) {
		return
	}
	t.restoreRendition(fields[3][0])
	t.protect(fields[4][0]&1 != 0)
	t.eraseProtected = false
	flags := fields[5][0]
	t.modes.put(decom, flags&reportedOrigin != 0)
	t.screen.Cursor.PendingWrap = flags&reportedWrap != 0 && x-1 == t.rightLimit()
	if len(fields) < 10 || !areSixBits(fields[8:9]) {
		return
	}
	t.restoreSets(flags, fields[6], fields[7], fields[8][0], fields[9])
}

func areSixBits(fields []string) bool {
	for _, f := range fields {
		if len(f) != 1 || f[0] < '@' || f[0] > '~' {
			return false
		}
	}
	return true
}

func (t *Terminal) restoreRendition(bits byte) {
	pen := &t.screen.Pen
	for _, a := range reportedAttrs {
		pen.Attrs &^= a.attr
		if bits&a.bit != 0 {
			pen.Attrs |= a.attr
		}
	}
	pen.Underline = UnderlineNone
	if bits&reportedUnderline != 0 {
		pen.Underline = UnderlineSingle
	}
	t.penChanged()
}

func (t *Terminal) restoreSets(flags byte, left, right string, sizes byte, names string) {
	if len(left) == 1 && left[0] >= '0' && left[0] <= '3' {
		t.charsets.left = left[0] - '0'
	}
	if len(right) == 1 && right[0] >= '1' && right[0] <= '3' {
		t.charsets.right = right[0] - '0'
	}
	t.charsets.single = 0
	if n := flags & (reportedSS2 | reportedSS3); n != 0 {
		t.charsets.single = n/2 + 1
		t.charsets.single = min(t.charsets.single, 3)
	}
	for i := range t.charsets.g {
		n := 1
		if names != "" && names[0] < '0' {
			n = 2
		}
		if len(names) < n {
			break
		}
		if set, ok := t.charsetNamed(names[:n], sizes>>i&1 != 0); ok {
			t.charsets.g[i] = set
		}
		names = names[n:]
	}
	t.charsetsChanged()
}

func (t *Terminal) tabInformation() string {
	t.work += t.screen.cols
	var b []byte
	for x := range t.screen.cols {
		if t.tabs.has(x) {
			if len(b) > 0 {
				b = append(b, '/')
			}
			b = appendNumbers(b, x+1)
		}
	}
	return string(b)
}

func (t *Terminal) restoreTabs(data string) {
	t.tabs = make(tabStops, MaxCols/64+1)
	for column := range strings.SplitSeq(data, "/") {
		n, err := strconv.Atoi(column)
		if err != nil || n < 1 {
			return
		}
		if n <= t.screen.cols {
			t.tabs.put(n-1, true)
		}
	}
}
