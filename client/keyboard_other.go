//go:build !windows

package client

import "os"

// keyboard reads keys from the terminal.
type keyboard struct{ *os.File }

func newKeyboard(in *os.File) *keyboard { return &keyboard{in} }

// resized returns nil: a signal reports a resized window.
func (k *keyboard) resized() <-chan struct{} { return nil }
