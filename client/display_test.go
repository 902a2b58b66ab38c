package client

import (
	"errors"
	"io"
	"strings"
	"testing"

	"gm/vt"
)

func TestDisplayRestoresTheTerminal(t *testing.T) {
	stock := vt.Full()
	stock.KeyModes = false
	for _, dialect := range []vt.Dialect{vt.Full(), stock, vt.UserTerminal("xterm-256color", ""), vt.UserTerminal("linux", "")} {
		user := vt.NewTerminal(20, 4, vt.Options{})
		user.Write([]byte("\x1b]2;before\aprompt"))
		d := display{dialect: dialect}
		user.Write(d.start(nil))
		program := vt.NewTerminal(20, 4, vt.Options{})
		program.Write([]byte("\x1b]2;in\a\x1b[?25l\x1b[?5h\x1b[?1003;1006;2004;1004;1007h\x1b[4 q\x1b[31mtext"))
		user.Write(d.frame(nil, program.Snapshot()))
		if !user.AlternateScreen() || user.ApplicationCursorKeys() == dialect.KeyModes || user.Snapshot().RowText(0) != "text" {
			t.Fatalf("%+v: the screen is not shown", dialect)
		}
		user.Write(d.stop(nil))
		s := user.Snapshot()
		if user.AlternateScreen() || user.ApplicationCursorKeys() || s.Modes != (vt.Modes{}) || s.Cursor.Hidden || s.Cursor.Shape != 0 {
			t.Errorf("left with modes %+v, cursor %+v", s.Modes, s.Cursor)
		}
		if s.Pen != (vt.Rendition{}) || s.Title != "before" || s.RowText(0) != "prompt" {
			t.Errorf("left with pen %+v, title %q, text %q", s.Pen, s.Title, s.RowText(0))
		}
		if reply := user.TakeReplies(nil); len(reply) > 0 {
			t.Errorf("the terminal is made to answer %q", reply)
		}
	}
}

func TestDisplayWithoutInit(t *testing.T) {
	user := vt.NewTerminal(20, 6, vt.Options{})
	d := display{dialect: vt.Full(), noInit: true}
	out := d.start(nil)
	s := vt.NewScreen(20, 6)
	s.DrawText(0, 0, "one", vt.Rendition{})
	s.DrawText(0, 2, "three", vt.Rendition{})
	out = d.stop(d.frame(out, s))
	if strings.Contains(string(out), "1049") {
		t.Error("the alternate screen is used")
	}
	user.Write(append(out, "bye"...))
	if got := user.Snapshot().Text(); got != "one\n\nthree\nbye" {
		t.Errorf("left: %q", got)
	}
	d.start(nil)
	if out := d.stop(nil); !strings.Contains(string(out), string(vt.AppendUndo(nil, d.dialect, vt.Traces{}))) {
		t.Error("before the first frame, stop leaves modes")
	}
}

func TestDisplayWritesTheDifference(t *testing.T) {
	d := display{dialect: vt.Full()}
	s := vt.NewScreen(20, 4)
	s.DrawText(0, 0, "a long line", vt.Rendition{})
	first := len(d.frame(nil, s))
	if out := d.frame(nil, s.Clone()); len(out) != 0 {
		t.Errorf("the same screen again takes %q", out)
	}
	d.repaint()
	if again := len(d.frame(nil, s)); again != first {
		t.Errorf("repainted with %d bytes, painted with %d", again, first)
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

// TestDisplayKeys: frames set the modes of the keyboard in the user's terminal, also
// after a repaint. DECBKM is reset only if a frame has set it.
func TestDisplayKeys(t *testing.T) {
	d := display{dialect: vt.UserTerminal("xterm-256color", "")}
	d.dialect.KeyModes = true
	user, program := vt.NewTerminal(20, 4, vt.Options{}), vt.NewTerminal(20, 4, vt.Options{})
	user.Write(d.start(nil))
	for _, c := range []struct {
		output string
		want   vt.Modes
	}{
		{"", vt.Modes{}},
		{"\x1b[?1h\x1b=\x1b[?67h", vt.Modes{CursorKeys: true, Keypad: true, BackArrow: true}},
		{"\x1b[?1l", vt.Modes{Keypad: true, BackArrow: true}},
		{"\x1b[?67l", vt.Modes{Keypad: true}},
	} {
		program.Write([]byte(c.output))
		user.Write(d.frame(nil, program.Snapshot()))
		if got := user.Snapshot().Modes; got != c.want {
			t.Errorf("after %q: %+v", c.output, got)
		}
		d.repaint()
		user.Write(d.frame(nil, program.Snapshot()))
		if got := user.Snapshot().Modes; got != c.want {
			t.Errorf("after %q and a repaint: %+v", c.output, got)
		}
	}
	program.Write([]byte("\x1b[?67h"))
	user.Write(d.frame(nil, program.Snapshot()))
	program.Write([]byte("\x1b[?67l"))
	d.repaint()
	user.Write(d.frame(nil, program.Snapshot()))
	if got := user.Snapshot().Modes; got.BackArrow {
		t.Error("DECBKM stays set over a repaint")
	}
	before := vt.NewTerminal(20, 4, vt.Options{})
	before.Write([]byte("\x1b[?67h"))
	d = display{dialect: d.dialect}
	before.Write(d.stop(d.frame(d.start(nil), vt.NewScreen(20, 4))))
	if got := before.Snapshot().Modes; got != (vt.Modes{BackArrow: true}) {
		t.Errorf("a terminal with DECBKM is left with %+v", got)
	}
}

// TestRepaintKeepsBackArrow: a repaint does not reset DECBKM while the program has it set.
func TestRepaintKeepsBackArrow(t *testing.T) {
	d := display{dialect: vt.Full()}
	s := vt.NewScreen(20, 4)
	s.Modes.BackArrow = true
	d.frame(nil, s)
	d.repaint()
	if out := string(d.frame(nil, s)); strings.Contains(out, resetDECBKM) {
		t.Errorf("the repaint is %q", out)
	}
}

// TestUsedRows: the rows of the last screen that are left behind end with the last one
// that is not blank.
func TestUsedRows(t *testing.T) {
	for output, want := range map[string]int{
		"":                    0,
		"text":                1,
		"text\r\n":            1,
		"text\r\n\r\n":        2,
		"text\r\n\r\nmore":    3,
		"a\r\nb\r\nc\x1b[H":   3,
		"\x1b[4;1Hlast\x1b[H": 4,
	} {
		t.Run(output, func(t *testing.T) {
			term := vt.NewTerminal(20, 4, vt.Options{})
			term.Write([]byte(output))
			if got := usedRows(term.Snapshot()); got != want {
				t.Errorf("%d rows, want %d", got, want)
			}
		})
	}
}

// TestWriterAbandon: after abandon, the rest of a frame is not written.
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
