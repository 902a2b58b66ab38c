package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/client/predict"
	"gm/wire/state"
)

// TestInputInAPassage has a terminal whose input is for the program as it is, except for
// commands after an escape key that is a control character.
func TestInputInAPassage(t *testing.T) {
	for _, test := range []struct {
		name, escape, input, want string
	}{
		{"commands of tmux", "\x1e", "send -lt %0 a\nsend -t %0 0x1e\n", "send -lt %0 a\nsend -t %0 0x1e\n"},
		{"incomplete sequence", "\x1e", "\x1b[", "\x1b["},
		{"repaint", "\x1e", "\x0c", "\x0c"},
		{"command that would not be seen", "\x1e", "a\x1e?b\x1eCc\x1e#d", "abcd"},
		{"escape key sent", "\x1e", "a\x1e^b", "a\x1eb"},
		{"escape key that is text", "~", "\n~?\n~.\n", "\n~?\n~.\n"},
		{"no escape key", "", "\x1e?\x1e.", "\x1e?\x1e."},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := commandWorld(t, predict.Always)
			key := parseEscapeKey(test.escape)
			key.forwards = true
			w.client.input.escapeKey = key
			w.client.passing = true
			w.client.handleKeys(w.Now, []byte(test.input))
			if w.client.panel.open || w.client.commands.open || w.client.bar.message != "" {
				t.Error("something is shown")
			}
			if got := w.user.Snapshot().RowText(1); got != "$" {
				t.Errorf("%q is predicted", got)
			}
			w.Run(2 * time.Second)
			if w.received != test.want {
				t.Errorf("the program got %q, want %q", w.received, test.want)
			}
		})
	}
}

func TestTerminalOfPassages(t *testing.T) {
	for _, test := range []struct {
		env     map[string]string
		iTerm2  bool
		refused bool
	}{
		{nil, false, false},
		{map[string]string{"TERM_PROGRAM": "iTerm.app"}, true, false},
		{map[string]string{"LC_TERMINAL": "iTerm2"}, true, false}, // after ssh
		{map[string]string{"LC_TERMINAL": "iTerm2", "TERM_PROGRAM": "tmux"}, false, false},
		{map[string]string{"TERM_PROGRAM": "WezTerm"}, false, false},
		{map[string]string{"GM_PASSTHROUGH": "no"}, false, true},
		{map[string]string{"GM_PASSTHROUGH": "yes", "MOSH_PASSTHROUGH": "no"}, false, false},
	} {
		if s, err := readSettings(programGM, lookupIn(test.env)); s.iTerm2 != test.iTerm2 || s.noPassages != test.refused || err != nil {
			t.Errorf("%v: iTerm2 %v, refused %v, %v", test.env, s.iTerm2, s.noPassages, err)
		}
	}
}

// passer is a loop whose terminal gets passages.
type passer struct {
	*loop
	*world
}

func newPasser(t *testing.T) *passer {
	s := plainSettings()
	s.extensions = state.ExtStreams
	w := newWorld(t, "delay=5ms", s)
	w.Run(time.Second)
	w.prints("text")
	w.Run(time.Second)
	l, _ := pipeLoop(t, w)
	l.passages.ITerm2 = true
	l.written()
	l.paint(w.Now)
	l.written()
	return &passer{loop: l, world: w}
}

// settle lets all arrive that was sent.
func (p *passer) settle() {
	p.Run(time.Second)
	if s := p.client.transport.Streams().Accept(); s != nil {
		p.passages.Accept(s)
	}
	p.passages.Service(p.Now)
	p.Run(time.Second)
}

// passing is the server's end of a passage.
type passing interface {
	Write(p []byte) (int, error)
	CloseWrite()
}

// begin begins a passage with bytes. The fields of its target are apart.
func (p *passer) begin(text string, target ...string) passing {
	s := p.server.Streams().Open(6, []byte(strings.Join(target, "\x00")))
	s.Write([]byte(text))
	p.settle()
	return s
}

// painted returns what the next turn writes to the terminal.
func (p *passer) painted() string {
	p.loop.paint(p.Now)
	return string(p.loop.written())
}

// TestPassageAfterItsScreen holds that the terminal shows what came before a control mode, then
// nothing but that, and then the screen again.
func TestPassageAfterItsScreen(t *testing.T) {
	p := newPasser(t)
	_, num := p.loop.session.transport.Remote()
	s := p.begin("%output %0 a\r\n", "control", fmt.Sprint(num+1))
	if got := p.painted(); strings.Contains(got, "%output") || p.loop.session.passing {
		t.Errorf("it begins with %q before its screen", got)
	}
	p.prints("before")
	p.settle()
	if got := p.painted(); !strings.Contains(got, "before") || strings.Contains(got, "\x1bP") {
		t.Errorf("%q shows the screen", got)
	}
	if got := p.painted(); got != "\x1bP1000p%output %0 a\r\n" || !p.loop.session.passing {
		t.Errorf("%q begins it", got)
	}
	p.prints("meanwhile")
	p.settle()
	if got := p.painted(); got != "" {
		t.Errorf("%q is written in a control mode", got)
	}
	s.Write([]byte("%exit\r\n"))
	s.CloseWrite()
	p.settle()
	if !p.passes() {
		t.Error("the end of the session would not wait")
	}
	if got := p.painted(); got != "%exit\r\n\x1b\\" || p.loop.session.passing || p.passes() {
		t.Errorf("%q ends it", got)
	}
	if got := p.painted(); !strings.Contains(got, "text") || !strings.Contains(got, "meanwhile") {
		t.Errorf("the screen is painted by %q", got)
	}
}

// TestPassageWaitsForTheWriter holds that nothing gets into the middle of a frame.
func TestPassageWaitsForTheWriter(t *testing.T) {
	p := newPasser(t)
	p.prints("frame")
	p.settle()
	s := p.begin("YWJj", "clipboard", "c")
	s.CloseWrite()
	p.settle()
	p.loop.paint(p.Now)
	for range 3 {
		if p.loop.paint(p.Now) {
			t.Fatal("it is written into a frame")
		}
	}
	if got := string(p.loop.written()); !strings.Contains(got, "frame") || strings.Contains(got, "\x1b]52;c;YWJj") {
		t.Errorf("the frame is %q", got)
	}
	if got := p.painted(); got != "\x1b]52;c;YWJj\x1b\\" {
		t.Errorf("the text is copied by %q", got)
	}
}

// TestSuspendingEndsAControlMode before the terminal is the shell's.
func TestSuspendingEndsAControlMode(t *testing.T) {
	p := newPasser(t)
	s := p.begin("%output %0 a\r\n", "control", "0")
	p.painted()
	p.suspend(p.Now)
	p.advance(p.Now)
	if got := string(p.loop.written()); got != "\r\n%exit\r\n\x1b\\" || p.loop.session.passing {
		t.Errorf("%q ends it", got)
	}
	p.advance(p.Now)
	if got := string(p.loop.written()); !strings.Contains(got, "[gm is suspended.]") {
		t.Errorf("%q follows", got)
	}
	p.settle()
	if _, err := s.Write([]byte("x")); err == nil {
		t.Error("the server does not learn of it")
	}
}
