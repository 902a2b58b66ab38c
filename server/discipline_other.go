//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package server

import "gm/wire/state"

// readsDiscipline says that the master side of a pty tells nothing.
const readsDiscipline = false

func (c *child) discipline() state.Discipline { return state.Discipline{} }
