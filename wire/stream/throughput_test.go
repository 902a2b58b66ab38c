package stream

import (
	"testing"
	"time"
)

// TestThroughput holds the rates, from the first byte, to those that are wanted over links of
// 100 Mbit/s.
func TestThroughput(t *testing.T) {
	for _, test := range []struct {
		link  string
		bytes int
		least float64 // MB/s
	}{
		{"rtt=20ms,rate=100M", 20 << 20, 11.2},
		{"rtt=100ms,rate=100M", 20 << 20, 10},
		{"rtt=100ms,rate=100M,loss=1%", 20 << 20, 8.5},
		{"rtt=100ms,rate=100M,loss=5%", 20 << 20, 6},
		{"rtt=300ms,rate=100M,loss=2%", 20 << 20, 2.8},
		{"rtt=20ms,rate=100M,queue=50k", 20 << 20, 10},
		{"rtt=20ms,rate=100M,queue=250k", 20 << 20, 11},
		{"rtt=100ms,rate=100M,queue=200k", 20 << 20, 8.2}, // every other packet is lost at first
		{"rtt=100ms,rate=100M,queue=250k", 20 << 20, 8.2},
		{"rtt=100ms,rate=100M,queue=1250k", 20 << 20, 9.2},
		{"rtt=100ms,rate=100M,queue=1250k,loss=1%", 20 << 20, 5.2},
		{"rtt=100ms,rate=100M,queue=250k,loss=5%", 20 << 20, 3},
		{"rtt=100ms,rate=10M,loss=20%", 20 << 20, 0.8},
		{"rtt=100ms,rate=10M,loss=30%", 20 << 20, 0.65},
		{"rtt=40ms,rate=50M,jitter=10ms", 20 << 20, 4.5},
		{"rtt=40ms,rate=50M,reorder=20%", 20 << 20, 4},
		{"rtt=40ms,rate=50M,dup=20%", 20 << 20, 4.5},
		{"rtt=2ms,rate=1G", 200 << 20, 100},
		{"rtt=200us,rate=1G", 200 << 20, 100},
		{"rtt=200us,rate=1G,jitter=1ms", 20 << 20, 60}, // as ends that wait for a processor
	} {
		t.Run(test.link, func(t *testing.T) {
			r := newRig(t, test.link)
			b := r.transfer(test.bytes)
			rate := float64(test.bytes) / 1e6 / r.now.Sub(b.first).Seconds()
			up := r.up.Stats()
			t.Logf("%.2f MB/s; %d packets, %d lost, %d dropped by the queue", rate, up.Sent.Packets, up.Lost.Packets, up.Overflowed.Packets)
			if rate < test.least {
				t.Errorf("%.2f MB/s, want at least %.2f", rate, test.least)
			}
		})
	}
}

// TestLossOfStart has links lose packets while the start fills their queue. That is no
// congestion, and does not bound the window.
func TestLossOfStart(t *testing.T) {
	for seed := range uint64(8) {
		r := newRigOf(t, "rtt=300ms,rate=100M,loss=2%", 2*seed+1)
		b := r.transfer(20 << 20)
		if rate := (20 << 20) / 1e6 / r.now.Sub(b.first).Seconds(); rate < 2.6 {
			t.Errorf("link %d: %.2f MB/s", seed, rate)
		}
	}
}

// TestDownload has the peer of the end that begins the stream send.
func TestDownload(t *testing.T) {
	const size = 20 << 20
	r := newRig(t, "rtt=100ms,rate=100M")
	s := r.client.Open(1, []byte("target"))
	var peer *Stream
	var first time.Time
	got, rest := 0, make([]byte, size)
	for limit := r.now.Add(time.Hour); got < size && r.now.Before(limit); {
		r.step(limit)
		if peer == nil {
			if peer = r.server.Accept(); peer == nil {
				continue
			}
		}
		n, err := peer.Write(rest)
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
		data, _, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 0 && first.IsZero() {
			first = r.now
		}
		got += len(data)
		s.Consume(r.now, len(data))
	}
	rate := size / 1e6 / r.now.Sub(first).Seconds()
	t.Logf("%.2f MB/s", rate)
	if rate < 9.8 {
		t.Errorf("%.2f MB/s", rate)
	}
}

// TestRoaming moves to another path every three seconds: packets on their way are lost.
func TestRoaming(t *testing.T) {
	r := newRig(t, "rtt=100ms,rate=20M")
	next := r.now.Add(3 * time.Second)
	r.before = func() {
		if r.now.Before(next) {
			return
		}
		next = next.Add(3 * time.Second)
		for p := r.up.Deadline(); !p.IsZero(); p = r.up.Deadline() {
			r.up.Receive(p)
		}
		r.client.PathChanged(r.now)
		r.server.PathChanged(r.now)
	}
	b := r.transfer(20 << 20)
	rate := float64(20<<20) / 1e6 / r.now.Sub(b.first).Seconds()
	t.Logf("%.2f MB/s", rate)
	if rate < 1.6 {
		t.Errorf("%.2f MB/s", rate)
	}
}
