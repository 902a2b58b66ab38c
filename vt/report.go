package vt

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"gm/vt/parser"
	"gm/vt/picture"
)

func appendNumbers(dst []byte, numbers ...int) []byte {
	for i, n := range numbers {
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return dst
}

func (t *Terminal) replyCSI(marker, final string, numbers ...int) {
	answer := append([]byte("\x1b["), marker...)
	answer = appendNumbers(answer, numbers...)
	t.reply(append(answer, final...))
}

//go:noinline
func (t *Terminal) replyDCS(text string) { t.reply([]byte("\x1bP" + text + "\x1b\\")) }

// primaryAttributes performs DA1: level 4 with selective erase, margins and
// rectangles, and sixels, colour and clipboard if the user's terminal has them.
func (t *Terminal) primaryAttributes() {
	t.reportWhenKnown(func(t *Terminal) {
		attributes := append(make([]int, 0, 7), 64)
		if t.options.Pictures && t.user.Features.Has(FeaturePictures) {
			attributes = append(attributes, 4)
		}
		attributes = append(attributes, 6, 21)
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

// reportedVersion is the version in DA2: that of a recent xterm for vim (277 and more),
// but none for which vim has a special case.
const reportedVersion = 380

func (t *Terminal) da2(s *parser.Sequence) {
	if s.At(0, 0) == 0 {
		t.replyCSI(">", "c", 41, reportedVersion, 0)
	}
}

// da3 reports a unit without a number (DA3).
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

func (t *Terminal) dsr(s *parser.Sequence) {
	switch s.At(0, 0) {
	case 5:
		t.replyCSI("", "n", 0)
	case 6:
		t.replyCSI("", "R", t.line(), t.column())
	}
}

// decdsr performs DSR with the DEC marker: position with page, no printer, keys
// unlocked, a North American keyboard, no locator, no space for macros, no errors,
// the colour scheme.
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
		t.reportWhenKnown((*Terminal).reportScheme)
	}
}

// decreqtparm reports a VT100 at 38400 baud (DECREQTPARM).
func (t *Terminal) decreqtparm(s *parser.Sequence) {
	if n := s.At(0, 0); n <= 1 {
		t.replyCSI("", "x", n+2, 1, 1, 128, 128, 1, 0)
	}
}

func (t *Terminal) reportSize() {
	cols, rows := t.screen.Size()
	t.reportedPixels = t.windowPixels
	t.replyCSI("", "t", 48, rows, cols, t.windowPixels.Height, t.windowPixels.Width)
}

// HookDCS begins the control mode of tmux at DCS 1000 p. It reports whether it has.
func (p *performer) HookDCS(s *parser.Sequence) bool {
	t := (*Terminal)(p)
	if !t.options.Passages || s.Marker != 0 || s.Intermediates != 0 || s.Final != 'p' || s.N != 1 || s.Value[0] != 1000 {
		return false
	}
	t.last.valid = false
	t.passages.BeginControl()
	return true
}

func (p *performer) Hooked(b []byte) (n int, over bool) { return p.passages.Add(b) }

func (p *performer) DCSDispatch(s *parser.Sequence, data []byte) {
	t := (*Terminal)(p)
	t.last.valid = false
	switch {
	case s.Marker != 0:
	case s.Intermediates == 0 && s.Final == 'q':
		t.sixel(append([]byte("q"), data...))
	case s.Intermediates == '$' && s.Final == 'q':
		t.decrqss(string(data))
	case s.Intermediates == '$' && s.Final == 't' && t.conformance >= 3:
		t.decrsps(s, string(data))
	case s.Intermediates == '+' && s.Final == 'q':
		t.xtgettcap(string(data))
	}
}

// decrqss reports a setting as the sequence that would set it (DECRQSS). It reports
// the rendition as the user's terminal shows it.
func (t *Terminal) decrqss(setting string) {
	if setting == "m" {
		pen := t.screen.Pen
		t.reportWhenKnown(func(t *Terminal) { t.replyDCS("1$r" + t.user.visible(pen).parameters() + "m") })
		return
	}
	if value, ok := t.setting(setting); ok {
		t.replyDCS("1$r" + value + setting)
	} else {
		t.replyDCS("0$r")
	}
}

func (t *Terminal) setting(name string) (value string, ok bool) {
	cols, rows := t.screen.Size()
	switch name {
	case "r":
		return fmt.Sprintf("%d;%d", t.margin.top+1, t.margin.bottom+1), true
	case "s":
		return fmt.Sprintf("%d;%d", t.margin.left+1, t.margin.right+1), true
	case " q":
		return fmt.Sprint(max(t.screen.Cursor.Shape, 1)), true
	case "\"p":
		return fmt.Sprintf("%d;1", conformanceBase+t.conformance), true
	case "\"q":
		return flagText(t.penCell&cellProtected != 0 && !t.eraseProtected, "1", "0"), true
	case "q", "$}", "$~": // no lights, no status line
		return "0", true
	case "*x":
		return fmt.Sprint(t.extent), true
	case "$|":
		return fmt.Sprint(cols), true
	case "t", "*|":
		return fmt.Sprint(rows), true
	}
	return "", false
}

func flagText(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func (r Rendition) parameters() string {
	b := []byte("0")
	for n, a := range sgrOn {
		if a != 0 && r.Attrs&a != 0 {
			b = fmt.Appendf(b, ";%d", n)
		}
	}
	switch r.Underline {
	case UnderlineNone:
	case UnderlineSingle:
		b = append(b, ";4"...)
	case UnderlineDouble:
		b = append(b, ";21"...)
	default:
		b = fmt.Appendf(b, ";4:%d", r.Underline)
	}
	if r.Attrs&Overline != 0 {
		b = append(b, ";53"...)
	}
	b = r.Fg.parameter(b, 30)
	b = r.Bg.parameter(b, 40)
	b = r.UnderlineColor.parameter(b, 50)
	return string(b)
}

// parameter appends the SGR parameter that sets c. base is 30 for text, 40 for the
// background, 50 for the underline.
func (c Color) parameter(b []byte, base int) []byte {
	if red, green, blue, ok := c.RGB(); ok {
		return fmt.Appendf(b, ";%d:2::%d:%d:%d", base+8, red, green, blue)
	}
	n, ok := c.Palette()
	switch {
	case !ok:
		return b
	case n < 8 && base != 50:
		return fmt.Appendf(b, ";%d", base+int(n))
	case n < 16 && base != 50:
		return fmt.Appendf(b, ";%d", base+60+int(n)-8)
	}
	return fmt.Appendf(b, ";%d:5:%d", base+8, n)
}

// xtgettcap reports the terminfo values of names, all in hexadecimal (XTGETTCAP).
// Each name gets a reply, up to the first unknown one. That name is not repeated,
// because the program chose its text.
func (t *Terminal) xtgettcap(names string) {
	for code := range strings.SplitSeq(names, ";") {
		name, err := hex.DecodeString(code)
		if err != nil {
			return
		}
		value, ok := xtgettcapValues[string(name)]
		if !ok {
			t.replyDCS("0+r")
			return
		}
		t.reportWhenKnown(func(t *Terminal) { t.reportCapability(string(name), value) })
	}
}

// reportCapability reports a capability as unknown if the user's terminal lacks it.
func (t *Terminal) reportCapability(name, value string) {
	if !t.user.Features.Has(userCapabilities[name]) {
		t.replyDCS("0+r")
		return
	}
	t.replyDCS("1+r" + upperHex(name) + "=" + upperHex(value))
}

func upperHex(text string) string { return strings.ToUpper(hex.EncodeToString([]byte(text))) }

func (c *Capabilities) visible(r Rendition) Rendition {
	if !c.Features.Has(FeatureUnderlines) {
		r.Underline = min(r.Underline, UnderlineSingle)
	}
	if !c.Features.Has(FeatureUnderlineColor) {
		r.UnderlineColor = 0
	}
	if !c.Features.Has(FeatureDirectColor) {
		r.Fg, r.Bg, r.UnderlineColor = r.Fg.reduced(256), r.Bg.reduced(256), r.UnderlineColor.reduced(256)
	}
	return r
}

// decrqcra reports a checksum of a rectangle (DECRQCRA) if Options.Checksums is
// set: with it a program can read the output of others.
func (t *Terminal) decrqcra(s *parser.Sequence) {
	if !t.options.Checksums {
		return
	}
	var sum int
	if a, ok := t.area(s, 2); ok {
		sum = t.checksum(a)
	}
	t.replyDCS(fmt.Sprintf("%d!~%04X", s.At(0, 0), sum&0xffff))
}

// checksum returns xterm's default (checksumExtension 0): the negative sum of the
// characters, the low eight bits of each, and of their attributes. Of cells that
// were never written only the first counts, and those erased in a colour.
func (t *Terminal) checksum(a area) int {
	sum := 0
	for y := a.y0; y < a.y1; y++ {
		t.work += a.x1 - a.x0
		for x, c := range t.screen.rows[y].cells[a.x0:a.x1] {
			if c&^cellProtected == 0 && (x > 0 || y > a.y0) {
				continue
			}
			if c&(cellTail|cellCluster|Cell(Invisible)<<cellAttrsShift) == 0 && c&cellRune != 0 {
				sum += int(c&0xff) + attributeSum(c)
			} else {
				sum += t.screen.tables.textSum(c) + attributeSum(c)
			}
		}
	}
	return -sum
}

// tailSum is the sum of the right half of a wide character, U+FFFF in xterm.
const tailSum = 0xff

func (t *tables) textSum(c Cell) int {
	switch {
	case c.Tail():
		return tailSum
	case c&(cellRune|cellCluster) == 0 || c&(Cell(Invisible)<<cellAttrsShift) != 0:
		return ' '
	case c&cellCluster != 0:
		first, _ := utf8.DecodeRuneInString(t.clusters.list[c&cellRune])
		return int(first) & 0xff
	}
	return int(c & 0xff)
}

// attributeSum returns the sum of the attributes of a cell: 0x80 for bold, 0x40 for
// blinking, 0x20 for inverse, 0x10 for a single underline.
func attributeSum(c Cell) int {
	const bold, blink, inverse = Cell(Bold) << cellAttrsShift, Cell(Blink) << cellAttrsShift, Cell(Inverse) << cellAttrsShift
	sum := c&bold/(bold/0x80) | c&blink/(blink/0x40) | c&inverse/(inverse/0x20)
	if c&cellUnderline == underlined {
		sum += 0x10
	}
	return int(sum)
}

// xtsmgraphics reports the limits of sixels (XTSMGRAPHICS): the number of colours, and the
// size of a picture. They are fixed. Other requests have no reply, so that no reply is a request.
func (t *Terminal) xtsmgraphics(s *parser.Sequence) {
	action := s.At(1, 0)
	if !t.takesPictures() || action != 1 && action != 2 && action != 4 {
		return
	}
	switch s.At(0, 0) {
	case 1:
		t.replyIfShown("\x1b[?1;0;" + string(appendNumbers(nil, maxRegisters)) + "S")
	case 2:
		t.replyIfShown("\x1b[?2;0;" + string(appendNumbers(nil, picture.MaxSide, picture.MaxSide)) + "S")
	}
}

// maxRegisters is the number of colours of a picture in sixels.
const maxRegisters = 256
