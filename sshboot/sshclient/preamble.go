package sshclient

import (
	"bytes"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"gm/internal/sanitize"
	"gm/internal/subprocess"
)

const (
	// maxPreamble bounds what a host may send before its version, in bytes. ssh
	// accepts 1024 lines of up to 8192 bytes.
	maxPreamble = 1 << 20
	// maxPreambleShown is how much of it is kept for messages, in bytes.
	maxPreambleShown = 512
	// versionPrefix begins the line of the host's version.
	versionPrefix = "SSH-"
)

var errNoVersion = errors.New("it sends no SSH version")

// preambleReader reads from a connection without the lines that a host may send
// before its version (RFC 4253, section 4.2), of which the SSH library accepts only
// short ones.
type preambleReader struct {
	net.Conn
	start    []byte // of a line that may be the version
	skipping bool   // the line is not
	total    int
	begun    bool   // the version has come
	passed   []byte // from the version on, not yet returned

	mu   sync.Mutex
	text []byte // the beginning of the preamble
}

func (r *preambleReader) Read(b []byte) (int, error) {
	for !r.begun {
		n, err := r.Conn.Read(b)
		r.scan(b[:n])
		switch r.total += n; {
		case r.begun:
		case r.total > maxPreamble:
			return 0, errNoVersion
		case err != nil:
			return 0, err
		}
	}
	if len(r.passed) == 0 {
		return r.Conn.Read(b)
	}
	n := copy(b, r.passed)
	r.passed = r.passed[n:]
	return n, nil
}

// Write writes to the connection. A host that closes it before it has sent a version may
// fail the first write: what it sent before is read then, as the SSH library closes the
// connection without doing so.
func (r *preambleReader) Write(b []byte) (int, error) {
	n, err := r.Conn.Write(b)
	if err != nil {
		r.drain()
	}
	return n, err
}

// drain reads what the host has sent before its version, for at most subprocess.WaitDelay.
func (r *preambleReader) drain() {
	defer time.AfterFunc(subprocess.WaitDelay, func() { r.Conn.Close() }).Stop()
	for b := make([]byte, 512); !r.begun; {
		if _, err := r.Read(b); err != nil {
			return
		}
	}
}

// scan looks for the version.
func (r *preambleReader) scan(b []byte) {
	for len(b) > 0 && !r.begun {
		if r.skipping {
			end := bytes.IndexByte(b, '\n') + 1
			r.skipping = end == 0
			if r.skipping {
				end = len(b)
			}
			r.keep(b[:end])
			b = b[end:]
			continue
		}
		r.start, b = append(r.start, b[0]), b[1:]
		switch {
		case string(r.start) == versionPrefix:
			r.begun, r.passed = true, append(r.start, b...)
		case !strings.HasPrefix(versionPrefix, string(r.start)):
			r.keep(r.start)
			r.skipping = r.start[len(r.start)-1] != '\n'
			r.start = r.start[:0]
		}
	}
}

func (r *preambleReader) keep(b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text = append(r.text, b[:min(len(b), maxPreambleShown-len(r.text))]...)
}

// preamble returns the beginning of what came before the version, on one line.
func (r *preambleReader) preamble() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return sanitize.Line(string(r.text))
}

// seen returns the preamble to follow a notice.
func (r *preambleReader) seen() string {
	if text := r.preamble(); text != "" {
		return "; so far it has sent: " + text
	}
	return ""
}
