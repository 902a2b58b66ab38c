//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package server

import (
	"golang.org/x/sys/unix"

	"gm/wire/state"
)

// What of termios(4) the BSDs have in common.
const (
	getTermios   = unix.TIOCGETA
	disabledChar = 0xff
	discards     = true

	// systemModes: a word ends at a blank, without ALTWERASE.
	systemModes = state.BlankWords
	expandTabs  = 0x4 // OXTABS
	oddInput    = 0
	oddOutput   = 0
	oddLocal    = 0x200 // ALTWERASE
)
