//go:build dragonfly || netbsd || openbsd

package pty

// utf8Input is of no flag: the line discipline knows no UTF-8.
const utf8Input = 0
