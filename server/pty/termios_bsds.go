//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package pty

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

// statusChars returns the characters that print the status and that suspend when
// they are read (termios(4)).
func statusChars(local uint64) []disciplineChar {
	return []disciplineChar{
		{local&unix.ICANON != 0 && local&unix.IEXTEN != 0, unix.VSTATUS, state.CharStatus},
		{local&unix.ISIG != 0 && local&unix.IEXTEN != 0, unix.VDSUSP, state.CharDelayedSuspend},
	}
}
