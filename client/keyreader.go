package client

import (
	"errors"
	"os"
	"slices"
	"sync/atomic"
	"time"
)

const (
	// readSize bounds a read of the keyboard, in bytes.
	readSize = 16 << 10

	// maxAhead bounds the bytes that are read ahead of the loop, so that the escape
	// key is found even if the loop hangs.
	maxAhead = 64 << 10
)

// keyReader passes the keyboard's input to the loop, in two goroutines: read, and pass
// for what the loop does not receive at once.
type keyReader struct {
	raw    chan []byte // from read to pass; closed at the end of the input
	keys   chan []byte // to the loop, from pass if any input waits there; nil at the end
	onQuit func(typed int64)
	// passed is the number of bytes that read has sent to pass and the loop has not
	// received. Only read increases it.
	passed atomic.Int64
	// bracketedPaste is set while the terminal brackets pastes, which contain no
	// commands.
	bracketedPaste atomic.Bool
	resumed        chan struct{} // has an element after resume
}

func newKeyReader(asked func(typed int64)) *keyReader {
	return &keyReader{raw: make(chan []byte), keys: make(chan []byte), onQuit: asked, resumed: make(chan struct{}, 1)}
}

// read reads the keyboard and calls onQuit for the commands to quit and to detach. A read of a
// terminal cannot be interrupted, so read may run until the process ends.
func (p *keyReader) read(t *tty, escape escapeKey, done <-chan struct{}) {
	defer close(p.raw)
	in, typed, buf := newInput(escape), int64(0), make([]byte, readSize)
	for {
		n, err := t.keyboard.Read(buf)
		if p.awaitResume(err, done) {
			continue
		}
		if err != nil || n == 0 {
			return
		}
		keys := slices.Clone(buf[:n])
		in.splitter.Brackets = p.bracketedPaste.Load()
		typed += int64(n)
		if in.hasQuit(keys) {
			p.onQuit(typed)
		}
		if !p.send(keys, done) {
			return
		}
	}
}

// send passes keys to the loop, behind those that wait in pass. It reports whether done
// is open.
func (p *keyReader) send(keys []byte, done <-chan struct{}) bool {
	if p.passed.Load() == 0 {
		select {
		case p.keys <- keys:
			return true
		default:
		}
	}
	p.passed.Add(int64(len(keys)))
	select {
	case p.raw <- keys:
		return true
	case <-done:
		return false
	}
}

func (i *input) hasQuit(keys []byte) (quits bool) {
	var command command
	var out []byte
	for {
		t, rest, ok := i.splitter.Next(keys)
		if !ok {
			return quits
		}
		keys = rest
		out, command = i.next(out[:0], &t)
		quits = quits || command == commandQuit || command == commandDetach
	}
}

// pause ends the read of the keyboard that is under way, and the next one begins after
// resume. It reports whether that is possible.
func (p *keyReader) pause(k *keyboard) bool { return k.SetReadDeadline(time.Unix(1, 0)) == nil }

func (p *keyReader) resume(k *keyboard) {
	k.SetReadDeadline(time.Time{})
	select {
	case p.resumed <- struct{}{}:
	default: // not waited for the last time
	}
}

// awaitResume waits after an error of a read. It reports whether the read is repeated.
func (p *keyReader) awaitResume(err error, done <-chan struct{}) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return false
	}
	select {
	case <-p.resumed:
		return true
	case <-done:
		return false
	}
}

// pass buffers the input until the loop receives it.
func (p *keyReader) pass(done <-chan struct{}) {
	var ahead []byte
	for raw, ended := p.raw, false; ; {
		var keys chan []byte
		if len(ahead) > 0 || ended {
			keys = p.keys
		}
		in := raw
		if len(ahead) >= maxAhead {
			in = nil
		}
		select {
		case b, more := <-in:
			if ahead = append(ahead, b...); !more {
				raw, ended = nil, true
			}
		case keys <- ahead:
			if ahead == nil {
				return
			}
			p.passed.Add(-int64(len(ahead)))
			ahead = nil
		case <-done:
			return
		}
	}
}
