// Package pty runs a program on a pseudoterminal. It reads and writes the
// master side, and what of the line discipline the session has to know.
package pty
