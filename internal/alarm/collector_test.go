package alarm

import (
	"runtime/debug"
	"testing"
)

func TestIdleSessionPausesCollector(t *testing.T) {
	before := debug.SetGCPercent(70)
	defer debug.SetGCPercent(before)
	percent := func() int {
		p := debug.SetGCPercent(-1)
		debug.SetGCPercent(p)
		return p
	}
	var c Collector
	for _, step := range []struct {
		idle bool
		want int
	}{{false, 70}, {true, -1}, {true, -1}, {false, 70}, {true, -1}} {
		c.Pause(step.idle)
		if got := percent(); got != step.want {
			t.Errorf("idle %v: GOGC is %d, want %d", step.idle, got, step.want)
		}
	}
	c.Pause(false)
}
