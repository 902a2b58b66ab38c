package pty

import "golang.org/x/sys/unix"

// What of termios(3) is Linux's own.
const (
	getTermios   = unix.TCGETS
	disabledChar = 0
	discards     = false // VDISCARD has no effect

	systemModes = 0
	utf8Input   = unix.IUTF8
	expandTabs  = unix.XTABS
	oddInput    = unix.IUCLC
	oddOutput   = unix.OLCUC
	oddLocal    = unix.XCASE
)

// systemChars returns none: Linux has no characters of its own.
func systemChars(uint64) []disciplineChar { return nil }
