package pty

import "golang.org/x/sys/unix"

// utf8Input erases whole characters (termios(4)).
const utf8Input = unix.IUTF8
