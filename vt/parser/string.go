package parser

import "bytes"

// Limits of the strings that a sequence may carry, in bytes. A longer one is
// dropped whole.
const (
	maxString          = 64 << 10
	MaxClipboardString = 1 << 20 // OSC 52
)

// textBuffer gathers a control string.
type textBuffer struct {
	data []byte
	over bool
	// clipboard: it is OSC 52 that was too long.
	clipboard bool
}

// drop forgets the string, and its memory if it was a large one.
func (t *textBuffer) drop() {
	t.over, t.clipboard = false, false
	t.data = t.data[:0]
	if cap(t.data) > maxString {
		t.data = nil
	}
}

func (t *textBuffer) append(b []byte) {
	if t.over {
		return
	}
	limit := maxString
	if len(t.data) >= 3 && string(t.data[:3]) == "52;" {
		limit = MaxClipboardString
	}
	if len(t.data)+len(b) > limit {
		// The first bytes decide which limit it is: they may be in b.
		if len(t.data) < 3 && len(b) >= 3 {
			t.append(b[:3])
			t.append(b[3:])
			return
		}
		t.drop()
		t.over, t.clipboard = true, limit == MaxClipboardString
		return
	}
	t.data = append(t.data, b...)
}

func (p *Parser) beginString(s state) {
	p.state, p.within = s, s
	p.text.drop()
}

// string takes what it can of a control string's body, at least one byte.
func (p *Parser) string(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= 0x20 && b[n] < 0x80 {
		n++
	}
	if n == 0 {
		p.stringByte(b[0])
		return 1
	}
	p.utf = decoder{}
	if p.state != skipString {
		p.text.append(b[:n])
	}
	return n
}

// stringByte takes one byte of a control string. A C1 control in it is C2 and
// the control's byte.
func (p *Parser) stringByte(c byte) {
	high := p.utf.need != 0
	p.utf = decoder{}
	switch {
	case c == esc:
		p.state = stringEscape
	case c == can || c == sub:
		p.text.drop()
		p.state = ground
		p.Performer.Execute(c)
	case c == bel && p.state == oscString:
		p.finish("\a")
	case high && c >= 0x80 && c < 0xa0:
		p.stringC1(c)
	case c < 0x20 && p.state != dcsString || p.state == skipString && c != 0xc2:
	default:
		if c == 0xc2 {
			p.utf.need = 1
		}
		if p.state != skipString {
			p.ascii[0] = c
			p.text.append(p.ascii[:])
		}
	}
}

func (p *Parser) stringC1(c byte) {
	if c != 0x9c {
		p.c1(rune(c))
		return
	}
	p.text.data = bytes.TrimSuffix(p.text.data, []byte{0xc2})
	p.finish("\x1b\\")
}

// endString takes the byte after ESC in a control string: a backslash makes it
// ST, anything else aborts the string.
func (p *Parser) endString(c byte) {
	p.state = p.within
	if c == '\\' {
		p.finish("\x1b\\")
		return
	}
	p.text.drop()
	p.enterEscape()
	p.char(c)
}

// finish hands over the string, unless it was too long.
func (p *Parser) finish(st string) {
	was, over := p.state, p.text.over
	p.state = ground
	switch {
	case over && was == oscString && p.text.clipboard:
		p.Performer.RefuseClipboard()
	case over || was == skipString:
	case was == oscString:
		p.Performer.OSCDispatch(p.text.data, st)
	default:
		p.Performer.DCSDispatch(&p.seq, p.text.data)
	}
	p.text.drop()
}
