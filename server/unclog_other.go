//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package server

// unclog does nothing: what the line discipline holds can not be asked for.
func (c *child) unclog() (done bool) { return false }
