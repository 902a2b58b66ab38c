//go:build !windows

package client

import "os"

// keyboard is the terminal, whose bytes are the keys.
type keyboard struct{ *os.File }

func newKeyboard(in *os.File) *keyboard { return &keyboard{in} }

// resized tells nothing: a signal tells of a window of another size.
func (k *keyboard) resized() <-chan struct{} { return nil }
