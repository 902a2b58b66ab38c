package client

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/client/forwarding"
	"gm/client/predict"
	"gm/client/x11"
	"gm/wire/state"
)

// commandWorld returns a session with forwardings, whose program has printed a line in the top
// row and waits in the second.
func commandWorld(t *testing.T, mode predict.Mode) *world {
	t.Helper()
	s := plainSettings()
	s.predict, s.escape.forwards = mode, true
	w := newWorld(t, "delay=50ms", s)
	w.client.canForward = true
	w.Run(time.Second)
	w.prints("top\r\n$ ")
	w.Run(time.Second)
	return w
}

func TestCommandLine(t *testing.T) {
	const kitty = "\x1b[54;5u\x1b[54;5:3u\x1b[99:67;2u"
	tests := []struct{ name, keys, row, line, received string }{
		{"opens", "\x1eC", "gm>", "", ""},
		{"typing", "\x1eC-L 1:h:2", "gm> -L 1:h:2", "", ""},
		{"Enter", "\x1eC-L 1:h:2\r", "top", "-L 1:h:2", ""},
		{"line feed", "\x1eCx\n", "top", "x", ""},
		{"keys after Enter", "\x1eCx\rls", "top", "x", "ls"},
		{"keys before", "ls\x1eCx\r", "top", "x", "ls"},
		{"Escape", "\x1eCx\x1b[27u", "top", "", ""},
		{"Ctrl-C", "\x1eCx\x03", "top", "", ""},
		{"Ctrl-D in an empty line", "\x1eC\x04", "top", "", ""},
		{"Ctrl-D in a line", "\x1eCx\x04", "gm> x", "", ""},
		{"Backspace", "\x1eCaä漢\x7f\x7f\x08b", "gm> b", "", ""},
		{"Backspace in an empty line", "\x1eC\x7f", "gm>", "", ""},
		{"Ctrl-U", "\x1eCab\x15c", "gm> c", "", ""},
		{"other keys", "\x1eCa\x1b[A\x1b[5~\x1a\x0c\x00b", "gm> ab", "", ""},
		{"a space at the end", "\x1eCa ", "gm> a", "", ""},
		{"c is another key", "\x1ec", "top", "", "\x1ec"},
		{"the escape key", "\x1eCx\x1e^", "top", "", "\x1e"},
		{"again", "\x1eCx\x1eCy", "gm> y", "", ""},
		{"paste", "\x1eC\x1b[200~-L 1:h:2\r\n-L 3:h:4\x1b[201~", "gm> -L 1:h:2  -L 3:h:4", "", ""},
		{"paste of control characters", "\x1eC\x1b[200~a\x03\x15\x7fb\x1b[201~", "gm> ab", "", ""},
		{"paste and Enter", "\x1eC\x1b[200~ä\x1b[201~\r", "top", "ä", ""},
		{"CSI u", kitty + "x\x1b[13u", "top", "x", ""},
		{"repeats of C", kitty + "\x1b[99:67;2:2ux", "gm> x", "", ""},
		{"repeats of a key", kitty + "\x1b[120u\x1b[120;1:2u\x1b[120;1:3u", "gm> xx", "", ""},
		{"releases", kitty + "\x1b[120u\x1b[99;1:3u\x1b[120;1:3u\x1b[13u\x1b[13;1:3u", "top", "x", ""},
		{"the release of an earlier key", "\x1b[97u" + kitty + "\x1b[97;1:3u", "gm>", "", "\x1b[97u\x1b[97;1:3u"},
		{"mouse and focus", "\x1eC\x1b[<35;1;1M\x1b[I", "gm>", "", "\x1b[<35;1;1M\x1b[I"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := commandWorld(t, predict.Never)
			w.echo = func(*world, string) {}
			head, paste, pastes := strings.Cut(test.keys, "\x1b[200~")
			w.types(head)
			if pastes { // brackets follow the frame that asks for them
				w.types("\x1b[200~" + paste)
			}
			w.Run(time.Second)
			if got := strings.Join(w.client.commands.take(), "|"); got != test.line {
				t.Errorf("the line is %q, want %q", got, test.line)
			}
			w.sees(0, test.row)
			if w.received != test.received {
				t.Errorf("the program got %q, want %q", w.received, test.received)
			}
		})
	}
}

// TestCommandLineEscapeAlone has the Escape key of a terminal without a protocol.
func TestCommandLineEscapeAlone(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.types("\x1eCx\x1b")
	w.sees(0, "gm> x")
	w.Run(time.Second)
	w.sees(0, "top")
	if w.received != "" {
		t.Errorf("the program got %q", w.received)
	}
}

// TestCommandLinePastesInParts has a paste whose end arrives in two reads.
func TestCommandLinePastesInParts(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.types("\x1eC")
	if !w.user.Snapshot().Modes.BracketedPaste {
		t.Error("the terminal is not asked to bracket pastes")
	}
	w.types("\x1b[200~-L \xe6\xbc")
	w.types("\xa2\x1b[2")
	w.types("01~:1")
	w.sees(0, "gm> -L 漢:1")
	w.types("\r")
	if w.user.Snapshot().Modes.BracketedPaste {
		t.Error("the terminal still brackets pastes")
	}
}

// TestCommandLineIsNotPredicted types what would be predicted at the prompt of a shell.
func TestCommandLineIsNotPredicted(t *testing.T) {
	w := commandWorld(t, predict.Experimental)
	w.types("a")
	w.sees(1, "$ a")
	w.types("\x1eC-KL 8001")
	w.sees(1, "$ a")
	w.sees(0, "gm> -KL 8001")
	w.types("\x03b")
	w.sees(1, "$ ab")
	w.Run(time.Second)
	if w.received != "ab" {
		t.Errorf("the program got %q", w.received)
	}
}

func TestCommandLineIsBounded(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.types("\x1eC")
	w.types("\x1b[200~" + strings.Repeat("x", maxCommandLine+1) + "\x1b[201~yä")
	if got := len(w.client.commands.line); got != maxCommandLine {
		t.Errorf("%d bytes, want %d", got, maxCommandLine)
	}
}

// TestCommandLineInANarrowWindow shows the end of the line and the cursor after it, also once
// the window has changed.
func TestCommandLineInANarrowWindow(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.types("\x1eC漢" + strings.Repeat("x", worldCols-10) + "end")
	for _, c := range []struct {
		cols, at int
		row      string
	}{
		{worldCols, worldCols - 1, "gm> 漢" + strings.Repeat("x", worldCols-10) + "end"},
		{worldCols - 1, worldCols - 3, "gm> " + strings.Repeat("x", worldCols-10) + "end"},
		{8, 7, "gm> end"},
		{worldCols, worldCols - 1, "gm> 漢" + strings.Repeat("x", worldCols-10) + "end"},
	} {
		t.Run(fmt.Sprint(c.cols), func(t *testing.T) {
			w.user.Resize(c.cols, worldRows)
			w.client.resize(w.Now, c.cols, worldRows)
			w.display.Repaint()
			w.Run(time.Second)
			w.sees(0, c.row)
			if at := w.user.Snapshot().Cursor; at.X != c.at || at.Y != 0 || at.Hidden {
				t.Errorf("the cursor is at %+v, want column %d of the top row", at, c.at)
			}
		})
	}
}

// TestCommandLineHidesNoControls has bytes in the line that a terminal would obey.
func TestCommandLineHidesNoControls(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.types("\x1eC")
	w.types("\x1b[200~a\xc2\x9b31mb\xff\x1b[201~")
	w.sees(0, "gm> a?31mb\ufffd")
}

func TestCommandLineRefused(t *testing.T) {
	for _, c := range []struct {
		name, keys string
		change     func(*session)
		want       string
	}{
		{"without streams", "\x1eC", func(c *session) { c.canForward = false }, "gm: " + cannotForward},
		{"read-only", "\x1eC", func(c *session) { c.canForward, c.readOnly = false, true }, "gm: Nothing is forwarded: this client is read-only."},
		{"list without streams", "\x1e#", func(c *session) { c.canForward = false }, "gm: " + cannotForward},
		{"by ssh_config", "\x1eC", func(c *session) { c.commands.off = true }, "gm: commandline disabled (EnableEscapeCommandline in ssh_config)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := commandWorld(t, predict.Never)
			w.user.Resize(70, worldRows)
			w.client.resize(w.Now, 70, worldRows)
			w.display.Repaint()
			c.change(w.client)
			w.types(c.keys)
			if got := w.user.Snapshot().RowText(0); !strings.HasPrefix(got, c.want) {
				t.Errorf("the bar shows %q, want %q", got, c.want)
			}
			w.types("x")
			w.Run(time.Second)
			if want := map[bool]string{false: "x"}[w.client.readOnly]; w.received != want {
				t.Errorf("the program got %q, want %q", w.received, want)
			}
		})
	}
}

func TestCommandLineClosesAtTheEnd(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.types("\x1eCx\x1e.")
	if got := w.user.Snapshot().RowText(0); !strings.HasPrefix(got, "gm: Exiting on user request") {
		t.Errorf("the bar shows %q", got)
	}
}

// TestCommandLineOfAPrintableKey types the escape key in the line, and after it.
func TestCommandLineOfAPrintableKey(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.client.input.escapeKey = parseEscapeKey("~")
	w.client.input.forwards = true
	w.types("\r~C~/socket")
	w.sees(0, "gm> ~/socket")
	w.types("\r~Cx")
	w.sees(0, "gm> x")
}

// TestCommandLineClosesAtASignal ends the session by a signal while the line is open.
func TestCommandLineClosesAtASignal(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.types("\x1eCx")
	w.client.leave(w.Now, "Exiting on signal...")
	w.Settle()
	if got := w.user.Snapshot().RowText(0); !strings.HasPrefix(got, "gm: Exiting on signal...") {
		t.Errorf("the bar shows %q", got)
	}
}

// TestCommandLineWithLostReleases presses a key twice in the line, whose first release the terminal
// did not report, and once after it.
func TestCommandLineWithLostReleases(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.types("\x1eC\x1b[120u\x1b[120u\x1b[120;1:3u\x1b[27u\x1b[27;1:3u\x1b[120;1:3u")
	w.Run(time.Second)
	if want := "\x1b[120;1:3u"; w.received != want {
		t.Errorf("the program got %q, want %q", w.received, want)
	}
}

// commandLoop returns a loop with forwardings.
func commandLoop(t *testing.T, cfg forwarding.Config) (*loop, time.Time) {
	t.Helper()
	s := plainSettings()
	s.extensions, s.escape.forwards = state.ExtStreams, true
	l, now := connectedLoop(t, s)
	if err := l.beginForwards(cfg, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.forwards.Close)
	return l, now
}

// TestNothingIsForwarded has a server without streams, and no login to forward over; and a
// client that may only see the screen.
func TestNothingIsForwarded(t *testing.T) {
	for why, readOnly := range map[string]bool{"the server on the host cannot do so": false, "this client is read-only": true} {
		t.Run(why, func(t *testing.T) {
			s := plainSettings()
			if s.readOnly = readOnly; readOnly {
				s.extensions = state.ExtStreams
			}
			l, _ := connectedLoop(t, s)
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			saved := os.Stderr
			os.Stderr = w
			err = l.beginForwards(forwarding.Config{Agent: "/agent"}, nil)
			os.Stderr = saved
			w.Close()
			got, _ := io.ReadAll(r)
			if want := "gm: warning: nothing is forwarded: " + why + "\n"; string(got) != want || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			if l.session.canForward {
				t.Error("the command line can be opened")
			}
			if (l.forwards != nil) != readOnly {
				t.Errorf("streams are read: %v", l.forwards != nil)
			}
		})
	}
}

// TestX11NeedsStreams has a server without streams. The session goes on without X11.
func TestX11NeedsStreams(t *testing.T) {
	l, _ := connectedLoop(t, plainSettings())
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	saved := os.Stderr
	os.Stderr = w
	err = l.beginForwards(forwarding.Config{X11: new(x11.Server)}, nil)
	os.Stderr = saved
	w.Close()
	got, _ := io.ReadAll(r)
	if want := "gm: warning: X11 is not forwarded: the server on the host cannot do so\n"; string(got) != want || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestCommandLineRuns enters two lines, lists the forward, and cancels it.
func TestCommandLineRuns(t *testing.T) {
	l, now := commandLoop(t, forwarding.Config{})
	socket := t.TempDir() + "/s"
	types := func(keys string) {
		l.mustIterate(t, now, event{kind: eventInput, input: []byte(keys)})
		l.written()
		now = now.Add(outputLead)
		l.mustIterate(t, now, event{kind: eventTimer})
		l.written()
	}
	types("\x1eC-KL 1\r")
	if got := l.session.bar.message; got != "Unknown port forwarding." {
		t.Errorf("the bar shows %q", got)
	}
	types("\x1eC-KL 1\r\x1eC-L " + socket + ":h:1\r")
	if got := l.session.bar.message; got != "Forwarding port." {
		t.Errorf("the bar shows %q", got)
	}
	types("\x1e#")
	if got, want := strings.Join(l.session.panel.lines, "|"), "local "+socket+" [h]:1 listening|"+panelEnd; got != want {
		t.Errorf("the list is %q, want %q", got, want)
	}
	types("q\x1eC-KL " + socket + "\r")
	if lines := l.forwards.Lines(); len(lines) > 0 {
		t.Errorf("the list is %q", lines)
	}
}

// TestCommandLineThatIsOff has the setting of ssh_config.
func TestCommandLineThatIsOff(t *testing.T) {
	l, now := commandLoop(t, forwarding.Config{CommandLineOff: true})
	l.mustIterate(t, now, event{kind: eventInput, input: []byte("\x1eC")})
	if l.session.commands.open || !strings.HasPrefix(l.session.bar.message, "commandline disabled") {
		t.Errorf("the bar shows %q", l.session.bar.message)
	}
}

func TestCommandAnswers(t *testing.T) {
	for _, c := range []struct{ name, answer, row0, row1 string }{
		{"none", "", "top", "$"},
		{"a line", "Forwarding port.", "gm: Forwarding port. [To quit: Ctrl-^ .]", "$"},
		{"lines", "bind [::1]:1: no\nPort forwarding failed.", "top", " bind [::1]:1: no"},
		{"control characters", "a\x1b[2Jb", "gm: a?[2Jb [To quit: Ctrl-^ .]", "$"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := commandWorld(t, predict.Never)
			w.client.showAnswer(w.Now, c.answer)
			w.sees(0, c.row0)
			w.sees(1, c.row1)
			w.types("q")
			if w.client.panel.open {
				t.Error("the panel is open after a key")
			}
		})
	}
}

func TestListForwards(t *testing.T) {
	lines := func(n int) func() (list []string) {
		return func() (list []string) {
			for i := range n {
				list = append(list, fmt.Sprintf("forward\x1b %d", i))
			}
			return list
		}
	}
	for _, c := range []struct {
		name string
		n    int
		want string
	}{
		{"none", 0, "Nothing is forwarded.|Any key closes this."},
		{"some", 2, "forward? 0|forward? 1|Any key closes this."},
		{"as many as there is room for", 4, "forward? 0|forward? 1|forward? 2|forward? 3|Any key closes this."},
		{"too many", 9, "forward? 0|forward? 1|forward? 2|and 6 more|Any key closes this."},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := commandWorld(t, predict.Never)
			w.types("\x1e#")
			w.client.listForwards(w.Now, lines(c.n))
			if got := strings.Join(w.client.panel.lines, "|"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	w := commandWorld(t, predict.Never)
	w.client.plain = true
	w.types("\x1e#")
	w.client.listForwards(w.Now, lines(9))
	if n := len(w.client.panel.lines); n != 9+1 {
		t.Errorf("with --plain: %d lines", n)
	}
	w.client.listForwards(w.Now.Add(panelPeriod), lines(1))
	if n := len(w.client.panel.lines); n != 9+1 {
		t.Errorf("with --plain the list changes: %d lines", n)
	}
}

// TestListForwardsIsUpdated shows another list a second later, and at once in a window of
// another size. Any key closes it.
func TestListForwardsIsUpdated(t *testing.T) {
	w := commandWorld(t, predict.Never)
	shown := func(n int) string {
		w.client.listForwards(w.Now, func() []string { return []string{fmt.Sprint("list ", n)} })
		w.Settle()
		return strings.TrimSpace(w.user.Snapshot().RowText(1))
	}
	w.types("\x1e#")
	if got := shown(1); got != "list 1" {
		t.Errorf("at first %q", got)
	}
	if got := shown(2); got != "list 1" {
		t.Errorf("at once %q", got)
	}
	w.Run(panelPeriod)
	if got := shown(3); got != "list 3" {
		t.Errorf("after %v %q", panelPeriod, got)
	}
	w.client.resize(w.Now, worldCols, worldRows-1)
	if got := shown(4); got != "list 4" {
		t.Errorf("after a change of the window %q", got)
	}
	w.types("q")
	w.sees(1, "$")
	if w.received != "" {
		t.Errorf("the program got %q", w.received)
	}
}

// TestQuestion answers a question about the agent. y and n are the program's keys without one.
func TestQuestion(t *testing.T) {
	for _, test := range []struct {
		keys, received string
		answers        []bool
	}{
		{"\x1ey", "", []bool{true}},
		{"\x1en", "", []bool{false}},
		{"y", "y", nil},
		{"\x1eyz", "z", []bool{true}},
	} {
		t.Run(test.keys, func(t *testing.T) {
			w := commandWorld(t, predict.Never)
			w.echo = func(*world, string) {}
			w.client.ask("me@here")
			w.Run(time.Second)
			w.sees(0, "gm: Ctrl-^ y or n: may the host use your")
			w.types(test.keys)
			w.Run(time.Second)
			if w.received != test.received || !slices.Equal(w.client.answers, test.answers) {
				t.Errorf("the program got %q, answers %v", w.received, w.client.answers)
			}
			w.client.ask("")
			w.Run(time.Second)
			w.sees(0, "top")
			w.types("\x1ey")
			if w.Run(time.Second); w.received != test.received+"\x1ey" || len(w.client.answers) > len(test.answers) {
				t.Errorf("without a question the program got %q", w.received)
			}
		})
	}
}

// TestQuestionWithoutEscapeKey tells the user why the answer is no.
func TestQuestionWithoutEscapeKey(t *testing.T) {
	w := commandWorld(t, predict.Never)
	w.client.input.escapeKey = escapeKey{}
	w.client.ask("me@here")
	w.Run(time.Second)
	w.sees(0, "gm: No escape key permits the host to us")
}
