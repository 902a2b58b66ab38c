package sanitize

import (
	"io"
	"sync"
)

// Writer cleans a stream like [Text], without a limit of its length. It is safe for
// concurrent use.
type Writer struct {
	mu  sync.Mutex
	out io.Writer
	f   filter
	buf []byte
}

// NewWriter returns a Writer that writes to out.
func NewWriter(out io.Writer) *Writer { return &Writer{out: out} }

// NewTerminalWriter returns a Writer for a dialogue on a terminal. It keeps backspaces,
// which erase the user's input.
func NewTerminalWriter(out io.Writer) *Writer { return &Writer{out: out, f: filter{keepsBS: true}} }

// Write writes the clean form of p at once, except for an incomplete character at its
// end.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = w.f.append(w.buf[:0], p, false)
	if _, err := w.out.Write(w.buf); err != nil {
		return 0, err
	}
	return len(p), nil
}
