package stream

import (
	"bytes"
	"testing"
	"time"
)

// TestPacketSizeShrinks changes the largest packet while a stream is sent over a path that
// loses: packets that are lost are sent again as smaller ones.
func TestPacketSizeShrinks(t *testing.T) {
	r := newRig(t, "rtt=40ms,rate=10M,loss=20%")
	sizes := []int{1200, 442, 1200, 137}
	r.before = func() {
		n := sizes[int(r.now.Sub(epoch)/(200*time.Millisecond))%len(sizes)]
		r.client.SetPacketSize(n)
		r.server.SetPacketSize(n)
	}
	r.transfer(500_000)
}

// TestSmallestPacketHasLongestTarget opens and resets streams with the longest texts, while
// acknowledgements with many ranges are due.
func TestSmallestPacketHasLongestTarget(t *testing.T) {
	r := newRig(t, "rtt=40ms")
	r.client.SetPacketSize(442)
	r.server.number = 1 << 60 // as if it had sent them
	for i := range uint64(300) {
		r.client.received.add(r.now, 1<<50+i<<20, true)
	}
	s := r.client.Open(1<<60, bytes.Repeat([]byte("t"), maxText))
	var peer *Stream
	r.until(time.Second, func() bool { peer = r.server.Accept(); return peer != nil })
	if len(peer.Target) != maxSentText {
		t.Errorf("a target of %d bytes", len(peer.Target))
	}
	s.Reset(1<<60, string(bytes.Repeat([]byte("r"), maxText)))
	r.until(time.Second, func() bool { _, _, err := peer.Next(); return err != nil })
}

// TestFrameLargerThanPacket opens a stream whose OPEN fits in no packet. It is sent alone.
func TestFrameLargerThanPacket(t *testing.T) {
	c := New(epoch, Config{Client: true, PacketSize: 100})
	c.Open(1, make([]byte, 200))
	packet, ok := c.Append(epoch, nil)
	if !ok || len(packet) < 200 {
		t.Fatalf("a packet of %d bytes", len(packet))
	}
	if _, ok := c.Append(epoch, nil); ok {
		t.Error("a second packet")
	}
}

// TestSettled follows a stream from its first byte to its end: it is delivered, and its
// connection settled, when all was acknowledged.
func TestSettled(t *testing.T) {
	r := newRig(t, "rtt=100ms,rate=10M")
	settled := func() bool { return r.client.Settled() && r.server.Settled() }
	if !settled() {
		t.Fatal("a new connection is not settled")
	}
	s := r.client.Open(1, nil)
	if r.client.Settled() {
		t.Error("settled before OPEN was sent")
	}
	s.Write(make([]byte, 20_000))
	r.while(90*time.Millisecond, func() bool {
		if r.client.Settled() || s.Delivered() {
			t.Fatalf("settled %v, delivered %v after %v", r.client.Settled(), s.Delivered(), r.now.Sub(epoch))
		}
		return false
	})
	r.until(time.Second, func() bool { return settled() && s.Delivered() })
	s.CloseWrite()
	if r.client.Settled() || s.Delivered() {
		t.Error("settled before the end was sent")
	}
	r.until(time.Second, s.Delivered)
	r.until(time.Second, settled)
	if d := r.client.Deadline(r.now); !d.IsZero() {
		t.Errorf("a settled connection has a deadline in %v", d.Sub(r.now))
	}
}

// TestNotSettledWithoutCredit has bytes that wait for the credit of a reader.
func TestNotSettledWithoutCredit(t *testing.T) {
	r := newRig(t, "rtt=10ms")
	s := r.client.Open(1, nil)
	for r.now.Sub(epoch) < time.Second {
		s.Write(make([]byte, 10_000))
		r.step(epoch.Add(time.Second))
	}
	if r.client.Settled() || s.Delivered() {
		t.Error("settled with bytes that wait")
	}
	peer := r.server.Accept()
	reads := func() bool {
		data, _, _ := peer.Next()
		peer.Consume(r.now, len(data))
		return r.client.Settled() && s.Delivered()
	}
	reads()
	r.until(10*time.Second, reads)
}
