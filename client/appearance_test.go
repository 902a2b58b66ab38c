package client

import (
	"testing"
	"time"

	"gm/client/picture"
	"gm/vt"
	"gm/wire/state"
)

func appearanceSettings() settings {
	s := plainSettings()
	s.extensions = state.ExtAppearance
	return s
}

func TestAppearanceIsSent(t *testing.T) {
	w := newWorld(t, "delay=50ms,loss=20%", appearanceSettings())
	w.client.handleResize(w.Now, windowSize{worldCols, worldRows, 400, 120})
	w.Run(time.Second)
	if w.looks != (state.Appearance{Width: 400, Height: 120}) {
		t.Errorf("the server received %+v", w.looks)
	}
	light := vt.Theme{Foreground: vt.RGBColor(1, 2, 3), Background: vt.RGBColor(250, 251, 252)}
	w.client.handleReplies(w.Now, light, vt.Capabilities{})
	w.types("x")
	w.Run(2 * time.Second)
	if w.looks != (state.Appearance{Theme: light, Width: 400, Height: 120}) || w.received != "x" {
		t.Errorf("the server received %+v and %q", w.looks, w.received)
	}
	w.client.handleReplies(w.Now, light, vt.Capabilities{})
	w.client.handleResize(w.Now, windowSize{worldCols, worldRows, 400, 120})
	w.Run(time.Second)
	if w.dressed != 2 {
		t.Errorf("sent %d times, want 2", w.dressed)
	}
}

func TestPixelsAreSentAfterResize(t *testing.T) {
	w := newWorld(t, "delay=50ms", appearanceSettings())
	resize := func(cols, rows, width, height int) {
		w.user.Resize(cols, rows)
		w.client.handleResize(w.Now, windowSize{cols, rows, width, height})
		w.Run(time.Second)
		if c, r := w.program.Snapshot().Size(); c != cols || r != rows {
			t.Errorf("the program's terminal: %dx%d, want %dx%d", c, r, cols, rows)
		}
	}
	resize(worldCols, worldRows, 0, 0)
	if w.dressed != 0 {
		t.Error("an unknown size is sent")
	}
	w.client.handleReplies(w.Now, vt.Theme{}, vt.Capabilities{Text: vt.Pixels{Width: worldCols * 9, Height: worldRows*18 + 1}})
	resize(100, 40, 0, 0)
	if w.looks.Width != 900 || w.looks.Height != 726 {
		t.Errorf("with cells of the reported size: %+v, want 900x726", w.looks)
	}
	resize(100, 40, 1000, 800)
	if w.looks.Width != 1000 || w.looks.Height != 800 {
		t.Errorf("with a size from the system: %+v, want 1000x800", w.looks)
	}
}

func TestAppearanceNeedsExtension(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.client.handleResize(w.Now, windowSize{worldCols, worldRows, 400, 120})
	w.client.handleReplies(w.Now, vt.Theme{Cursor: vt.RGBColor(1, 2, 3)}, vt.Capabilities{})
	w.Run(time.Second)
	if w.dressed != 0 {
		t.Errorf("sent %+v without the extension", w.looks)
	}
}

// A server with the extension receives the terminal's replies, with a text area that
// is scaled with the window, and the tty's pixels unchanged.
func TestTerminalIsSent(t *testing.T) {
	s := plainSettings()
	s.extensions = state.ExtAppearance | state.ExtTerminal
	w := newWorld(t, "delay=50ms,loss=20%", s)
	caps := vt.Capabilities{Features: vt.FeatureKittyKeys, Text: vt.Pixels{Width: 400, Height: 120}}
	w.client.handleResize(w.Now, windowSize{worldCols, worldRows, 0, 0})
	w.client.handleReplies(w.Now, vt.Theme{}, caps)
	w.Run(3 * time.Second)
	if w.terminal != caps || w.looks != (state.Appearance{}) {
		t.Errorf("sent %+v and %+v", w.terminal, w.looks)
	}
	w.user.Resize(100, 12)
	w.client.handleResize(w.Now, windowSize{100, 12, 1004, 244})
	w.Run(3 * time.Second)
	caps.Text = vt.Pixels{Width: 1000, Height: 240}
	if w.terminal != caps || w.looks != (state.Appearance{Width: 1004, Height: 244}) {
		t.Errorf("after a resize: sent %+v and %+v", w.terminal, w.looks)
	}
	w.client.handleReplies(w.Now, vt.Theme{}, vt.Capabilities{})
	w.Run(3 * time.Second)
	if w.terminal != (vt.Capabilities{}) {
		t.Errorf("of another terminal: sent %+v", w.terminal)
	}
}

// TestPictureProtocol checks which protocol is used for pictures, by the replies of a terminal.
func TestPictureProtocol(t *testing.T) {
	const (
		kittyOK   = "\x1b_Gi=31;OK\x1b\\"
		kittyFail = "\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\"
		registers = "\x1b[?1;0;16S"
		iTerm2    = "\x1bP>|iTerm2 3.5\x1b\\"
		newKitty  = "\x1bP>|kitty(0.41.1)\x1b\\"
		cell      = "\x1b[6;20;10t"
		plain     = "\x1b[?62;22c"
		sixel     = "\x1b[?62;4;22c"
	)
	for _, test := range []struct {
		name, replies string
		granted       state.Extension
		off           bool
		want          picture.Protocol
		colors        int
	}{
		{"kitty", kittyOK + cell + sixel, state.AllExtensions, false, picture.Kitty, 0},
		{"kitty with placeholders", newKitty + kittyOK + cell + plain, state.AllExtensions, false, picture.Placeholders, 0},
		{"kitty with placeholders that refuses", newKitty + kittyFail + cell + plain, state.AllExtensions, false, picture.None, 0},
		{"kitty that refuses", kittyFail + cell + plain, state.AllExtensions, false, picture.None, 0},
		{"iTerm2", iTerm2 + cell + sixel, state.AllExtensions, false, picture.ITerm2, 0},
		{"sixel", registers + cell + sixel, state.AllExtensions, false, picture.Sixel, 16},
		{"xterm without sixels", "\x1b[?1;3;0S" + cell + plain, state.AllExtensions, false, picture.None, 0},
		{"no size of cells", sixel, state.AllExtensions, false, picture.None, 0},
		{"no protocol", cell + plain, state.AllExtensions, false, picture.None, 0},
		{"not granted", kittyOK + cell + plain, state.AllExtensions &^ state.ExtPictures, false, picture.None, 0},
		{"not wanted", kittyOK + cell + plain, state.AllExtensions, true, picture.None, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := &loop{session: &session{granted: test.granted, cols: 80, rows: 24}}
			l.passages.Off = test.off
			l.query.ask(ms(0), true, noWidths)
			if keys := l.query.reads(ms(1), test.replies); keys != "" || !l.query.done {
				t.Errorf("keys %q, done %v", keys, l.query.done)
			}
			if can := l.setPictures(l.query.caps); can != (test.want != picture.None) || l.pictures.Protocol != test.want || l.pictures.Registers != test.colors {
				t.Errorf("%v: protocol %d with %d colours, want %d", can, l.pictures.Protocol, l.pictures.Registers, test.want)
			}
		})
	}
}

// TestZoom changes the size of the font: the window stays and has fewer cells.
func TestZoom(t *testing.T) {
	w := newWorld(t, "delay=50ms", appearanceSettings())
	w.client.handleResize(w.Now, windowSize{80, 24, 803, 480})
	w.client.handleReplies(w.Now, vt.Theme{}, vt.Capabilities{Cell: vt.Pixels{Width: 10, Height: 20}, Text: vt.Pixels{Width: 800, Height: 480}})
	w.client.handleResize(w.Now, windowSize{100, 24, 1003, 480})
	if c := w.client.terminal.caps; c.Cell != (vt.Pixels{Width: 10, Height: 20}) {
		t.Errorf("a wider window has cells of %v", c.Cell)
	}
	w.client.handleResize(w.Now, windowSize{50, 12, 1003, 480})
	caps := w.client.terminal.scaled(50, 12)
	if caps.Cell != (vt.Pixels{Width: 20, Height: 40}) || caps.Text != (vt.Pixels{Width: 1000, Height: 480}) {
		t.Errorf("with a larger font %v, %v", caps.Cell, caps.Text)
	}
}
