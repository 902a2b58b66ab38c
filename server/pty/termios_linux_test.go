package pty

import (
	"testing"

	"gm/internal/termios"
	"gm/wire/state"

	"golang.org/x/sys/unix"
)

// The discipline is that of the program's side, and follows its changes.
func TestDisciplineOfAPty(t *testing.T) {
	master, tty, err := openPty(80, 24)
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	c := &Program{master: master}
	lines := c.Discipline()
	const all = state.DisciplineKnown | state.Canonical | state.Echo | state.EchoErase | state.EchoKill |
		state.EchoControl | state.ReturnIsNewline | state.NewlineReturns | state.UTF8
	if lines.Modes != all {
		t.Errorf("a new terminal has modes %b, want %b", lines.Modes, all)
	}
	for char, b := range map[state.ControlChar]byte{
		state.CharErase: 0x7f, state.CharKill: 0x15, state.CharWordErase: 0x17, state.CharEOF: 4, state.CharEOL: 0,
		state.CharInterrupt: 3, state.CharLiteralNext: 0x16, state.CharReprint: 0x12, state.CharDiscard: 0,
	} {
		if !lines.Is(b, char) && b != 0 || lines.Chars[char] != b {
			t.Errorf("character %d is %x, want %x", char, lines.Chars[char], b)
		}
	}
	for name, test := range map[string]struct {
		change func(*unix.Termios)
		want   func(state.Discipline) bool
	}{
		"raw":     {func(t *unix.Termios) { t.Lflag &^= unix.ICANON }, func(d state.Discipline) bool { return !d.Has(state.Canonical) }},
		"no echo": {func(t *unix.Termios) { t.Lflag &^= unix.ECHO }, func(d state.Discipline) bool { return !d.Has(state.Echo) }},
		"no kill": {func(t *unix.Termios) { t.Lflag &^= unix.ECHOKE }, func(d state.Discipline) bool { return !d.Has(state.EchoKill) }},
		"signals": {func(t *unix.Termios) { t.Lflag &^= unix.ISIG }, func(d state.Discipline) bool { return d.Chars[state.CharInterrupt] == 0 }},
		"no signals": {func(t *unix.Termios) { t.Lflag &^= unix.ISIG }, func(d state.Discipline) bool {
			return d.Chars[state.CharQuit] == 0 && d.Chars[state.CharSuspend] == 0 && d.Chars[state.CharStop] != 0
		}},
		"no flow control": {func(t *unix.Termios) { t.Iflag &^= unix.IXON }, func(d state.Discipline) bool {
			return d.Chars[state.CharStart] == 0 && d.Chars[state.CharStop] == 0 && d.Chars[state.CharQuit] != 0
		}},
		"no extensions": {func(t *unix.Termios) { t.Lflag &^= unix.IEXTEN }, func(d state.Discipline) bool {
			return d.Chars[state.CharLiteralNext] == 0 && d.Chars[state.CharReprint] == 0 && d.Chars[state.CharErase] != 0
		}},
		"extended":   {func(t *unix.Termios) { t.Lflag &^= unix.IEXTEN }, func(d state.Discipline) bool { return d.Chars[state.CharWordErase] == 0 }},
		"characters": {func(t *unix.Termios) { t.Cc[unix.VERASE] = 8 }, func(d state.Discipline) bool { return d.Is(8, state.CharErase) }},
		"tabs":       {func(t *unix.Termios) { t.Oflag |= unix.XTABS }, func(d state.Discipline) bool { return d.Has(state.ExpandedTabs) }},
		"odd":        {func(t *unix.Termios) { t.Lflag |= unix.ECHOPRT }, func(d state.Discipline) bool { return d.Has(state.Unpredictable) }},
		"no flush":   {func(t *unix.Termios) { t.Lflag |= unix.NOFLSH }, func(d state.Discipline) bool { return d.Has(state.NoFlush) }},
		"odd input":  {func(t *unix.Termios) { t.Iflag |= unix.IGNCR }, func(d state.Discipline) bool { return d.Has(state.Unpredictable) }},
	} {
		t.Run(name, func(t *testing.T) {
			before, err := termios.Get(int(tty.Fd()))
			if err != nil {
				t.Fatal(err)
			}
			changed := *before
			test.change(&changed)
			if err := termios.Set(int(tty.Fd()), &changed); err != nil {
				t.Fatal(err)
			}
			if d := c.Discipline(); !test.want(d) || d == lines {
				t.Errorf("the discipline is %+v", d)
			}
			if err := termios.Set(int(tty.Fd()), before); err != nil {
				t.Fatal(err)
			}
		})
	}
	master.Close()
	if d := c.Discipline(); d != (state.Discipline{}) {
		t.Errorf("a closed terminal has %+v", d)
	}
}
