package vt

// Execute does a C0 control.
func (p *performer) Execute(c byte) {
	t := (*Terminal)(p)
	switch c {
	case '\n', '\v', '\f':
		t.lineFeed()
	case '\r':
		t.carriageReturn()
	case '\b':
		t.backward(1)
	case '\t':
		t.tab(1)
	case '\a':
		t.screen.Bells++
	case 0x0e: // SO
		t.sets.left = 1
		t.setsChanged()
	case 0x0f: // SI
		t.sets.left = 0
		t.setsChanged()
	default:
		return
	}
	t.last.valid = false
}

// NewLine is CR and LF, which most lines of output end with.
func (p *performer) NewLine() {
	t := (*Terminal)(p)
	t.last.valid = false
	c := &t.screen.Cursor
	if t.margin != t.screen.whole() {
		t.carriageReturn()
		t.lineFeed()
		return
	}
	c.X, c.PendingWrap = 0, false
	if c.Y < t.margin.bottom {
		c.Y++
	} else {
		t.scrollLine(0)
	}
}

// lineFeed is IND, and CR too in new line mode (LNM).
func (t *Terminal) lineFeed() {
	t.index()
	if t.modes.has(lnm) {
		t.carriageReturn()
	}
}

// EscDispatch does an escape sequence.
func (p *performer) EscDispatch(inter uint16, final byte) {
	t := (*Terminal)(p)
	t.last.valid = false
	if inter != 0 {
		t.escapeSet(inter, final)
		return
	}
	switch final {
	case 'D':
		t.index()
	case 'E':
		t.index()
		t.carriageReturn()
	case 'H':
		t.setTab()
	case 'M':
		t.reverseIndex()
	case 'V':
		t.startProtected()
	case 'W':
		t.protect(false)
	case '6':
		t.backIndex()
	case '7':
		t.saveCursor()
	case '8':
		t.restoreCursor()
	case '9':
		t.forwardIndex()
	case '=':
		t.setMode(decnkm, true)
	case '>':
		t.setMode(decnkm, false)
	case 'c':
		t.reset()
	case 'Z':
		t.primaryAttributes()
	default:
		t.sets.shift(final)
		t.setsChanged()
	}
}

// escapeSet does an escape sequence with intermediates.
func (t *Terminal) escapeSet(inter uint16, final byte) {
	switch {
	case inter == '#' && final == '8':
		t.alignment()
		return
	case inter == '#' && final >= '3' && final <= '6':
		t.setLineAttribute(final)
		return
	}
	t.designate(inter, final)
}
