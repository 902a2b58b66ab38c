package stream

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// A hostile peer sends frames to a server.
type hostile struct {
	*testing.T
	server *Conn
	number uint64
	now    time.Time
}

func newHostile(t *testing.T) *hostile {
	return &hostile{T: t, server: New(epoch, Config{}), now: epoch}
}

// send sends a packet of frames.
func (h *hostile) send(frames ...frame) error {
	packet := appendNumber(h.number)
	for _, f := range frames {
		packet = f.append(packet)
	}
	h.number++
	return h.server.Receive(h.now, packet)
}

func appendNumber(n uint64) (packet []byte) {
	for ; n >= 0x80; n >>= 7 {
		packet = append(packet, byte(n)|0x80)
	}
	return append(packet, byte(n))
}

// drain returns the numbers of the packets that the server sends now.
func (h *hostile) drain() (packets int) {
	h.Helper()
	for {
		if _, ok := h.server.Append(h.now, nil); !ok {
			return packets
		}
		if packets++; packets > maxSent {
			h.Fatal("sends for ever")
		}
	}
}

// TestOpensByTheThousand has a peer that opens more streams than it may: the first are
// accepted, others reset, and then the peer is refused.
func TestOpensByTheThousand(t *testing.T) {
	h := newHostile(t)
	var err error
	opened := 0
	for ; err == nil && opened < 1e6; opened++ {
		err = h.send(frame{kind: frameOpen, id: uint64(2 * opened), number: 1})
		h.drain()
	}
	if !errors.Is(err, errTooManyStreams) || opened != 4097 {
		t.Errorf("%d streams: %v", opened, err)
	}
	reset := 0
	for s := h.server.Accept(); s != nil; s = h.server.Accept() {
		var e *ResetError
		if _, _, err := s.Next(); errors.As(err, &e) && e.Code == codeShortage {
			reset++
		}
	}
	if reset != 0 {
		t.Errorf("%d streams that are accepted were reset", reset)
	}
}

// TestOpensAreAllowedAgain opens and ends streams, of which never more than allowed are open.
func TestOpensAreAllowedAgain(t *testing.T) {
	p := newPair()
	p.server = New(epoch, Config{MaxStreams: 3})
	for range 20 {
		var all []*Stream
		for range 3 {
			s, peer := p.open(t)
			s.CloseWrite()
			peer.CloseWrite()
			all = append(all, s, peer)
		}
		for range 20 {
			p.step(t)
		}
		for _, s := range all {
			if _, ended, err := s.Next(); !ended || err != nil {
				t.Fatal(ended, err)
			}
		}
		if n := len(p.server.streams) + len(p.client.streams); n > 0 {
			t.Fatalf("%d streams are left", n)
		}
	}
	for range 3 {
		p.open(t)
	}
	s := p.client.Open(1, nil)
	for range 20 {
		p.step(t)
	}
	var e *ResetError
	if _, _, err := s.Next(); !errors.As(err, &e) || e.Code != codeShortage {
		t.Errorf("the fourth stream: %v", err)
	}
}

// TestTinyHoles has data of one byte each with holes between them, on many streams.
func TestTinyHoles(t *testing.T) {
	h := newHostile(t)
	for i := range uint64(20) {
		for offset := uint64(1); offset < 4*maxSpans; offset += 2 {
			if err := h.send(frame{kind: frameData, id: 2 * i, offset: offset, bytes: []byte("x")}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(h.server.streams[2*i].in.beyond); n > maxSpans {
			t.Fatalf("%d spans", n)
		}
	}
	checkMemory(t, h.server)
	s := h.server.streams[0]
	if err := h.send(frame{kind: frameData, bytes: make([]byte, initialWindow)}); err != nil {
		t.Fatal(err)
	}
	if got, _, _ := s.Next(); len(got) != initialWindow || len(s.in.beyond) > 0 {
		t.Errorf("%d bytes are in order, with %d spans beyond", len(got), len(s.in.beyond))
	}
	checkMemory(t, h.server)
}

// TestOverlappingData receives pieces of a text in any order, each several times and with
// other pieces in them.
func TestOverlappingData(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	text := make([]byte, 40_000)
	for i := range text {
		text[i] = byte(rng.Uint32())
	}
	for range 30 {
		h := newHostile(t)
		read := 0
		for rounds := 0; read < len(text); rounds++ {
			from := min(max(read-1500+rng.IntN(6000), 0), len(text)-1)
			to := min(from+rng.IntN(3000), len(text))
			f := frame{kind: frameData, offset: uint64(from), bytes: text[from:to]}
			if to == len(text) {
				f.kind = frameEnd
			}
			if err := h.send(f); err != nil {
				t.Fatal(err)
			}
			s := h.server.streams[0]
			got, ended, _ := s.Next()
			n := rng.IntN(len(got) + 1)
			if string(got[:n]) != string(text[read:read+n]) || ended != (read+len(got) == len(text)) && ended {
				t.Fatalf("bytes %d to %d", read, read+n)
			}
			s.Consume(h.now, n)
			read += n
			if rounds > 10_000 {
				t.Fatalf("%d bytes were read", read)
			}
		}
	}
}

// TestForgedCredit has credit for more than anything: the memory bounds what is kept.
func TestForgedCredit(t *testing.T) {
	h := newHostile(t)
	h.send(frame{kind: frameOpen, offset: 1<<64 - 1})
	h.send(frame{kind: frameCredit, offset: 1<<64 - 1})
	s := h.server.Accept()
	for range 100 {
		s.Write(make([]byte, 1<<20))
		h.drain()
		h.now = h.now.Add(time.Second)
	}
	checkMemory(t, h.server)
}

// TestAcknowledgementOfEverything acknowledges packets before they can have arrived, each many
// times, and those that count as lost.
func TestAcknowledgementOfEverything(t *testing.T) {
	h := newHostile(t)
	s := h.server.Open(1, nil)
	h.send(frame{kind: frameCredit, id: 1, offset: maxOffset})
	for range 200 {
		s.Write(make([]byte, 1<<20))
		h.drain()
		h.now = h.now.Add(time.Microsecond)
		for range 3 {
			if err := h.send(frame{kind: frameAck, acked: []packetRange{{0, h.server.number - 1}}}); err != nil {
				t.Fatal(err)
			}
		}
		if n := h.server.sent.len(); n > maxSent || h.server.sent.bytes != 0 {
			t.Fatalf("%d packets, %d bytes are on their way", n, h.server.sent.bytes)
		}
	}
	checkMemory(t, h.server)
}

// TestOddAcknowledgements acknowledges every second packet, so that there are as many spans as
// may be, and then none.
func TestOddAcknowledgements(t *testing.T) {
	h := newHostile(t)
	s := h.server.Open(1, nil)
	h.send(frame{kind: frameCredit, id: 1, offset: maxOffset})
	next := uint64(0)
	for range 300 {
		s.Write(make([]byte, 1<<20))
		h.drain()
		h.now = h.now.Add(10 * time.Millisecond)
		for ; next+1 < h.server.number; next += 2 {
			if err := h.send(frame{kind: frameAck, acked: []packetRange{{next, next}}}); err != nil {
				t.Fatal(err)
			}
		}
		if n := h.server.sent.len(); n > maxSent || len(s.out.beyond) > maxSent || len(s.out.lost) > maxSent {
			t.Fatalf("%d packets, %d spans, %d lost", n, len(s.out.beyond), len(s.out.lost))
		}
	}
	for range 100 {
		h.now = h.now.Add(time.Minute)
		s.Write(make([]byte, 1<<20))
		if n := h.drain(); n > 100 {
			t.Fatalf("%d packets to a peer that is silent", n)
		}
	}
	checkMemory(t, h.server)
}

// TestTinyWrites writes single bytes, each of which goes into a packet of its own: the packets
// on their way are bounded by the window.
func TestTinyWrites(t *testing.T) {
	h := newHostile(t)
	s := h.server.Open(1, nil)
	for range 100_000 {
		s.Write([]byte("x"))
		h.drain()
		h.now = h.now.Add(time.Microsecond)
	}
	if n := h.server.sent.len(); n > 400 {
		t.Errorf("%d packets are on their way", n)
	}
}
