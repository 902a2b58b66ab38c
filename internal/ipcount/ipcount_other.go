//go:build !linux

package ipcount

// Read returns false: the system's counters are not read.
func Read() (Count, bool) { return Count{}, false }
