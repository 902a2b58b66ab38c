package predict

import (
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/state"
)

// lineTypist returns a typist whose host has echoed lines for settleTime.
func lineTypist(t *testing.T, mode Mode) *typist {
	y := newTypist(t, mode)
	y.setDiscipline(linuxLines())
	y.advance(settleTime)
	return y
}

// setDiscipline sets the host's discipline, in a new screen.
func (y *typist) setDiscipline(d state.Discipline) {
	y.echoState.Discipline = d
	y.host = y.host.Clone()
	y.validate()
}

// hostWrites makes the host write text and report heard as echoed through.
func (y *typist) hostWrites(heard uint64, text string) {
	y.echoState.EchoedThrough = heard
	term := vt.Resume(y.host)
	term.Write([]byte(text))
	y.host = term.Snapshot()
	y.validate()
}

// wantRows checks all predicted rows, with a | for the cursor.
func (y *typist) wantRows(want ...string) {
	y.Helper()
	s := y.Paint(y.now, y.host)
	var got []string
	cols, rows := s.Size()
	for row := range rows {
		var line []byte
		for x := range cols {
			if x == s.Cursor.X && row == s.Cursor.Y {
				line = append(line, '|')
			}
			line = s.AppendText(line, s.Cell(x, row))
		}
		got = append(got, strings.TrimRight(string(line), " "))
	}
	if text := strings.TrimRight(strings.Join(got, "\n"), "\n"); text != strings.Join(want, "\n") {
		y.Errorf("shown: %q, want %q", text, strings.Join(want, "\n"))
	}
}

func noEcho() state.Discipline {
	d := linuxLines()
	d.Modes &^= state.Echo
	return d
}

func raw() state.Discipline { return state.Discipline{Modes: state.DisciplineKnown} }

func TestLineEchoIsShownAtOnce(t *testing.T) {
	for _, mode := range []Mode{Adaptive, Always, Experimental} {
		y := lineTypist(t, mode)
		y.interval = time.Millisecond // too fast to show predictions
		y.typeKeys("a")
		y.typeRead("漢")
		y.typeKeys("b\x7f")
		y.wantRow("a漢|")
		y.interval = 200 * time.Millisecond
		y.validate()
		s := y.Paint(y.now, y.host)
		if s.Rendition(s.Cell(0, 0)).Underline != vt.UnderlineNone {
			t.Errorf("%s: underlined", mode)
		}
	}
	y := lineTypist(t, Never)
	y.typeKeys("a")
	y.wantRow("|")
}

func TestLineEchoEdits(t *testing.T) {
	for keys, want := range map[string]string{
		"one two\x17x":      "one x|",
		"one two\x15x":      "x|",
		"ab\x7f\x7f\x7fc":   "c|",
		"a\tb\x7f\x7fc":     "ac|",
		"a\x01b":            "a^Ab|",
		"a\x16\x03\x7fb":    "ab|",
		"a\x13b":            "a|", // unknown echo
		"a\x1b[Ab":          "a|",
		"a\x03b":            "a^C|", // a signal
		"漢\x7f":             "\x00",
		"12345678901234567": "12345678901234567|",
	} {
		y := lineTypist(t, Adaptive)
		y.typeKeys(keys)
		if want != "\x00" {
			y.wantRow(want)
		}
	}
}

// The prompt is not part of the line and is not erased.
func TestLineEchoKeepsPrompt(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.hostWrites(0, "name: ")
	y.typeKeys("\x7f\x15\x17a\t\x7f")
	y.wantRow("name: a|")
}

// The pending echo follows the output of the program.
func TestLineEchoAfterOutput(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.typeKeys("abc")
	y.hostWrites(1, "a")
	y.wantRow("abc|")
	y.hostWrites(2, "\r\noutput\r\nb")
	y.wantRows("a", "output", "bc|")
	y.hostWrites(3, "c")
	y.wantRows("a", "output", "bc|")
}

// The host may report a key shortly before or after its echo.
func TestLineEchoMatchesScreen(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.typeKeys("aab")
	y.hostWrites(0, "a")
	y.wantRow("aab|")
	y.hostWrites(3, "a")
	y.wantRow("aab|")
	y.hostAcks()
	y.hostWrites(3, "b")
	y.wantRow("aab|")
}

// After a line, a program may ask for a password: no echo is shown until the line
// is acknowledged and the terminal still echoes. Later lines are trusted.
func TestLineEchoWaitsAfterLine(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.typeKeys("a\rb")
	y.wantRows("a", "|")
	y.hostWrites(2, "a\r\n")
	y.wantRows("a", "|")
	y.ack = 2
	y.validate()
	y.wantRows("a", "b|")
	y.typeKeys("\rc\r\rd")
	y.wantRows("b", "c", "", "d|") // scrolled
	y.typeKeys("\x04e")
	y.wantRows("b", "c", "", "d|")
}

func TestPasswordIsNotShown(t *testing.T) {
	for _, mode := range []Mode{Adaptive, Always, Experimental} {
		y := lineTypist(t, mode)
		y.typeKeys("me\rsec") // typed ahead
		y.hostWrites(3, "me\r\n")
		y.wantRows("me", "|")
		y.echoState.Discipline = noEcho()
		y.hostWrites(3, "password: ")
		y.typeKeys("ret")
		y.wantRows("me", "password: |")
		if len(y.inFlight) > 0 {
			t.Errorf("%s: %d keys in flight", mode, len(y.inFlight))
		}
		y.echoState.Discipline = linuxLines()
		y.hostWrites(6, "")
		y.advance(settleTime)
		y.wantRows("me", "password: |")
		y.typeKeys("\r")
		y.hostAcks()
		y.echoState.Discipline = raw()
		y.hostWrites(10, "\r\n$ ")
		y.advance(time.Second)
		y.wantRows("me", "password:", "$ |")
	}
}

// The echo disappears when the terminal turns out not to echo.
func TestLineEchoIsTakenBack(t *testing.T) {
	y := lineTypist(t, Always)
	y.typeKeys("sec")
	y.wantRow("sec|")
	y.setDiscipline(noEcho())
	y.wantRow("|")
	y.setDiscipline(linuxLines())
	y.advance(settleTime)
	y.wantRow("sec|") // the keys are still pending
}

// A shell that runs sudo turns echo on for a short time.
func TestLineEchoSettles(t *testing.T) {
	y := confirmedTypist(t)
	y.setDiscipline(raw())
	y.hostShows("$ sudo")
	y.typeRead("\r")
	y.typeKeys("sec")
	y.echoState.Discipline = linuxLines()
	y.hostWrites(y.frame-4, "\r\n")
	y.hostAcks()
	y.typeKeys("ret")
	y.wantRows("$ sudo", "|")
	if got := y.Predictor.Deadline(y.now); got != y.now.Add(settleTime) {
		t.Errorf("deadline in %v, want %v", got.Sub(y.now), settleTime)
	}
	y.advance(settleTime)
	y.wantRows("$ sudo", "ret|")
}

func TestLineEchoIsSuppressed(t *testing.T) {
	odd := linuxLines()
	odd.Modes |= state.Unpredictable
	y := lineTypist(t, Always)
	y.setDiscipline(odd)
	y.typeKeys("ab")
	y.wantRow("|")

	y = lineTypist(t, Always)
	y.host = y.host.Clone()
	y.host.Cursor.Hidden = true
	y.typeKeys("ab")
	y.wantRow("|")

	y = lineTypist(t, Always)
	y.typeRead(strings.Repeat("a", pasteLength+1))
	y.typeKeys("b")
	y.wantRow("|")
}

func TestLineEchoIsBounded(t *testing.T) {
	y := lineTypist(t, Always)
	for range 2 * maxReads {
		y.lineEcho.addRead(y.frame, []byte("ab"))
		y.frame++
	}
	if n := len(y.lineEcho.reads); n != maxReads {
		t.Errorf("%d reads, want %d", n, maxReads)
	}
	y.hostAcks()
	if n := len(y.lineEcho.line.text); n > maxCanonicalLine {
		t.Errorf("line of %d bytes, want at most %d", n, maxCanonicalLine)
	}
}

// Predictions for one screen buffer are not valid in the other.
func TestAlternateScreenIsTentative(t *testing.T) {
	y := confirmedTypist(t)
	y.setDiscipline(raw())
	y.typeRead("b")
	y.wantRow("$ ab|")
	y.echoState.Alternate = true
	y.setDiscipline(raw())
	y.typeRead("c")
	y.wantRow("$ a|")
}

func TestUnknownDisciplineIsRaw(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("b")
	y.wantRow("$ ab|")
	if len(y.lineEcho.reads) > 0 {
		t.Errorf("%d reads, want none", len(y.lineEcho.reads))
	}
}

// A paste is not kept, nor is a password.
func TestAddReadKeeps(t *testing.T) {
	for _, test := range []struct {
		name       string
		discipline state.Discipline
		keys       string
		kept       bool
		suppressed bool
	}{
		{"text", linuxLines(), "a", true, false},
		{"the longest read", linuxLines(), strings.Repeat("a", pasteLength), true, false},
		{"a paste", linuxLines(), strings.Repeat("a", pasteLength+1), false, true},
		{"a password", noEcho(), "a", false, true},
		{"text in raw mode", raw(), "a", true, false},
		{"a control character in raw mode", raw(), "a\r", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := lineEcho{echoState: state.EchoState{Discipline: test.discipline}}
			c.addRead(5, []byte(test.keys))
			if kept := c.reads[0].keys != nil; kept != test.kept || (c.suppressUntil == 5) != test.suppressed {
				t.Errorf("kept %v, suppressed until %d", kept, c.suppressUntil)
			}
		})
	}
}

func TestDeliverRead(t *testing.T) {
	for _, test := range []struct {
		name     string
		read     pendingRead
		trusted  bool
		suppress uint64
		probe    uint64
	}{
		{"text", pendingRead{frame: 9, keys: []byte("a"), lines: true}, false, 4, 0},
		{"a line", pendingRead{frame: 9, keys: []byte("a\r"), lines: true}, false, 9, 9},
		{"a line of a trusted program", pendingRead{frame: 9, keys: []byte("a\r"), lines: true}, true, 4, 9},
		{"a line typed in raw mode", pendingRead{frame: 9, keys: []byte("a\r")}, false, 9, 0},
		{"a signal", pendingRead{frame: 9, keys: []byte("\x03"), lines: true}, true, 9, 0},
		{"an older signal", pendingRead{frame: 3, keys: []byte("\x03"), lines: true}, true, 4, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := lineEcho{echoState: state.EchoState{Discipline: linuxLines()}, suppressUntil: 4, linesTrusted: test.trusted}
			c.deliverRead(test.read)
			if c.suppressUntil != test.suppress || c.probe != test.probe {
				t.Errorf("suppressed until %d, probe %d; want %d, %d", c.suppressUntil, c.probe, test.suppress, test.probe)
			}
		})
	}
}

// Of several numbers of echoed reads that lead to the same screen, the closest to the
// host's count is right, and the greater of two that are equally close.
func TestMatchReads(t *testing.T) {
	screen := vt.NewScreen(maxMatchedReads+10, 2)
	c := lineEcho{echoState: state.EchoState{Discipline: linuxLines()}, screen: screen}
	for _, keys := range []string{"a", "\x7f", "b", "\x7f"} {
		c.reads = append(c.reads, pendingRead{keys: []byte(keys)})
	}
	for heard, want := range map[int]int{0: 0, 1: 2, 2: 2, 3: 4, 4: 4} {
		if got := c.matchReads(screen, heard); got != want {
			t.Errorf("heard %d: %d reads, want %d", heard, got, want)
		}
	}
	other := vt.Resume(screen)
	other.Write([]byte("output"))
	if got := c.matchReads(other.Snapshot(), 3); got != 3 {
		t.Errorf("after output: %d reads, want the host's 3", got)
	}
	c.reads[0].keys = []byte{linuxLines().Chars[state.CharStop]} // of unknown effect
	if got := c.matchReads(screen, 1); got != 0 {
		t.Errorf("with a key of unknown effect: %d reads, want 0", got)
	}
	c.reads[0].keys = []byte("a")
	c.reads[1].keys = nil // a paste
	if got := c.matchReads(screen, 3); got != 0 {
		t.Errorf("with a paste: %d reads, want 0", got)
	}
}

func TestMatchedReadsAreBounded(t *testing.T) {
	for n, want := range map[int]int{maxMatchedReads: maxMatchedReads, maxMatchedReads + 1: 7} {
		screen := vt.NewScreen(maxMatchedReads+10, 2)
		c := lineEcho{echoState: state.EchoState{Discipline: linuxLines()}, screen: screen}
		for range n {
			c.reads = append(c.reads, pendingRead{keys: []byte("a")})
		}
		echoed := vt.Resume(screen)
		echoed.Write([]byte(strings.Repeat("a", n)))
		if got := c.matchReads(echoed.Snapshot(), 7); got != want {
			t.Errorf("of %d reads: %d, want %d", n, got, want)
		}
	}
}

// A program that is trusted with lines is trusted no longer once the mode has changed.
func TestModeChangeEndsTrust(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.typeKeys("a\r")
	y.hostWrites(2, "a\r\n")
	y.hostAcks()
	if !y.lineEcho.linesTrusted {
		t.Fatal("lines are not trusted after the probe")
	}
	y.setDiscipline(raw())
	y.setDiscipline(linuxLines())
	if y.lineEcho.linesTrusted {
		t.Error("lines are trusted after a change of the mode")
	}
}

// The reads of an acknowledged frame are delivered even if the host has not reported
// them as echoed.
func TestAcknowledgedReadsAreDelivered(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.typeKeys("abc")
	y.ack = 2
	other := linuxLines()
	other.Chars[state.CharErase] = '\b'
	y.setDiscipline(other)
	if got := len(y.lineEcho.reads); got != 1 {
		t.Errorf("%d reads are pending, want 1", got)
	}
}
