package pty

import "golang.org/x/sys/unix"

const (
	// utf8Input is IUTF8 of FreeBSD 14, which unix does not define yet. Older kernels
	// clear the bit.
	utf8Input = 0x4000

	secondErase = unix.VERASE2
)
