package client

import "sync/atomic"

const (
	// readSize is the most that is read from the keyboard at once, in bytes.
	readSize = 16 << 10

	// maxAhead is how many bytes are read ahead of the loop, so that the escape key
	// is seen behind them when the loop hangs.
	maxAhead = 64 << 10
)

// keyReader is the way from the keyboard to the loop.
type keyReader struct {
	raw    chan []byte // what was read; closed at the end
	keys   chan []byte // the same for the loop; nil is the end
	onQuit func(typed int64)
	// bracketedPaste reports whether the terminal marks pastes, in which the escape key
	// is none.
	bracketedPaste atomic.Bool
}

func newKeyReader(asked func(typed int64)) *keyReader {
	return &keyReader{raw: make(chan []byte), keys: make(chan []byte), onQuit: asked}
}

// read reads what is typed, and looks for the keys that ask for the end. It can
// only be stopped by the end of the process: a read of a terminal cannot be
// interrupted.
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

// hasQuit reports whether keys have the command to quit.
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
		quits = quits || command == commandQuit
	}
}

// pass hands the loop what was read, when it takes it.
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
