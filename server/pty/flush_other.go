//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package pty

// FlushStalledInput does nothing: what the line discipline holds can not be asked for.
func (p *Program) FlushStalledInput() (done bool) { return false }
