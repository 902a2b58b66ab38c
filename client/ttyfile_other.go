//go:build !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package client

import "os"

// flushOutput does nothing: a console does not queue output.
func flushOutput(out *os.File) {}

func openOutput(out *os.File) *os.File { return out }

func openInput(in *os.File) keySource { return in }

func writesAtOnce(output, out *os.File) func(p []byte) (n int, err error) { return nil }
