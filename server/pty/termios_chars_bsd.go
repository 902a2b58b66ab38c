//go:build darwin || netbsd || openbsd

package pty

// systemChars returns the characters that only the BSDs have (termios(4)).
func systemChars(local uint64) []disciplineChar { return statusChars(local) }
