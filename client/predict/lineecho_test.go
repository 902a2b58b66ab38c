package predict

import (
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/state"
)

// lineTypist types at a terminal that echoes lines and has done so for long.
func lineTypist(t *testing.T, mode Mode) *typist {
	y := newTypist(t, mode)
	y.tells(linuxLines())
	y.after(settleTime)
	return y
}

// tells says that the host has a discipline.
func (y *typist) tells(d state.Discipline) {
	y.listening.Discipline = d
	y.host = y.host.Clone()
	y.look()
}

// echoes says that the host has the frames up to a number, and has written text.
func (y *typist) echoes(heard uint64, text string) {
	y.listening.EchoedThrough = heard
	term := vt.Resume(y.host)
	term.Write([]byte(text))
	y.host = term.Snapshot()
	y.look()
}

// seesRows checks all rows, with a | for the cursor.
func (y *typist) seesRows(want ...string) {
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
		y.Errorf("seen %q, want %q", text, strings.Join(want, "\n"))
	}
}

func noEcho() state.Discipline {
	d := linuxLines()
	d.Modes &^= state.Echo
	return d
}

func raw() state.Discipline { return state.Discipline{Modes: state.DisciplineKnown} }

func TestCertainIsShownAtOnceInEveryMode(t *testing.T) {
	for _, mode := range []Mode{Adaptive, Always, Experimental} {
		y := lineTypist(t, mode)
		y.interval = time.Millisecond // a link on which guesses are not shown
		y.keys("a")
		y.types("漢")
		y.keys("b\x7f")
		y.sees("a漢|")
		y.interval = 200 * time.Millisecond
		y.look()
		s := y.Paint(y.now, y.host)
		if s.Rendition(s.Cell(0, 0)).Underline != vt.UnderlineNone {
			t.Errorf("%s: underlined", mode)
		}
	}
	y := lineTypist(t, Never)
	y.keys("a")
	y.sees("|")
}

func TestCertainEdits(t *testing.T) {
	for keys, want := range map[string]string{
		"one two\x17x":      "one x|",
		"one two\x15x":      "x|",
		"ab\x7f\x7f\x7fc":   "c|",
		"a\tb\x7f\x7fc":     "ac|",
		"a\x01b":            "a^Ab|",
		"a\x16\x03\x7fb":    "ab|",
		"a\x13b":            "a|", // what comes after that is not known
		"a\x1b[Ab":          "a|",
		"a\x03b":            "a^C|", // nor what comes after a signal
		"漢\x7f":             "\x00",
		"12345678901234567": "12345678901234567|",
	} {
		y := lineTypist(t, Adaptive)
		y.keys(keys)
		if want != "\x00" {
			y.sees(want)
		}
	}
}

// The prompt is not the line's, and is not erased.
func TestCertainKeepsThePrompt(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.echoes(0, "name: ")
	y.keys("\x7f\x15\x17a\t\x7f")
	y.sees("name: a|")
}

// Keys are placed anew behind what the program writes in between.
func TestCertainFollowsOutput(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.keys("abc")
	y.echoes(1, "a")
	y.sees("abc|")
	y.echoes(2, "\r\noutput\r\nb")
	y.seesRows("a", "output", "bc|")
	y.echoes(3, "c")
	y.seesRows("a", "output", "bc|")
}

// The host may tell of a key a moment before or after its echo.
func TestCertainGoesByTheScreen(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.keys("aab")
	y.echoes(0, "a")
	y.sees("aab|")
	y.echoes(3, "a")
	y.sees("aab|")
	y.acks()
	y.echoes(3, "b")
	y.sees("aab|")
}

// After a line a program may ask for a password: nothing is shown until it has
// had the line and the terminal still echoes. Lines after that are trusted.
func TestCertainWaitsAfterALine(t *testing.T) {
	y := lineTypist(t, Adaptive)
	y.keys("a\rb")
	y.seesRows("a", "|")
	y.echoes(2, "a\r\n")
	y.seesRows("a", "|")
	y.ack = 2
	y.look()
	y.seesRows("a", "b|")
	y.keys("\rc\r\rd")
	y.seesRows("b", "c", "", "d|") // scrolled
	y.keys("\x04e")
	y.seesRows("b", "c", "", "d|")
}

func TestCertainShowsNoPassword(t *testing.T) {
	for _, mode := range []Mode{Adaptive, Always, Experimental} {
		y := lineTypist(t, mode)
		y.keys("me\rsec") // typed ahead
		y.echoes(3, "me\r\n")
		y.seesRows("me", "|")
		y.listening.Discipline = noEcho()
		y.echoes(3, "password: ")
		y.keys("ret")
		y.seesRows("me", "password: |")
		if len(y.inFlight) > 0 {
			t.Errorf("%s: %d keys are remembered", mode, len(y.inFlight))
		}
		y.listening.Discipline = linuxLines()
		y.echoes(6, "")
		y.after(settleTime)
		y.seesRows("me", "password: |")
		y.keys("\r")
		y.acks()
		y.listening.Discipline = raw()
		y.echoes(10, "\r\n$ ")
		y.after(time.Second)
		y.seesRows("me", "password:", "$ |")
	}
}

// What was shown in the belief that the terminal echoes goes as soon as it is
// known that it does not.
func TestCertainTakesBack(t *testing.T) {
	y := lineTypist(t, Always)
	y.keys("sec")
	y.sees("sec|")
	y.tells(noEcho())
	y.sees("|")
	y.tells(linuxLines())
	y.after(settleTime)
	y.sees("sec|") // and it has not had them
}

// A shell that runs sudo turns echo on for a moment.
func TestCertainSettles(t *testing.T) {
	y := confirmedTypist(t)
	y.tells(raw())
	y.shows("$ sudo")
	y.types("\r")
	y.keys("sec")
	y.listening.Discipline = linuxLines()
	y.echoes(y.frame-4, "\r\n")
	y.acks()
	y.keys("ret")
	y.seesRows("$ sudo", "|")
	if got := y.Predictor.Deadline(y.now); got != y.now.Add(settleTime) {
		t.Errorf("deadline in %v, want %v", got.Sub(y.now), settleTime)
	}
	y.after(settleTime)
	y.seesRows("$ sudo", "ret|")
}

func TestCertainIsUnsure(t *testing.T) {
	odd := linuxLines()
	odd.Modes |= state.Unpredictable
	y := lineTypist(t, Always)
	y.tells(odd)
	y.keys("ab")
	y.sees("|")

	y = lineTypist(t, Always)
	y.host = y.host.Clone()
	y.host.Cursor.Hidden = true
	y.keys("ab")
	y.sees("|")

	y = lineTypist(t, Always)
	y.types(strings.Repeat("a", pasteLength+1))
	y.keys("b")
	y.sees("|")
}

func TestCertainIsBounded(t *testing.T) {
	y := lineTypist(t, Always)
	for range 2 * maxReads {
		y.lineEcho.addRead(y.frame, []byte("ab"))
		y.frame++
	}
	if n := len(y.lineEcho.reads); n != maxReads {
		t.Errorf("%d reads are remembered, want %d", n, maxReads)
	}
	y.acks()
	if n := len(y.lineEcho.line.text); n > maxCanonicalLine {
		t.Errorf("a line of %d bytes", n)
	}
}

// The other screen is another place: what was predicted is not of it.
func TestAlternateScreenIsTentative(t *testing.T) {
	y := confirmedTypist(t)
	y.tells(raw())
	y.types("b")
	y.sees("$ ab|")
	y.listening.Alternate = true
	y.tells(raw())
	y.types("c")
	y.sees("$ a|")
}

// A terminal that is not known to be anything is guessed at.
func TestUnknownDisciplineIsRaw(t *testing.T) {
	y := confirmedTypist(t)
	y.types("b")
	y.sees("$ ab|")
	if len(y.lineEcho.reads) > 0 {
		t.Error("reads are remembered for nothing")
	}
}
