package deploy

import (
	"sync"

	"gm/internal/sanitize"
)

// maxTail bounds what is kept of what a host prints, in bytes.
const maxTail = 4096

// tail keeps the end of what is written to it. It is safe for concurrent use.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if n := len(t.text); n > maxTail {
		t.text = append(t.text[:0], t.text[n-maxTail:]...)
	}
	return len(b), nil
}

// reset forgets what was written.
func (t *tail) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = t.text[:0]
}

// suffix returns the text to follow a message. It is empty if there is none.
func (t *tail) suffix() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text := sanitize.Quoted(string(t.text)); text != "" {
		return ":" + text
	}
	return ""
}
