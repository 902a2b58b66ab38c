package alarm

import (
	"runtime"
	"runtime/debug"
)

// Collector keeps the garbage collector from running in an idle session. The runtime starts
// it every two minutes even if nothing was allocated, and each run wakes the process about
// fifty times. The zero Collector leaves it on.
type Collector struct {
	paused  bool
	percent int // GOGC while the session is in use
}

// Pause sets whether the collector is off. Before it is turned off it runs once, so that an
// idle session keeps no garbage.
func (c *Collector) Pause(idle bool) {
	if idle == c.paused {
		return
	}
	c.paused = idle
	if idle {
		runtime.GC()
		c.percent = debug.SetGCPercent(-1)
	} else {
		debug.SetGCPercent(c.percent)
	}
}
