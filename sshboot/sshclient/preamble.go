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
	// maxPreamble is the longest text before a host's version, in bytes. ssh accepts 1024
	// lines of up to 8192 bytes.
	maxPreamble = 1 << 20
	// maxPreambleShown is the length of its beginning shown in messages, in bytes.
	maxPreambleShown = 512
	// versionPrefix starts the host's version.
	versionPrefix = "SSH-"
)

var errNoVersion = errors.New("it sends no SSH version")

// preambleReader is a connection without the lines that a host may send before its version
// (RFC 4253, section 4.2). The SSH library accepts only short ones.
type preambleReader struct {
	net.Conn
	start    []byte // start of a line that may be the version
	skipping bool   // whether the current line is not the version
	total    int    // bytes read
	begun    bool   // whether the version has started
	passed   []byte // bytes from the version on that Read has not returned yet
	onBegin  func() // called when the version has started; may be nil

	mu   sync.Mutex
	text []byte // beginning of the preamble, at most maxPreambleShown bytes
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

// Write writes to the connection. The first write may fail if the host closes the
// connection before it sends a version. Write then reads the host's text, because the SSH
// library does not.
func (r *preambleReader) Write(b []byte) (int, error) {
	n, err := r.Conn.Write(b)
	if err != nil {
		r.drain()
	}
	return n, err
}

// drain reads up to the host's version, for at most subprocess.WaitDelay.
func (r *preambleReader) drain() {
	defer time.AfterFunc(subprocess.WaitDelay, func() { r.Conn.Close() }).Stop()
	for b := make([]byte, 512); !r.begun; {
		if _, err := r.Read(b); err != nil {
			return
		}
	}
}

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
			if r.onBegin != nil {
				r.onBegin()
			}
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

// preamble returns the beginning of the text before the version, as one line.
func (r *preambleReader) preamble() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return sanitize.Line(string(r.text))
}

func (r *preambleReader) seen() string {
	if text := r.preamble(); text != "" {
		return "; so far it has sent: " + text
	}
	return ""
}
