//go:build unix

package controlsocket

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"gm/internal/forward"
)

// pipes returns the files of a program: its ends, and those of the test.
func pipes(t *testing.T) (files []*os.File, in io.WriteCloser, out, errs io.ReadCloser) {
	t.Helper()
	ends := make([]*os.File, 6)
	for i := 0; i < len(ends); i += 2 {
		var err error
		if ends[i], ends[i+1], err = os.Pipe(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ends[i].Close(); ends[i+1].Close() })
	}
	return []*os.File{ends[0], ends[3], ends[5]}, ends[1], ends[2], ends[4]
}

func readAll(r io.Reader) string {
	text, _ := io.ReadAll(r)
	return string(text)
}

func TestRun(t *testing.T) {
	c := newMaster(t, &recorder{})
	files, in, out, errs := pipes(t)
	io.WriteString(in, "text")
	in.Close()
	status, err := c.Run(Program{Command: "command", Subsystem: true}, files)
	files[1].Close()
	files[2].Close()
	if o, e := readAll(out), readAll(errs); status != 7 || err != nil || o != "text" || e != "command true" {
		t.Errorf("status %d, %v, %q, %q", status, err, o, e)
	}
}

// A connection has no standard error, and no exit status.
func TestRunConnection(t *testing.T) {
	for _, a := range []forward.Address{{Host: "a", Port: 80}, {Path: "/a/b"}} {
		c := newMaster(t, &recorder{})
		files, in, out, _ := pipes(t)
		io.WriteString(in, "text")
		in.Close()
		_, err := c.Run(Program{Connect: a}, files)
		files[1].Close()
		if o := readAll(out); err != nil || o != "text" {
			t.Errorf("%v: %v, %q", a, err, o)
		}
	}
}

func TestRunRefused(t *testing.T) {
	for _, c := range []struct {
		r    *recorder
		want string
	}{{&recorder{err: errors.New("no such program")}, "no such program"}, {&recorder{denies: true}, "Permission denied"}} {
		files, _, _, _ := pipes(t)
		_, err := newMaster(t, c.r).Run(Program{}, files)
		if !errors.Is(err, ErrRefused) || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// A session with a terminal is refused, so that its client logs in by itself.
func TestTerminalIsRefused(t *testing.T) {
	c := newMaster(t, &recorder{})
	files, _, _, _ := pipes(t)
	c.next = 1
	if err := write(c.conn, typeNewSession, 1, newSession{Terminal: 1}); err != nil {
		t.Fatal(err)
	}
	if err := sendFiles(c.conn, files); err != nil {
		t.Fatal(err)
	}
	if m, err := read(c.conn); err != nil || m.Type != typeFailure || !strings.Contains(string(m.Rest), "terminal") {
		t.Errorf("%+v, %v", m, err)
	}
}

// The end of the client ends the program, and leaves its input to other readers.
func TestClientEnds(t *testing.T) {
	r := &recorder{waiting: make(chan bool)}
	c := newMaster(t, r)
	files, in, _, _ := pipes(t)
	go c.Run(Program{Command: "wait"}, files)
	<-r.waiting
	c.Close()
	if got := <-r.exited; got != "cancelled" {
		t.Error(got)
	}
	io.WriteString(in, "x")
	if n, err := files[0].Read(make([]byte, 1)); n != 1 || err != nil {
		t.Error(n, err)
	}
}

// Close ends a Read that waits.
func TestFileClose(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	f, err := newFile(r)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := f.Read(make([]byte, 1))
		ended <- err
	}()
	f.Close()
	if err := <-ended; err == nil {
		t.Error("read")
	}
}
