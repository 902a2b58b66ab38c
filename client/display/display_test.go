package display

import (
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
		d := New(dialect)
		user.Write(d.Start(nil, 20, 4))
		program := vt.NewTerminal(20, 4, vt.Options{})
		program.Write([]byte("\x1b]2;in\a\x1b[?25l\x1b[?5h\x1b[?1003;1006;2004;1004;1007h\x1b[4 q\x1b[31mtext"))
		user.Write(d.Frame(nil, program.Snapshot(), ScrolledOff{}))
		if !user.AlternateScreen() || user.ApplicationCursorKeys() == dialect.KeyModes || user.Snapshot().RowText(0) != "text" {
			t.Fatalf("%+v: the screen is not shown", dialect)
		}
		user.Write(d.Stop(nil))
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
	d := &Display{dialect: vt.Full(), NoInit: true}
	out := d.Start(nil, 20, 4)
	s := vt.NewScreen(20, 6)
	s.DrawText(0, 0, "one", vt.Rendition{})
	s.DrawText(0, 2, "three", vt.Rendition{})
	out = d.Stop(d.Frame(out, s, ScrolledOff{}))
	if strings.Contains(string(out), "1049") {
		t.Error("the alternate screen is used")
	}
	user.Write(append(out, "bye"...))
	if got := user.Snapshot().Text(); got != "one\n\nthree\nbye" {
		t.Errorf("left: %q", got)
	}
	d.Start(nil, 20, 4)
	if out := d.Stop(nil); !strings.Contains(string(out), string(vt.AppendUndo(nil, d.dialect, vt.Traces{}))) {
		t.Error("before the first frame, stop leaves modes")
	}
}

func TestDisplayWritesTheDifference(t *testing.T) {
	d := New(vt.Full())
	s := vt.NewScreen(20, 4)
	s.DrawText(0, 0, "a long line", vt.Rendition{})
	first := len(d.Frame(nil, s, ScrolledOff{}))
	if out := d.Frame(nil, s.Clone(), ScrolledOff{}); len(out) != 0 {
		t.Errorf("the same screen again takes %q", out)
	}
	d.Repaint()
	if again := len(d.Frame(nil, s, ScrolledOff{})); again != first {
		t.Errorf("repainted with %d bytes, painted with %d", again, first)
	}
}

// TestDisplayKeys: frames set the modes of the keyboard in the user's terminal, also
// after a repaint. DECBKM is reset only if a frame has set it.
func TestDisplayKeys(t *testing.T) {
	d := New(vt.UserTerminal("xterm-256color", ""))
	d.dialect.KeyModes = true
	user, program := vt.NewTerminal(20, 4, vt.Options{}), vt.NewTerminal(20, 4, vt.Options{})
	user.Write(d.Start(nil, 20, 4))
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
		user.Write(d.Frame(nil, program.Snapshot(), ScrolledOff{}))
		if got := user.Snapshot().Modes; got != c.want {
			t.Errorf("after %q: %+v", c.output, got)
		}
		d.Repaint()
		user.Write(d.Frame(nil, program.Snapshot(), ScrolledOff{}))
		if got := user.Snapshot().Modes; got != c.want {
			t.Errorf("after %q and a repaint: %+v", c.output, got)
		}
	}
	program.Write([]byte("\x1b[?67h"))
	user.Write(d.Frame(nil, program.Snapshot(), ScrolledOff{}))
	program.Write([]byte("\x1b[?67l"))
	d.Repaint()
	user.Write(d.Frame(nil, program.Snapshot(), ScrolledOff{}))
	if got := user.Snapshot().Modes; got.BackArrow {
		t.Error("DECBKM stays set over a repaint")
	}
	before := vt.NewTerminal(20, 4, vt.Options{})
	before.Write([]byte("\x1b[?67h"))
	d = New(d.dialect)
	before.Write(d.Stop(d.Frame(d.Start(nil, 20, 4), vt.NewScreen(20, 4), ScrolledOff{})))
	if got := before.Snapshot().Modes; got != (vt.Modes{BackArrow: true}) {
		t.Errorf("a terminal with DECBKM is left with %+v", got)
	}
}

// TestRepaintKeepsBackArrow: a repaint does not reset DECBKM while the program has it set.
func TestRepaintKeepsBackArrow(t *testing.T) {
	d := New(vt.Full())
	s := vt.NewScreen(20, 4)
	s.Modes.BackArrow = true
	d.Frame(nil, s, ScrolledOff{})
	d.Repaint()
	if out := string(d.Frame(nil, s, ScrolledOff{})); strings.Contains(out, resetDECBKM) {
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
