package client

import (
	"errors"
	"io"
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

func TestWriter(t *testing.T) {
	r, out := io.Pipe()
	w := newWriter(out)
	go w.run()
	defer w.close()
	w.start(nil)
	if w.busy {
		t.Error("busy with nothing")
	}
	w.start(append(w.buffer(), "frame"...))
	if !w.busy {
		t.Error("not busy with a frame")
	}
	b := make([]byte, 5)
	if _, err := io.ReadFull(r, b); err != nil || string(b) != "frame" {
		t.Errorf("written %q, %v", b, err)
	}
	if err := w.wrote(<-w.done); err != nil || w.busy {
		t.Errorf("after the frame: %v, busy %v", err, w.busy)
	}
	gone := errors.New("gone")
	r.CloseWithError(gone)
	w.start([]byte("x"))
	if err := w.wrote(<-w.done); !errors.Is(err, gone) {
		t.Errorf("the error is %v", err)
	}
}

func TestWriterAbandon(t *testing.T) {
	r, out := io.Pipe()
	w := newWriter(out)
	go w.run()
	defer w.close()
	w.start(make([]byte, 3*writeSize))
	if _, err := io.ReadFull(r, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	w.abandon()
	if n, err := io.ReadFull(r, make([]byte, writeSize-1)); err != nil {
		t.Fatalf("the current write ends after %d bytes: %v", n, err)
	}
	rest := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(r)
		rest <- b
	}()
	if err := <-w.done; err != nil {
		t.Error(err)
	}
	out.Close()
	if b := <-rest; len(b) > 0 {
		t.Errorf("%d more bytes are written", len(b))
	}
}
