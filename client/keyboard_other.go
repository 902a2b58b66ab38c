//go:build !windows

package client

import "os"

// keyboard reads keys from the terminal.
type keyboard struct{ keySource }

func newKeyboard(in *os.File) *keyboard { return &keyboard{openInput(in)} }

// resized returns nil: a signal reports a resized window.
func (k *keyboard) resized() <-chan struct{} { return nil }
