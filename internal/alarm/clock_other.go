//go:build !linux

package alarm

import "time"

// clock is a timer of the system, of which there is none.
type clock struct{ expired <-chan time.Time }

func openClock() *clock { return nil }

func (*clock) set(time.Time) {}

func (*clock) close() {}
