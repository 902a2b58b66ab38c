package pty

import "golang.org/x/sys/unix"

const (
	utf8Input   = unix.IUTF8
	secondErase = -1 // macOS has no VERASE2
)
