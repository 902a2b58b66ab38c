//go:build netbsd || openbsd

package pty

const (
	utf8Input   = 0  // neither system has IUTF8
	secondErase = -1 // nor VERASE2
)
