// Package deadline finds the next of several points in time at which work is
// due. The zero time stands for work that is never due.
package deadline

import "time"

// Earliest returns the first of the times that are not zero, or the zero time.
func Earliest(times ...time.Time) (first time.Time) {
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// EarliestAfter returns the first of the times after now, or the zero time.
func EarliestAfter(now time.Time, times ...time.Time) (first time.Time) {
	for _, t := range times {
		if t.After(now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// Latest returns the later of a and b. The zero time is before any other.
func Latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
