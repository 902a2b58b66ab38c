package datagram

import (
	"testing"
	"time"
)

const ms = time.Millisecond

func TestRTTBeforeSamples(t *testing.T) {
	var r RTT
	if got := r.Smoothed(); got != 1000*ms {
		t.Errorf("srtt %v, want 1s", got)
	}
	if got := r.Timeout(); got != 1000*ms {
		t.Errorf("timeout %v, want 1s", got)
	}
	if got := r.SendInterval(); got != 250*ms {
		t.Errorf("interval %v, want 250ms", got)
	}
}

func TestRTTSamples(t *testing.T) {
	var r RTT
	for i, step := range []struct {
		sample              time.Duration // ms
		smoothed, variation float64
		timeout, interval   time.Duration
	}{
		{101, 101, 50.5, 303 * ms, 51 * ms},
		{101, 101, 37.875, 253 * ms, 51 * ms},
		{301, 126, 78.40625, 440 * ms, 63 * ms},
		{0, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{5000, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{65535, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{4999, 721.34375, 1289.916015625, 1000 * ms, 250 * ms},
	} {
		r.Add(step.sample * ms)
		if r.smoothed != step.smoothed || r.variation != step.variation {
			t.Errorf("step %d: smoothed %v variance %v, want %v %v", i, r.smoothed, r.variation, step.smoothed, step.variation)
		}
		if r.Timeout() != step.timeout || r.SendInterval() != step.interval {
			t.Errorf("step %d: timeout %v interval %v, want %v %v", i, r.Timeout(), r.SendInterval(), step.timeout, step.interval)
		}
	}
}

func TestRTTLowerBounds(t *testing.T) {
	var r RTT
	r.Add(0)
	if r.Timeout() != 50*ms || r.SendInterval() != 20*ms {
		t.Errorf("timeout %v interval %v, want 50ms 20ms", r.Timeout(), r.SendInterval())
	}
}
