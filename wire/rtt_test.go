package wire

import (
	"testing"
	"time"
)

const ms = time.Millisecond

func TestRTTBeforeSamples(t *testing.T) {
	r := newRTT()
	if got := r.srtt(); got != 1000*ms {
		t.Errorf("srtt %v, want 1s", got)
	}
	if got := r.timeout(); got != 1000*ms {
		t.Errorf("timeout %v, want 1s", got)
	}
	if got := r.interval(); got != 250*ms {
		t.Errorf("interval %v, want 250ms", got)
	}
}

func TestRTTSamples(t *testing.T) {
	r := newRTT()
	for i, step := range []struct {
		sample             stamp
		smoothed, variance float64
		timeout, interval  time.Duration
	}{
		{101, 101, 50.5, 303 * ms, 51 * ms},
		{101, 101, 37.875, 253 * ms, 51 * ms},
		{301, 126, 78.40625, 440 * ms, 63 * ms},
		{0, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{5000, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{65535, 110.25, 90.3046875, 472 * ms, 56 * ms},
		{4999, 721.34375, 1289.916015625, 1000 * ms, 250 * ms},
	} {
		r.sample(step.sample, 0)
		if r.smoothed != step.smoothed || r.variance != step.variance {
			t.Errorf("step %d: smoothed %v variance %v, want %v %v", i, r.smoothed, r.variance, step.smoothed, step.variance)
		}
		if r.timeout() != step.timeout || r.interval() != step.interval {
			t.Errorf("step %d: timeout %v interval %v, want %v %v", i, r.timeout(), r.interval(), step.timeout, step.interval)
		}
	}
}

func TestRTTWrapsAround(t *testing.T) {
	r := newRTT()
	r.sample(10, 65530)
	if got := r.srtt(); got != 16*ms {
		t.Errorf("srtt %v, want 16ms", got)
	}
}

func TestRTTLowerBounds(t *testing.T) {
	r := newRTT()
	r.sample(0, 0)
	if r.timeout() != 50*ms || r.interval() != 20*ms {
		t.Errorf("timeout %v interval %v, want 50ms 20ms", r.timeout(), r.interval())
	}
}
