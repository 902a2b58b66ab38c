package pty

import "golang.org/x/sys/unix"

// termios(3) as far as Linux differs.
const (
	disabledChar = 0
	discards     = false // VDISCARD has no effect

	systemModes = 0
	utf8Input   = unix.IUTF8
	expandTabs  = unix.XTABS
	oddInput    = unix.IUCLC
	oddOutput   = unix.OLCUC
	oddLocal    = unix.XCASE
)

func systemChars(uint64) []controlChar { return nil }
