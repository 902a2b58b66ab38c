//go:build !linux

package nodump

// Disable does nothing and returns nil: outside of Linux the limit on core dumps
// is the only measure.
func Disable() error { return nil }
