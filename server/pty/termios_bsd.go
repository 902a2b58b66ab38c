//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package pty

import (
	"golang.org/x/sys/unix"

	"gm/wire/state"
)

// termios(4) as far as the BSDs have it in common.
const (
	disabledChar = 0xff
	discards     = true

	systemModes = state.BlankWords // a word ends at a blank, without ALTWERASE
	expandTabs  = 0x4              // OXTABS
	oddInput    = 0
	oddOutput   = 0
	oddLocal    = 0x200 // ALTWERASE
)

func systemChars(local uint64) []controlChar {
	chars := []controlChar{
		{local&unix.ICANON != 0 && local&unix.IEXTEN != 0, unix.VSTATUS, state.CharStatus},
		{local&unix.ISIG != 0 && local&unix.IEXTEN != 0, unix.VDSUSP, state.CharDelayedSuspend},
	}
	if secondErase >= 0 {
		chars = append(chars, controlChar{true, secondErase, state.CharErase2})
	}
	return chars
}
