package client

import "sync/atomic"

const (
	// readSize bounds a read of the keyboard, in bytes.
	readSize = 16 << 10

	// maxAhead bounds the bytes that are read ahead of the loop, so that the escape
	// key is found even if the loop hangs.
	maxAhead = 64 << 10
)

// keyReader passes the keyboard's input to the loop, in two goroutines: read and pass.
type keyReader struct {
	raw    chan []byte // from read to pass; closed at the end of the input
	keys   chan []byte // from pass to the loop; nil at the end of the input
	onQuit func(typed int64)
	// bracketedPaste is set while the terminal brackets pastes, which contain no
	// commands.
	bracketedPaste atomic.Bool
}

func newKeyReader(asked func(typed int64)) *keyReader {
	return &keyReader{raw: make(chan []byte), keys: make(chan []byte), onQuit: asked}
}

// read reads the keyboard and calls onQuit for the commands to quit and to detach. A read of a
// terminal cannot be interrupted, so read may run until the process ends.
func (p *keyReader) read(t *tty, escape escapeKey, done <-chan struct{}) {
	defer close(p.raw)
	in, typed := newInput(escape), int64(0)
	for {
		keys := make([]byte, readSize)
		n, err := t.keyboard.Read(keys)
		if err != nil || n == 0 {
			return
		}
		in.splitter.Brackets = p.bracketedPaste.Load()
		typed += int64(n)
		if in.hasQuit(keys[:n]) {
			p.onQuit(typed)
		}
		select {
		case p.raw <- keys[:n]:
		case <-done:
			return
		}
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
			ahead = nil
		case <-done:
			return
		}
	}
}
