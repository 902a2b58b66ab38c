package datagram

import (
	"testing"
	"time"
)

// epoch is the time at which tests begin.
var epoch = time.Unix(1_000_000_000, 0)

// at returns the time ms milliseconds after epoch.
func at(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }

func TestTimestamp(t *testing.T) {
	c := clock{epoch}
	for ms, want := range map[int]timestamp{
		0: 0, 1: 1, 65534: 65534, 65535: 0, 65536: 0, 65537: 1, 2*65536 - 1: 0, 10*65536 + 7: 7,
	} {
		if got := c.timestamp(at(ms)); got != want {
			t.Errorf("timestamp after %d ms is %d, want %d", ms, got, want)
		}
	}
}

func TestTimestampReply(t *testing.T) {
	for _, c := range []struct {
		name      string
		put       timestamp
		congested bool
		held      int // ms
		want      timestamp
	}{
		{"at once", 100, false, 0, 100},
		{"held", 100, false, 42, 142},
		{"just in time", 100, false, 999, 1099},
		{"too late", 100, false, 1000, noTimestamp},
		{"wraps", 65500, false, 100, 64},
		{"congested", 600, true, 10, 110},
		{"congested wraps", 100, true, 0, 65136},
		{"none", noTimestamp, false, 0, noTimestamp},
		{"none congested", noTimestamp, true, 0, noTimestamp},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r timestampReply
			r.put(epoch, c.put, c.congested)
			if got := r.take(at(c.held)); got != c.want {
				t.Errorf("reply is %d, want %d", got, c.want)
			}
			if got := r.take(at(c.held)); got != noTimestamp {
				t.Errorf("second reply is %d", got)
			}
		})
	}
}

func TestTimestampReplyIsTheNewest(t *testing.T) {
	var r timestampReply
	r.put(at(0), 10, false)
	r.put(at(5), 20, false)
	if got := r.take(at(7)); got != 22 {
		t.Errorf("reply is %d, want 22", got)
	}
	var none timestampReply
	if got := none.take(epoch); got != noTimestamp {
		t.Errorf("reply to nothing is %d", got)
	}
}
