package client

import (
	"errors"
	"strings"
	"testing"
)

// TestWriteAtOnce writes a frame to terminals that take the first bytes of it at once.
func TestWriteAtOnce(t *testing.T) {
	long, gone := strings.Repeat("x", writeSize+100), errors.New("gone")
	for name, c := range map[string]struct {
		frame string
		takes int
		err   error
		rest  string // for the goroutine
		busy  bool
	}{
		"nothing":    {frame: "", takes: 10},
		"all":        {frame: "frame", takes: 10},
		"a part":     {frame: "frame", takes: 2, rest: "ame", busy: true},
		"none":       {frame: "frame", takes: 0, rest: "frame", busy: true},
		"long":       {frame: long, takes: len(long), rest: long[writeSize:], busy: true},
		"hung up":    {frame: "frame", takes: 0, err: gone, busy: true},
		"hung up at": {frame: "frame", takes: 2, err: gone, busy: true},
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			w := newWriter(nil)
			w.atOnce = func(p []byte) (int, error) {
				n := min(len(p), c.takes)
				got += string(p[:n])
				return n, c.err
			}
			w.start([]byte(c.frame))
			if w.busy != c.busy {
				t.Errorf("busy is %v, want %v", w.busy, c.busy)
			}
			select {
			case rest := <-w.frames:
				if got += string(rest); string(rest) != c.rest || got != c.frame {
					t.Errorf("%d bytes are left to the goroutine, want %d", len(rest), len(c.rest))
				}
			case err := <-w.done:
				if err != c.err {
					t.Errorf("the error is %v, want %v", err, c.err)
				}
			default:
				if got != c.frame || c.busy {
					t.Errorf("%q was written, want %q", got, c.frame)
				}
			}
		})
	}
}
