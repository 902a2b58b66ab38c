package parser

import "bytes"

// Limits of control strings, in bytes. A longer one is discarded.
const (
	maxString          = 64 << 10
	MaxClipboardString = 1 << 20 // OSC 52

	// base64Head bounds the part of a picture's command before its data.
	base64Head = 4 << 10
)

// Names of the strings that may be longer.
var (
	clipboardName = []byte("52;")
	fileNames     = [][]byte{[]byte("1337;File="), []byte("1337;MultipartFile="), []byte("1337;FilePart=")}
)

// maxName is the length of the longest of them.
const maxName = len("1337;MultipartFile=")

// textBuffer collects a control string.
type textBuffer struct {
	data     []byte
	overflow bool
	// clipboard is set if an OSC 52 was too long.
	clipboardOverflow bool
	// picture is the limit of a string that is one of a picture's; 0 for others.
	picture int
}

func (t *textBuffer) reset() {
	t.overflow, t.clipboardOverflow, t.picture = false, false, 0
	t.data = t.data[:0]
	if cap(t.data) > maxString {
		t.data = nil
	}
}

// append adds bytes. transfer is the limit of strings that are for the user's terminal, if it
// is above that of others.
func (t *textBuffer) append(b []byte, transfer int) {
	if t.overflow {
		return
	}
	if room := maxName - len(t.data); room > 0 && len(b) > room { // the name decides on the limit
		t.append(b[:room], transfer)
		b = b[room:]
	}
	if limit := t.limit(transfer); len(t.data)+len(b) > limit {
		clipboard := bytes.HasPrefix(t.data, clipboardName)
		t.reset()
		t.overflow, t.clipboardOverflow = true, clipboard
		return
	}
	t.data = append(t.data, b...)
}

func (t *textBuffer) limit(transfer int) int {
	if t.picture > 0 {
		return t.picture
	}
	if bytes.HasPrefix(t.data, clipboardName) {
		return max(MaxClipboardString, transfer)
	}
	for _, name := range fileNames {
		if bytes.HasPrefix(t.data, name) {
			return max(maxString, transfer)
		}
	}
	return maxString
}

func (p *Parser) beginString(s state) {
	p.state, p.stringState = s, s
	p.text.reset()
}

// beginAPC begins an application program command. One that is not of kitty's graphics
// protocol is skipped.
func (p *Parser) beginAPC() {
	if p.MaxPicture == 0 {
		p.beginString(skipString)
		return
	}
	p.beginString(apcString)
	p.text.picture = p.MaxPicture/3*4 + base64Head
}

// beginDCS begins a device control string.
func (p *Parser) beginDCS() {
	p.beginString(dcsString)
	if p.seq.Final == 'q' && p.seq.Marker == 0 && p.seq.Intermediates == 0 {
		p.text.picture = p.MaxPicture
	}
}

func (p *Parser) stringRun(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= 0x20 && b[n] < 0x80 {
		n++
	}
	if n == 0 {
		p.stringByte(b[0])
		return 1
	}
	p.utf = decoder{}
	p.collect(b[:n])
	return n
}

// collect adds bytes to the control string.
func (p *Parser) collect(b []byte) {
	if p.state == apcString && len(p.text.data) == 0 && !p.text.overflow && b[0] != 'G' {
		p.state, p.stringState = skipString, skipString
	}
	if p.state != skipString {
		p.text.append(b, p.MaxTransfer)
	}
}

// stringByte handles one byte of a control string. A C1 control in it is 0xc2 and
// the control's byte.
func (p *Parser) stringByte(c byte) {
	high := p.utf.missing != 0
	p.utf = decoder{}
	switch {
	case c == esc:
		p.state = stringEscape
	case c == can || c == sub:
		p.text.reset()
		p.state = ground
		p.Performer.Execute(c)
	case c == bel && p.state == oscString:
		p.dispatchString("\a")
	case high && c >= 0x80 && c < 0xa0:
		p.stringC1(c)
	case c < 0x20 && p.state != dcsString || p.state == skipString && c != 0xc2:
	default:
		if c == 0xc2 {
			p.utf.missing = 1
		}
		p.ascii[0] = c
		p.collect(p.ascii[:])
	}
}

func (p *Parser) stringC1(c byte) {
	if c != 0x9c {
		p.c1(rune(c))
		return
	}
	p.text.data = bytes.TrimSuffix(p.text.data, []byte{0xc2})
	p.dispatchString("\x1b\\")
}

func (p *Parser) endString(c byte) {
	p.state = p.stringState
	if c == '\\' {
		p.dispatchString("\x1b\\")
		return
	}
	p.text.reset()
	p.enterEscape()
	p.asciiByte(c)
}

// passHooked passes b to the hook. If that ends, the rest is parsed as output again.
func (p *Parser) passHooked(b []byte) int {
	n, over := p.Performer.Hooked(b)
	if over {
		p.state = ground
	}
	return n
}

func (p *Parser) dispatchString(st string) {
	was, over := p.state, p.text.overflow
	p.state = ground
	switch {
	case over && was == oscString && p.text.clipboardOverflow:
		p.Performer.RefuseClipboard()
	case over || was == skipString:
	case was == oscString:
		p.Performer.OSCDispatch(p.text.data, st)
	case was == apcString:
		p.Performer.APCDispatch(p.text.data)
	default:
		p.Performer.DCSDispatch(&p.seq, p.text.data)
	}
	p.text.reset()
}
