package prompt

import (
	"strings"
	"testing"
)

// shownOn returns the lines of a terminal that moves its cursor by CR, BS and LF, as all
// do, after output. The ideographs of the tests occupy two columns.
func shownOn(output string) (lines []string) {
	const secondColumn = "\x00"
	line, x := []rune{}, 0
	for _, r := range strings.ReplaceAll(output, "漢", "漢"+secondColumn) {
		switch r {
		case '\n':
			lines = append(lines, strings.TrimRight(string(line), " "))
			line, x = nil, 0
		case '\r':
			x = 0
		case '\b':
			x = max(x-1, 0)
		default:
			for len(line) <= x {
				line = append(line, ' ')
			}
			line[x] = r
			x++
		}
	}
	text := strings.Join(append(lines, strings.TrimRight(string(line), " ")), "\n")
	return strings.Split(strings.ReplaceAll(text, secondColumn, ""), "\n")
}

func TestStatusIsOneLineThatIsWiped(t *testing.T) {
	var out strings.Builder
	term := terminal{notices: &statusLine{out: &out, width: func() int { return 40 }}}
	want := func(last string, before ...string) {
		t.Helper()
		if got, want := shownOn(out.String()), append(before, last); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("shown %q, want %q", got, want)
		}
	}
	term.Status(Status{Text: "gm: waiting for a host", Detail: " (3 s)"})
	want("gm: waiting for a host (3 s)")
	out.WriteString("^C") // of the terminal
	term.Status(Status{Text: "gm: waiting for it", Detail: ""})
	want("gm: waiting for it")
	term.Status(Status{Text: "gm: " + strings.Repeat("x", 100)})
	want("gm: " + strings.Repeat("x", 31))
	term.Status(Status{Text: "gm: " + strings.Repeat("漢", 100)})
	want("gm: " + strings.Repeat("漢", 15))
	term.Status(Status{Text: "a bar", Detail: " [=>   ]\t\x1b[m\n1%"})
	want("a bar [=>   ] ?[m 1%")
	term.Notice("a notice")
	want("", "a notice")
	term.Status(Status{Text: "more"})
	want("more", "a notice")
	out.WriteString("^C")
	term.Status(Status{})
	want("", "a notice")
	size := out.Len()
	term.Status(Status{})
	if out.Len() != size {
		t.Error("an empty line was wiped")
	}
}

// Nothing that is written changes if the terminal cannot or must not do that.
func TestPlainStatus(t *testing.T) {
	var out strings.Builder
	term := terminal{notices: &statusLine{out: &out, plain: true, width: func() int { return 40 }}}
	for _, s := range []Status{{Text: "one", Detail: " (3 s)"}, {Text: "one", Detail: " (4 s)"}, {}, {Text: "two"}, {}} {
		term.Status(s)
	}
	term.Notice("three")
	if got := out.String(); got != "one\ntwo\nthree\n" {
		t.Errorf("wrote %q", got)
	}
}

func TestStatusBesideAnotherProgram(t *testing.T) {
	var out strings.Builder
	term := terminal{notices: &statusLine{out: &out, width: func() int { return 40 }}}
	for range 3 {
		term.Status(Status{Text: "the ProxyCommand", Once: true})
		term.Status(Status{})
	}
	if got := out.String(); got != "the ProxyCommand\n" {
		t.Errorf("wrote %q", got)
	}
}

func TestNoStatusWithoutTerminal(t *testing.T) {
	var out strings.Builder
	term := terminal{notices: &statusLine{out: &out, width: func() int { return 0 }}}
	term.Status(Status{Text: "one"})
	term.Status(Status{Text: "one", Once: true})
	term.Status(Status{})
	if out.Len() > 0 {
		t.Errorf("wrote %q", out.String())
	}
}

func TestStatusOnATerminalWithoutCursor(t *testing.T) {
	for name, want := range map[string]bool{"dumb": true, "unknown": true, "xterm": false} {
		t.Setenv("TERM", name)
		if got := NewTerminal(false).notices.plain; got != want {
			t.Errorf("TERM=%s: plain %v", name, got)
		}
	}
	if !NewTerminal(true).notices.plain {
		t.Error("with --plain: lines change")
	}
}

func TestQuietShowsNoStatus(t *testing.T) {
	u := &listener{}
	Quiet{u}.Status(Status{Text: "one"})
	if told := u.take(); told != nil {
		t.Errorf("shown %q", told)
	}
}
