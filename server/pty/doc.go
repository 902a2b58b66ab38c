// Package pty runs a program on a pseudoterminal. It reads and writes the master side
// and reads the line discipline.
package pty
