//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package pty

import (
	"os"

	"golang.org/x/sys/unix"

	"gm/internal/termios"
	"gm/wire/state"
)

// ReadsDiscipline reports whether the master side of a pty has the termios of the
// other side.
const ReadsDiscipline = true

// Discipline returns the line discipline; the zero Discipline if it cannot be read.
func (p *Program) Discipline() (d state.Discipline) {
	p.Control(func(fd int) {
		if t, err := termios.Get(fd); err == nil {
			d = disciplineOf(t)
		}
	})
	return d
}

// setUTF8 sets IUTF8, with which the line discipline erases whole characters, on the
// systems that have it.
func setUTF8(tty *os.File) error {
	if utf8Input == 0 {
		return nil
	}
	fd := int(tty.Fd())
	t, err := termios.Get(fd)
	if err != nil {
		return os.NewSyscallError("tcgetattr", err)
	}
	t.Iflag |= utf8Input
	return os.NewSyscallError("tcsetattr", termios.Set(fd, t))
}

// controlChar is a control character: whether it has an effect, its index in
// termios.c_cc, and its meaning.
type controlChar struct {
	on    bool
	index int
	char  state.ControlChar
}

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
	for _, c := range append(systemChars(local), []controlChar{
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
		if c.on && t.Cc[c.index] != disabledChar {
			d.Chars[c.char] = t.Cc[c.index]
		}
	}
	return d
}
