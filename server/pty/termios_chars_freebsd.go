package pty

import (
	"golang.org/x/sys/unix"

	"gm/wire/state"
)

// systemChars returns the characters that only the BSDs have (termios(4)).
func systemChars(local uint64) []disciplineChar {
	return append(statusChars(local), disciplineChar{true, unix.VERASE2, state.CharErase2})
}
