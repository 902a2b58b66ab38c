package wiretest

import (
	"testing"
	"time"
)

func TestSetClock(t *testing.T) {
	now := time.Now()
	for _, by := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		set := SetClock(now, by)
		if set.Sub(now) != 0 || set.Round(0).Sub(now.Round(0)) != by {
			t.Errorf("set by %v: %v passed, the wall clock moved by %v", by, set.Sub(now), set.Round(0).Sub(now.Round(0)))
		}
	}
}
