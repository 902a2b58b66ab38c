package stream

import (
	"slices"
	"testing"
	"time"
)

// reads consumes all that has come on the streams that the server has accepted. It returns
// those streams by their kind.
type reads struct {
	*rig
	peers map[uint64]*Stream
	stops map[uint64]bool // kinds that are not read
}

func newReads(r *rig) *reads { return &reads{r, map[uint64]*Stream{}, map[uint64]bool{}} }

func (r *reads) read() {
	for s := r.server.Accept(); s != nil; s = r.server.Accept() {
		r.peers[s.Kind] = s
	}
	for kind, s := range r.peers {
		if !r.stops[kind] {
			got, _, _ := s.Next()
			s.Consume(r.now, len(got))
		}
	}
}

func (r *reads) bytes(kind uint64) uint64 {
	if s := r.peers[kind]; s != nil {
		return s.in.read
	}
	return 0
}

// TestSmallStreamsBeforeBulk writes a few bytes at a time beside streams that fill the path.
// They are not marked as urgent.
func TestSmallStreamsBeforeBulk(t *testing.T) {
	r := newReads(newRig(t, "rtt=50ms,rate=10M"))
	data := make([]byte, 100_000)
	var bulk []*Stream
	for range 5 {
		bulk = append(bulk, r.client.Open(1, nil))
	}
	small := r.client.Open(2, nil)
	var delays []time.Duration
	var written uint64
	var at time.Time
	r.while(20*time.Second, func() bool {
		for _, s := range bulk {
			s.Write(data)
		}
		r.read()
		switch {
		case r.bytes(2) == written && !at.IsZero():
			delays, at = append(delays, r.now.Sub(at)-25*time.Millisecond), time.Time{}
		case at.IsZero() && r.now.Sub(epoch) > 2*time.Second:
			at = r.now
			n, _ := small.Write(data[:50])
			written += uint64(n)
		}
		return false
	})
	slices.Sort(delays)
	median, p99 := delays[len(delays)/2], delays[len(delays)*99/100]
	t.Logf("median %v, p99 %v of %d", median, p99, len(delays))
	if len(delays) < 300 || median > 15*time.Millisecond || p99 > 60*time.Millisecond {
		t.Errorf("median %v, p99 %v of %d", median, p99, len(delays))
	}
}

// TestOrderOfClasses has streams of all classes with something to send.
func TestOrderOfClasses(t *testing.T) {
	p := newPair()
	var all []*Stream
	for range 4 {
		s, _ := p.open(t)
		all = append(all, s)
	}
	bulk, small, urgent, controls := all[0], all[1], all[2], all[3]
	urgent.Urgent = true
	bulk.Write(make([]byte, 10_000))
	small.Write(make([]byte, 1000))
	urgent.Write(make([]byte, 10_000))
	controls.Reset(1, "")
	var order []uint64
	for {
		packet, ok := p.client.Append(p.now, nil)
		if !ok {
			break
		}
		for rest := packet[1:]; len(rest) > 0; {
			f, after, err := parseFrame(rest, nil)
			if err != nil {
				t.Fatal(err)
			}
			if rest = after; f.kind != frameAckNow {
				order = append(order, f.id)
			}
		}
	}
	want := []uint64{controls.id, urgent.id, small.id, bulk.id}
	if order = slices.Compact(order); !slices.Equal(order, want) {
		t.Errorf("streams %v, want %v", order, want)
	}
}

// TestBulkStreamsShare has streams of one class that fill the path: each has the same part.
func TestBulkStreamsShare(t *testing.T) {
	r := newReads(newRig(t, "rtt=50ms,rate=50M,loss=1%"))
	data := make([]byte, 100_000)
	var all []*Stream
	for kind := range uint64(10) {
		all = append(all, r.client.Open(kind, nil))
	}
	r.while(10*time.Second, func() bool {
		for _, s := range all {
			s.Write(data)
		}
		r.read()
		return false
	})
	least, most := r.bytes(0), r.bytes(0)
	for kind := range uint64(10) {
		least, most = min(least, r.bytes(kind)), max(most, r.bytes(kind))
	}
	t.Logf("%d to %d bytes", least, most)
	if float64(least) < 0.8*float64(most) {
		t.Errorf("%d to %d bytes", least, most)
	}
}

// TestStalledReaderAmongTen has one stream of ten that is not read. The others have the path.
func TestStalledReaderAmongTen(t *testing.T) {
	r := newReads(newRig(t, "rtt=50ms,rate=50M"))
	data := make([]byte, 100_000)
	var all []*Stream
	for kind := range uint64(10) {
		all = append(all, r.client.Open(kind, nil))
	}
	r.while(10*time.Second, func() bool {
		r.stops[0] = r.now.Sub(epoch) > 2*time.Second // it has a wide window then
		for _, s := range all {
			s.Write(data)
		}
		r.read()
		return false
	})
	sum := uint64(0)
	for kind := range uint64(9) {
		sum += r.bytes(kind + 1)
	}
	rate := float64(sum) / 10 / 1e6
	t.Logf("%.2f MB/s, %d bytes are kept", rate, r.server.inMemory.used)
	if rate < 5.3 {
		t.Errorf("%.2f MB/s", rate)
	}
}

// TestIdleStreamsCostNothing has a thousand idle streams beside a busy one: no deadline, and
// nothing allocated.
func TestIdleStreamsCostNothing(t *testing.T) {
	p := newPair()
	for range 1000 {
		p.open(t)
	}
	for range 100 {
		p.step(t)
	}
	if a, b := p.client.Deadline(p.now), p.server.Deadline(p.now); !a.IsZero() || !b.IsZero() {
		t.Errorf("deadlines %v and %v", a, b)
	}
	if used := p.client.outMemory.used + p.server.inMemory.used; used > 0 {
		t.Errorf("%d bytes are in use", used)
	}
	s, peer := p.open(t)
	data := make([]byte, 1<<20)
	p.transfer(t, s, peer, 64<<20, data)
	if n := testing.AllocsPerRun(10, func() { p.transfer(t, s, peer, 1<<20, data) }); n > 2 {
		t.Errorf("%v allocations for a megabyte", n)
	}
}

// TestBackgroundStreamsWait has a stream in the background beside a bulk one. It gets next to
// nothing, and all of the path once that has ended.
func TestBackgroundStreamsWait(t *testing.T) {
	r := newReads(newRig(t, "rtt=50ms,rate=10M"))
	data := make([]byte, 100_000)
	bulk, background := r.client.Open(1, nil), r.client.Open(2, nil)
	background.Background = true
	r.while(5*time.Second, func() bool {
		bulk.Write(data)
		background.Write(data)
		r.read()
		return false
	})
	if r.bytes(1) < 4_000_000 || r.bytes(2) > r.bytes(1)/20 {
		t.Errorf("%d and, in the background, %d bytes", r.bytes(1), r.bytes(2))
	}
	before := r.bytes(2)
	r.while(10*time.Second, func() bool {
		background.Write(data)
		r.read()
		return false
	})
	if r.bytes(2) < before+2_000_000 {
		t.Errorf("%d bytes in the background after the other stream", r.bytes(2)-before)
	}
}
