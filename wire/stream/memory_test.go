package stream

import (
	"math/rand/v2"
	"testing"
	"time"
)

// checkMemory compares the accounts of c with the buffers of its streams and with the bounds.
func checkMemory(t *testing.T, c *Conn) {
	t.Helper()
	in, out, spans := 0, 0, 0
	for _, s := range c.streams {
		in, out, spans = in+len(s.in.buf), out+len(s.out.ring), spans+len(s.in.beyond)
	}
	if in != c.inMemory.used || out != c.outMemory.used || spans != c.inMemory.spans {
		t.Fatalf("accounts: in %d of %d, out %d of %d, spans %d of %d", c.inMemory.used, in, c.outMemory.used, out, c.inMemory.spans, spans)
	}
	for _, m := range []*memory{&c.inMemory, &c.outMemory} {
		free := 0
		for _, list := range m.free {
			for _, buf := range list {
				free += len(buf)
			}
		}
		if free != m.freeBytes || m.used+free > maxMemory {
			t.Fatalf("%d bytes are used, %d free of which %d are known", m.used, free, m.freeBytes)
		}
	}
	if spans > maxAllSpans {
		t.Fatalf("%d spans", spans)
	}
}

// TestMemoryAtItsLimit fills a thousand streams, which is eight times of what memory has,
// without a reader. Once they are read, all bytes come.
func TestMemoryAtItsLimit(t *testing.T) {
	const n, size = 1000, 60_000
	p := newPair()
	var streams, peers []*Stream
	for range n {
		s, peer := p.open(t)
		streams, peers = append(streams, s), append(peers, peer)
	}
	data, written := make([]byte, size), make([]int, n)
	for i := range data {
		data[i] = byte(i * i >> 8)
	}
	write := func() {
		for i, s := range streams {
			k, _ := s.Write(data[written[i]:])
			if written[i] += k; written[i] == size {
				s.CloseWrite()
			}
		}
	}
	for range 300 {
		write()
		p.step(t)
		checkMemory(t, p.client)
		checkMemory(t, p.server)
	}
	if used := p.server.inMemory.used; used < maxMemory/2 {
		t.Errorf("%d bytes are kept, of %d that may be", used, maxMemory)
	}
	read := make([]int, n)
	for rounds, left := 0, n; left > 0; rounds++ {
		if rounds > 20_000 {
			t.Fatalf("%d streams do not end", left)
		}
		write()
		p.step(t)
		for i, s := range peers {
			if read[i] < 0 {
				continue
			}
			got, ended, err := s.Next()
			if err != nil || string(got) != string(data[read[i]:][:len(got)]) {
				t.Fatalf("stream %d: other bytes from %d on: %v", i, read[i], err)
			}
			s.Consume(p.now, len(got))
			if read[i] += len(got); ended {
				read[i], left = -1, left-1
			}
		}
	}
	checkMemory(t, p.client)
	checkMemory(t, p.server)
}

// TestStreamMovesWhileMemoryIsFull has a stream beside readers that do not read and fill the
// memory.
func TestStreamMovesWhileMemoryIsFull(t *testing.T) {
	p := newPair()
	data := make([]byte, 64<<10)
	for range 300 {
		s, _ := p.open(t)
		s.Write(data)
	}
	for range 1000 {
		p.step(t)
	}
	s, peer := p.open(t)
	before := p.now
	p.transfer(t, s, peer, 1<<20, data)
	if took := p.now.Sub(before); took > 5e9 {
		t.Errorf("1 MB took %v", took)
	}
}

// TestMemoryOfWriters writes to a thousand streams that the peer does not acknowledge: each
// keeps something.
func TestMemoryOfWriters(t *testing.T) {
	c := New(epoch, Config{Client: true})
	data := make([]byte, 1<<20)
	for i := range 1000 {
		s := c.Open(1, nil)
		room := s.Room()
		n, _ := s.Write(data)
		if n < minBuffer || n != room {
			t.Fatalf("stream %d keeps %d bytes, has room for %d", i, n, room)
		}
	}
	checkMemory(t, c)
}

// TestBuffersAreReturned ends streams in all ways: no memory is in use then.
func TestBuffersAreReturned(t *testing.T) {
	r := newRig(t, "rtt=20ms,rate=100M,loss=10%,reorder=10%,dup=10%")
	for i := range 40 {
		s := r.client.Open(1, nil)
		var peer *Stream
		steps := 0
		r.until(1e12, func() bool {
			s.Write(make([]byte, 10_000))
			if peer == nil {
				peer = r.server.Accept()
				return false
			}
			got, _, _ := peer.Next()
			if i%2 == 0 {
				peer.Consume(r.now, len(got)/2)
			}
			peer.Write(make([]byte, 5000))
			steps++
			return steps == 30
		})
		[]*Stream{s, peer}[i/2%2].Reset(uint64(i), "")
		checkMemory(t, r.client)
		checkMemory(t, r.server)
	}
	r.until(1e12, func() bool { return len(r.client.streams)+len(r.server.streams) == 0 })
	for _, c := range []*Conn{r.client, r.server} {
		if checkMemory(t, c); c.inMemory.used+c.outMemory.used+c.widened+c.fromPeer+c.turns.n > 0 {
			t.Errorf("in use: %d, %d, windows %d, streams %d, %d", c.inMemory.used, c.outMemory.used, c.widened, c.fromPeer, c.turns.n)
		}
	}
}

// TestWindowsOfIdleStreamsAreFreed widens the windows of streams one after the other. Each
// gets the widest if those before it are idle.
func TestWindowsOfIdleStreamsAreFreed(t *testing.T) {
	r := newRig(t, "rtt=200ms,rate=200M")
	data := make([]byte, 1<<20)
	for range 4 {
		s, peer := r.client.Open(1, nil), (*Stream)(nil)
		r.while(5*time.Second, func() bool {
			s.Write(data)
			if peer == nil {
				if peer = r.server.Accept(); peer == nil {
					return false
				}
			}
			got, _, _ := peer.Next()
			peer.Consume(r.now, len(got))
			return false
		})
		if peer.in.window != maxBuffer {
			t.Errorf("a window of %d bytes", peer.in.window)
		}
		if r.server.widened > maxMemory-reservedMemory {
			t.Errorf("windows of %d bytes", r.server.widened)
		}
		r.while(20*time.Second, func() bool {
			got, _, _ := peer.Next()
			peer.Consume(r.now, len(got))
			return false
		})
	}
}

// TestRing compares the ring of a stream with a slice.
func TestRing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var m memory
	var o outgoing
	var want []byte
	acked := 0
	for range 3000 {
		p := make([]byte, rng.IntN(5000))
		for i := range p {
			p[i] = byte(rng.Uint32())
		}
		n := o.write(&m, p)
		want = append(want, p[:n]...)
		if n < len(p) && len(o.ring) < maxBuffer {
			t.Fatalf("%d bytes of %d are kept in %d", n, len(p), len(o.ring))
		}
		from := acked + rng.IntN(len(want)-acked+1)
		to := from + rng.IntN(len(want)-from+1)
		first, second := o.bytes(span{uint64(from), uint64(to)})
		if string(first)+string(second) != string(want[from:to]) {
			t.Fatalf("bytes %d to %d", from, to)
		}
		o.next = o.end
		if rng.IntN(3) > 0 {
			o.arrived(&m, span{uint64(acked), uint64(to)}, false)
			acked = max(acked, to)
		}
	}
}
