package passage

import "bytes"

// Part is a part of a passage. A control mode has one part that begins it, any number with
// Data, and one that ends it. A Clipboard is one part. A file has a part for each command.
type Part struct {
	Kind   Kind
	Begins bool // of a control mode
	Ends   bool
	// Selection is that of a Clipboard, whose Data is base64. A later text for the selection,
	// on the screen, replaces a Clipboard without Data.
	Selection string
	Data      []byte
}

// Queue has the passages of a program's output that the session has not taken yet. The zero
// Queue is empty.
type Queue struct {
	control   *Control // of the control mode under way; nil outside of one
	multipart bool     // parts of a file follow
	parts     []Part
}

// Names of commands with files.
var (
	multipart = []byte("MultipartFile=")
	filePart  = []byte("FilePart=")
	fileEnd   = []byte("FileEnd")
)

// BeginControl begins a control mode, after DCS 1000 p.
func (q *Queue) BeginControl() {
	q.control = &Control{}
	q.parts = append(q.parts, Part{Kind: ControlMode, Begins: true})
}

// InControl reports whether a control mode is under way.
func (q *Queue) InControl() bool { return q.control != nil }

// Add adds output of a control mode under way. It returns how many bytes belong to that,
// and whether it ends after them.
func (q *Queue) Add(b []byte) (n int, over bool) {
	n, over = q.control.Next(b)
	if n > 0 {
		q.parts = append(q.parts, Part{Kind: ControlMode, Data: bytes.Clone(b[:n])})
	}
	if over {
		q.control = nil
		q.parts = append(q.parts, Part{Kind: ControlMode, Ends: true})
	}
	return n, over
}

// Transfer adds an operating system command if it is a text for the clipboard that is too
// long for a screen, or part of a file. It reports whether it is.
func (q *Queue) Transfer(osc []byte) bool {
	if text, ok := FileCommand(osc); ok {
		part := bytes.HasPrefix(text, filePart) || bytes.Equal(text, fileEnd)
		if part && !q.multipart {
			return true // of a file that was refused
		}
		q.multipart = part && !bytes.Equal(text, fileEnd) || bytes.HasPrefix(text, multipart)
		q.parts = append(q.parts, Part{Kind: File, Ends: !q.multipart, Data: text})
		return true
	}
	selection, data, ok := longClipboard(osc)
	if ok {
		q.parts = append(q.parts, Part{Kind: Clipboard, Ends: true, Selection: selection, Data: data})
	}
	return ok
}

// Replace has a text of the screen replace a Clipboard for the same selection.
func (q *Queue) Replace(selection string) {
	q.parts = append(q.parts, Part{Kind: Clipboard, Selection: selection})
}

// Take returns the parts since the last call.
func (q *Queue) Take() []Part {
	parts := q.parts
	q.parts = nil
	return parts
}
