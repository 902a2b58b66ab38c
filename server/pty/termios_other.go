//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package pty

import (
	"os"

	"gm/wire/state"
)

// ReadsDiscipline is false: the master side of a pty has no termios here.
const ReadsDiscipline = false

// Discipline returns the zero Discipline.
func (p *Program) Discipline() state.Discipline { return state.Discipline{} }

// FlushStalledInput reports whether it has flushed input, which it never does here: the size
// of the unread input is unknown.
func (p *Program) FlushStalledInput() (done bool) { return false }

func setUTF8(tty *os.File) error { return nil }
