package stream

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"
)

// TestTransferOverBadNetworks transfers bytes whole and in order over networks that lose,
// delay, swap and double packets.
func TestTransferOverBadNetworks(t *testing.T) {
	for _, link := range []string{
		"rtt=1ms", "rtt=100ms,loss=30%", "rtt=60ms,jitter=20ms,loss=20%,reorder=25%,dup=10%", "rtt=50ms,rate=64k", "rtt=100ms,rate=10M,queue=20ms",
	} {
		t.Run(link, func(t *testing.T) {
			r := newRig(t, link)
			b := r.transfer(300_000)
			t.Logf("%v", r.now.Sub(b.first))
		})
	}
}

// TestOutage cuts the network for an hour: the transfer goes on within a round trip of the
// first datagram that gets through.
func TestOutage(t *testing.T) {
	r := newRig(t, "rtt=100ms,rate=10M")
	s := r.client.Open(1, nil)
	rest := bytes.Repeat([]byte("x"), 1<<20)
	write := func() {
		if n, _ := s.Write(rest); n > 0 {
			if rest = rest[n:]; len(rest) == 0 {
				s.CloseWrite()
			}
		}
	}
	var peer *Stream
	consume := func() bool {
		write()
		if peer == nil {
			peer = r.server.Accept()
		}
		if peer == nil {
			return false
		}
		data, ended, _ := peer.Next()
		peer.Consume(r.now, len(data))
		return ended
	}
	r.while(200*time.Millisecond, consume)
	r.up.SetDown(true)
	r.down.SetDown(true)
	r.until(time.Hour, nil)
	r.up.SetDown(false)
	r.down.SetDown(false)
	before := peer.in.read
	r.client.Alive(r.now)
	r.server.Alive(r.now)
	r.while(70*time.Millisecond, consume)
	if peer.in.read == before {
		t.Error("nothing has come 70 ms after the outage")
	}
	r.until(10*time.Second, consume)
}

// while calls f for d.
func (r *rig) while(d time.Duration, f func() bool) {
	r.Helper()
	for end := r.now.Add(d); r.now.Before(end); f() {
		r.step(end)
	}
}

// until lets time pass until done returns true, but at most for d.
func (r *rig) until(d time.Duration, done func() bool) {
	r.Helper()
	for end := r.now.Add(d); r.now.Before(end); {
		r.step(end)
		if done != nil && done() {
			return
		}
	}
	if done != nil {
		r.Fatalf("not done after %v", d)
	}
}

// TestStalledReader has a reader that does not read: other streams go on.
func TestStalledReader(t *testing.T) {
	r := newRig(t, "rtt=40ms,rate=10M")
	stalled := r.client.Open(1, nil)
	r.while(2*time.Second, func() bool { stalled.Write(make([]byte, 1000)); return false })
	if n := stalled.out.next; n != initialWindow {
		t.Errorf("%d bytes were sent to a reader that does not read", n)
	}
	r.server.Accept()
	b := r.transfer(1 << 20)
	if took := r.now.Sub(b.first); took > 1200*time.Millisecond {
		t.Errorf("the other stream took %v", took)
	}
}

// TestManyStreams opens streams up to the limit, each way, and ends them.
func TestManyStreams(t *testing.T) {
	r := newRig(t, "rtt=40ms,rate=10M,loss=5%")
	const n = 1000
	for i := range n {
		s := r.client.Open(uint64(i), fmt.Appendf(nil, "target %d", i))
		s.Write([]byte("hello"))
		s.CloseWrite()
	}
	if r.client.Len() != n {
		t.Errorf("%d streams, want %d", r.client.Len(), n)
	}
	got := map[uint64]bool{}
	r.until(time.Minute, func() bool {
		for s := r.server.Accept(); s != nil; s = r.server.Accept() {
			if string(s.Target) != fmt.Sprintf("target %d", s.Kind) {
				t.Fatalf("target %q of stream %d", s.Target, s.Kind)
			}
			got[s.Kind] = true
			s.Write([]byte("bye"))
			s.CloseWrite()
		}
		for _, s := range r.server.streams {
			s.Consume(r.now, len(s.in.next()))
		}
		for _, s := range r.client.streams {
			s.Consume(r.now, len(s.in.next()))
		}
		return len(got) == n && len(r.client.streams) == 0 && len(r.server.streams) == 0
	})
}

func TestReset(t *testing.T) {
	r := newRig(t, "rtt=40ms")
	s := r.client.Open(1, nil)
	s.Write([]byte("some"))
	var peer *Stream
	r.until(time.Second, func() bool { peer = r.server.Accept(); return peer != nil })
	peer.Reset(7, "connection refused")
	var reset *ResetError
	r.until(time.Second, func() bool { _, _, err := s.Next(); return errors.As(err, &reset) })
	if reset.Code != 7 || reset.Text != "connection refused" || !reset.ByPeer {
		t.Errorf("%+v", reset)
	}
	if _, err := s.Write([]byte("more")); err != reset {
		t.Errorf("a write: %v", err)
	}
	r.until(time.Second, func() bool { return len(r.client.streams) == 0 && len(r.server.streams) == 0 })
}

// TestHostilePackets has the errors of packets that a peer must not send.
func TestHostilePackets(t *testing.T) {
	packet := func(frames ...frame) []byte {
		p := []byte{0}
		for _, f := range frames {
			p = f.append(p)
		}
		return p
	}
	open := frame{kind: frameOpen, id: 0, offset: initialWindow}
	for name, c := range map[string]struct {
		packet []byte
		want   error
	}{
		"empty":             {nil, errMalformed},
		"unknown frame":     {[]byte{0, 99}, errMalformed},
		"short frame":       {[]byte{0, byte(frameData), 0}, errMalformed},
		"own id":            {packet(frame{kind: frameOpen, id: 1}), errMalformed},
		"beyond the credit": {packet(open, frame{kind: frameData, offset: initialWindow, bytes: []byte("x")}), errBeyondCredit},
		"two ends":          {packet(open, frame{kind: frameEnd, bytes: []byte("xy")}, frame{kind: frameEnd, bytes: []byte("x")}), errTwoEnds},
		"after the end":     {packet(open, frame{kind: frameEnd, bytes: []byte("x")}, frame{kind: frameData, offset: 1, bytes: []byte("y")}), errTwoEnds},
		"never sent":        {packet(frame{kind: frameAck, acked: []packetRange{{0, 5}}}), errNeverSent},
		"huge offset":       {packet(open, frame{kind: frameData, offset: maxOffset, bytes: []byte("x")}), errMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			if err := New(time.Time{}, Config{}).Receive(time.Time{}, c.packet); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// TestStreamIsFinished holds that a stream is finished once its end has arrived, and not while
// more may be written.
func TestStreamIsFinished(t *testing.T) {
	r := newRig(t, "rtt=20ms")
	s := r.client.Open(1, nil)
	s.Write([]byte("hello"))
	r.until(time.Second, func() bool { return s.Delivered() })
	if s.Finished() {
		t.Error("a stream without an end is finished")
	}
	s.CloseWrite()
	if s.Finished() {
		t.Error("the stream is finished before its end has arrived")
	}
	r.until(time.Second, func() bool { return s.Finished() })
}
