package session

import (
	"testing"
	"time"
)

// TestHistoryTextLimit acknowledges texts one after the other within times in ms.
func TestHistoryTextLimit(t *testing.T) {
	for name, c := range map[string]struct {
		took []int
		loss float64
		want int // KB
	}{
		"the first":            {[]int{100}, 0, 4},
		"fast":                 {[]int{100, 100, 100}, 0, 16},
		"as large as can be":   {[]int{100, 100, 100, 100, 100, 100, 100}, 0, 64},
		"a little late":        {[]int{100, 100, 120}, 0, 8},
		"late":                 {[]int{100, 100, 140}, 0, 4},
		"large ones late":      {[]int{100, 140, 100, 140, 100, 140}, 0, 2},
		"a longer path":        {[]int{5, 5, 100, 100, 100, 100, 100, 100}, 0, 32},
		"one spike":            {[]int{100, 100, 400, 100}, 0, 8},
		"rare losses":          {[]int{100, 100, 100, 100, 100, 100}, 0.01, 64},
		"5% lost":              {[]int{100, 100, 100, 100, 100, 100}, 0.05, 15},
		"20% lost":             {[]int{100, 100, 100, 100, 100, 100}, 0.2, 3},
		"most lost":            {[]int{100, 100, 100, 100, 100, 100}, 0.9, 2},
		"late where many lost": {[]int{100, 100, 400}, 0.2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHistoryFeed(0)
			for _, ms := range c.took {
				h.adjust(time.Duration(ms)*time.Millisecond, c.loss)
			}
			if got := h.text >> 10; got != c.want {
				t.Errorf("the limit is %d KB, want %d", got, c.want)
			}
		})
	}
}
