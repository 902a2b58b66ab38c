//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package pty

import "gm/wire/state"

// ReadsDiscipline says that the master side of a pty tells nothing.
const ReadsDiscipline = false

func (p *Program) Discipline() state.Discipline { return state.Discipline{} }
