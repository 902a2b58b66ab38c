package passthrough

import "gm/vt/passage"

// cancelString ends a control string without effect (CAN, ST).
const cancelString = "\x18\x1b\\"

// fileCommand begins the command of iTerm2 for files.
const fileCommand = "1337;"

// transfer collects a text for the clipboard or a command with a file. It is written once it is whole, so
// that the terminal does not wait for the network in the middle of it, and shows the screen.
type transfer struct {
	head  string // the rest of the sequence before text
	text  []byte // the rest, with whole; before that, as far as it has arrived
	whole bool
	last  bool // nothing follows in its passage
}

// add adds bytes of a passage. It reports whether that is not too long.
func (t *transfer) add(kind passage.Kind, data []byte) bool {
	if t.text == nil && kind == passage.File {
		t.text = []byte(fileCommand)
	}
	if len(t.text)+len(data) > passage.MaxTransfer {
		return false
	}
	t.text = append(t.text, data...)
	return true
}

// complete makes a sequence for the terminal of the bytes that have arrived. It reports whether
// they are of the target's kind, and the terminal of r has a use for them.
func (t *transfer) complete(to passage.Target, r *Reader) bool {
	switch to.Kind {
	case passage.Clipboard:
		t.head = "\x1b]52;" + to.Selection + ";"
		t.whole = !r.NoOSC && len(t.text) > 0 && passage.IsBase64(t.text)
	case passage.File:
		text, ok := passage.FileCommand(t.text)
		t.head, t.text, t.whole = "\x1b]"+fileCommand, text, ok && r.ITerm2
	}
	return t.whole
}

// append appends the next bytes. over reports whether they are the last ones.
func (t *transfer) append(dst []byte) (out []byte, over bool) {
	dst = append(dst, t.head...)
	n := min(len(t.text), maxWrite)
	dst = append(dst, t.text[:n]...)
	if t.head, t.text = "", t.text[n:]; len(t.text) > 0 {
		return dst, false
	}
	return append(dst, endString...), true
}
