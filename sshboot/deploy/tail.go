package deploy

import (
	"strings"
	"sync"

	"gm/internal/sanitize"
)

// maxTail bounds the text that a tail retains, in bytes.
const maxTail = 4096

// tail retains the end of the text written to it. It is safe for concurrent use.
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

func (t *tail) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = t.text[:0]
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}

func (t *tail) suffix() string { return quotedSuffix(t.String()) }

// maxTailLines bounds the lines of the host in a message.
const maxTailLines = 10

// quotedSuffix returns the end of a message with the last lines of text, if there are any.
func quotedSuffix(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > maxTailLines {
		text = "...\n" + strings.Join(lines[len(lines)-maxTailLines:], "\n")
	}
	if text = sanitize.Quoted(text); text != "" {
		return ":" + text
	}
	return ""
}
