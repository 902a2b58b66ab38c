package stream

import (
	"testing"
	"time"
)

// pair is two ends without a network between them: what one appends the other receives
// half a millisecond later.
type pair struct {
	now            time.Time
	client, server *Conn
	packet         []byte
	packets        int
}

func newPair() *pair {
	return &pair{now: epoch, client: New(epoch, Config{Client: true}), server: New(epoch, Config{})}
}

// step moves all packets that are due, each way.
func (p *pair) step(tb testing.TB) {
	p.now = p.now.Add(500 * time.Microsecond)
	p.move(tb, p.client, p.server)
	p.now = p.now.Add(500 * time.Microsecond)
	p.move(tb, p.server, p.client)
}

func (p *pair) move(tb testing.TB, from, to *Conn) {
	for {
		packet, ok := from.Append(p.now, p.packet[:0])
		if p.packet = packet; !ok {
			return
		}
		p.packets++
		to.Alive(p.now)
		if err := to.Receive(p.now, packet); err != nil {
			tb.Fatal(err)
		}
	}
}

// transfer moves n bytes of s to its peer, and stops while s has credit.
func (p *pair) transfer(tb testing.TB, s, peer *Stream, n int, data []byte) {
	tb.Helper()
	for limit := p.now.Add(time.Hour); n > 0 || s.out.next == s.out.credit; {
		if p.now.After(limit) {
			tb.Fatalf("%d bytes have not arrived after an hour", n)
		}
		s.Write(data)
		p.step(tb)
		got, _, _ := peer.Next()
		n -= len(got)
		peer.Consume(p.now, len(got))
	}
}

func (p *pair) open(tb testing.TB) (s, peer *Stream) {
	s = p.client.Open(1, nil)
	for peer == nil {
		p.step(tb)
		peer = p.server.Accept()
	}
	return s, peer
}

// BenchmarkTransfer is the work of both ends for the bytes of one stream, without sealing,
// beside none and a thousand idle streams.
func BenchmarkTransfer(b *testing.B) {
	for _, idle := range []int{0, 1000} {
		name := "alone"
		if idle > 0 {
			name = "beside idle streams"
		}
		b.Run(name, func(b *testing.B) {
			p, data := newPair(), make([]byte, 1<<20)
			for range idle - 1 {
				p.open(b)
			}
			s, peer := p.open(b)
			p.transfer(b, s, peer, 64<<20, data)
			b.SetBytes(1 << 20)
			b.ReportAllocs()
			p.packets = 0
			for b.Loop() {
				p.transfer(b, s, peer, 1<<20, data)
			}
			b.ReportMetric(float64(p.packets)/float64(b.N), "packets/op")
		})
	}
}
