//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package pty

import (
	"gm/wire/state"

	"golang.org/x/sys/unix"
)

// ReadsDiscipline says that the master side of a pty tells the discipline of
// the other.
const ReadsDiscipline = true

// Discipline reads the line discipline; the zero one if that fails.
func (p *Program) Discipline() (d state.Discipline) {
	p.Control(func(fd int) {
		if t, err := unix.IoctlGetTermios(fd, getTermios); err == nil {
			d = disciplineOf(t)
		}
	})
	return d
}

// disciplineChar is a control character: whether it has a meaning, where it is in
// termios.c_cc, and what it means.
type disciplineChar struct {
	on   bool
	at   int
	char state.ControlChar
}

// disciplineOf returns the parts of t that matter for what is echoed.
func disciplineOf(t *unix.Termios) state.Discipline {
	in, out, local := uint64(t.Iflag), uint64(t.Oflag), uint64(t.Lflag)
	d := state.Discipline{Modes: state.DisciplineKnown | systemModes}
	for _, m := range []struct {
		on   bool
		mode state.DisciplineModes
	}{
		{local&unix.ICANON != 0, state.Canonical},
		{local&unix.ECHO != 0, state.Echo},
		{local&unix.ECHOE != 0, state.EchoErase},
		{local&unix.ECHOK != 0 && local&unix.ECHOKE != 0, state.EchoKill},
		{local&unix.ECHOCTL != 0, state.EchoControl},
		{local&unix.ECHONL != 0, state.EchoNewline},
		{in&unix.ICRNL != 0, state.ReturnIsNewline},
		{in&utf8Input != 0, state.UTF8},
		{out&unix.OPOST != 0 && out&unix.ONLCR != 0, state.NewlineReturns},
		{out&unix.OPOST != 0 && out&expandTabs == expandTabs, state.ExpandedTabs},
		{in&(unix.IGNCR|unix.INLCR|unix.ISTRIP|oddInput) != 0, state.Unpredictable},
		{out&(unix.OCRNL|unix.ONOCR|unix.ONLRET|oddOutput) != 0, state.Unpredictable},
		{local&(unix.ECHOPRT|unix.EXTPROC|oddLocal) != 0, state.Unpredictable},
		{local&unix.NOFLSH != 0, state.NoFlush},
	} {
		if m.on {
			d.Modes |= m.mode
		}
	}
	for _, c := range append(systemChars(local), []disciplineChar{
		{true, unix.VERASE, state.CharErase},
		{true, unix.VKILL, state.CharKill},
		{true, unix.VEOF, state.CharEOF},
		{true, unix.VEOL, state.CharEOL},
		{true, unix.VEOL2, state.CharEOL2},
		{local&unix.ISIG != 0, unix.VINTR, state.CharInterrupt},
		{local&unix.ISIG != 0, unix.VQUIT, state.CharQuit},
		{local&unix.ISIG != 0, unix.VSUSP, state.CharSuspend},
		{in&unix.IXON != 0, unix.VSTART, state.CharStart},
		{in&unix.IXON != 0, unix.VSTOP, state.CharStop},
		{local&unix.IEXTEN != 0, unix.VWERASE, state.CharWordErase},
		{local&unix.IEXTEN != 0, unix.VLNEXT, state.CharLiteralNext},
		{local&unix.IEXTEN != 0, unix.VREPRINT, state.CharReprint},
		{local&unix.IEXTEN != 0 && discards, unix.VDISCARD, state.CharDiscard},
	}...) {
		if c.on && t.Cc[c.at] != disabledChar {
			d.Chars[c.char] = t.Cc[c.at]
		}
	}
	return d
}
