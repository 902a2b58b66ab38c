package pty

import "golang.org/x/sys/unix"

const (
	utf8Input   = 0 // DragonFly has no IUTF8
	secondErase = unix.VERASE2
)
