package wire

import (
	"testing"
	"time"
)

// epoch is where the time of the tests begins.
var epoch = time.Unix(1_000_000_000, 0)

// at gives the time so many milliseconds after epoch.
func at(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }

func TestStamp(t *testing.T) {
	c := clock{epoch}
	for ms, want := range map[int]stamp{
		0: 0, 1: 1, 65534: 65534, 65535: 0, 65536: 0, 65537: 1, 2*65536 - 1: 0, 10*65536 + 7: 7,
	} {
		if got := c.stamp(at(ms)); got != want {
			t.Errorf("stamp after %d ms is %d, want %d", ms, got, want)
		}
	}
}

func TestEcho(t *testing.T) {
	for _, c := range []struct {
		name      string
		put       stamp
		congested bool
		held      int // ms
		want      stamp
	}{
		{"at once", 100, false, 0, 100},
		{"held", 100, false, 42, 142},
		{"just in time", 100, false, 999, 1099},
		{"too late", 100, false, 1000, noStamp},
		{"wraps", 65500, false, 100, 64},
		{"congested", 600, true, 10, 110},
		{"congested wraps", 100, true, 0, 65136},
		{"none", noStamp, false, 0, noStamp},
		{"none congested", noStamp, true, 0, noStamp},
	} {
		var e echo
		e.put(epoch, c.put, c.congested)
		if got := e.take(at(c.held)); got != c.want {
			t.Errorf("%s: echo is %d, want %d", c.name, got, c.want)
		}
		if got := e.take(at(c.held)); got != noStamp {
			t.Errorf("%s: second echo is %d", c.name, got)
		}
	}
}

func TestEchoTakesTheNewest(t *testing.T) {
	var e echo
	e.put(at(0), 10, false)
	e.put(at(5), 20, false)
	if got := e.take(at(7)); got != 22 {
		t.Errorf("echo is %d, want 22", got)
	}
	var none echo
	if got := none.take(epoch); got != noStamp {
		t.Errorf("echo of nothing is %d", got)
	}
}
