package harness

import (
	"slices"
	"strings"
	"testing"
	"time"
)

type Screen []string

func (s Screen) String() string { return strings.Join(s, "\n") }

func (s Screen) HasLine(text string) bool { return slices.Contains(s, text) }

// Has reports whether text is within one line of the screen.
func (s Screen) Has(text string) bool {
	return slices.ContainsFunc(s, func(line string) bool { return strings.Contains(line, text) })
}

func trimmed(lines []string) Screen {
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

func (x *Terminal) Until(what string, limit time.Duration, cond func(Screen) bool) Screen {
	x.t.Helper()
	var s Screen
	wait(x.t, what, limit, x.tmux.changed,
		func() bool { s = x.Screen(); return cond(s) },
		func() string { return Frame(s) })
	return s
}

func (x *Terminal) Expect(text string) Screen {
	x.t.Helper()
	return x.Until("text "+quote(text), Patience, func(s Screen) bool { return s.Has(text) })
}

func (x *Terminal) ExpectLine(text string) Screen {
	x.t.Helper()
	return x.Until("line "+quote(text), Patience, func(s Screen) bool { return s.HasLine(text) })
}

func (x *Terminal) ExpectNot(text string) Screen {
	x.t.Helper()
	return x.Until("screen without "+quote(text), Patience, func(s Screen) bool { return !s.Has(text) })
}

// ExpectFormat waits until a tmux format expands to want.
func (x *Terminal) ExpectFormat(format, want string) {
	x.t.Helper()
	var got string
	wait(x.t, format+" of "+quote(want), Patience, x.tmux.changed,
		func() bool { got = x.Format(format); return got == want },
		func() string { return "it is " + quote(got) + "\n" + Frame(x.Screen()) })
}

func (x *Terminal) ExpectClipboard(want string) {
	x.t.Helper()
	var got string
	wait(x.t, "clipboard "+quote(want), Patience, x.tmux.changed,
		func() bool { got = x.Clipboard(); return got == want },
		func() string { return "it is " + quote(got) + "\n" + Frame(x.Screen()) })
}

func (x *Terminal) ExpectEnd(limit time.Duration) (status int) {
	x.t.Helper()
	wait(x.t, "end of the command", limit, x.tmux.changed,
		func() (ended bool) { status, ended = x.Ended(); return ended },
		func() string { return Frame(x.Screen()) })
	return status
}

// Frame returns a framed screen for the message of a failure.
func Frame(s Screen) string {
	last := len(s)
	for last > 0 && s[last-1] == "" {
		last--
	}
	var b strings.Builder
	b.WriteString("the screen:\n")
	for _, line := range s[:last] {
		b.WriteString("  |" + line + "\n")
	}
	return b.String()
}

func quote(s string) string { return "\"" + s + "\"" }

func Compare(t testing.TB, name string, got, want Screen) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	for i := range max(len(got), len(want)) {
		g, w := line(got, i), line(want, i)
		if g != w {
			t.Errorf("%s: line %d is\n  %q, want\n  %q", name, i, g, w)
		}
	}
}

func line(s Screen, i int) string {
	if i < len(s) {
		return s[i]
	}
	return "(no such line)"
}
