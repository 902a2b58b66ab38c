package stream

import (
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// TestLostResetIsSentAgain loses a RESET, while data that was sent before it arrives.
func TestLostResetIsSentAgain(t *testing.T) {
	p := newPair()
	s, peer := p.open(t)
	s.Write([]byte("data"))
	data, _ := p.client.Append(p.now, nil)
	s.Reset(7, "over")
	if _, ok := p.client.Append(p.now, nil); !ok {
		t.Fatal("no RESET")
	}
	if err := p.server.Receive(p.now, data); err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		p.step(t)
	}
	if _, _, err := peer.Next(); err == nil || err.Error() != "over" {
		t.Errorf("the peer has %v", err)
	}
	if n := p.client.Len() + p.server.Len(); n > 0 {
		t.Errorf("%d streams are left", n)
	}
}

// TestFewLossesAreNoOutage has one probe before a datagram comes: the path is not forgotten.
// After an outage it is.
func TestFewLossesAreNoOutage(t *testing.T) {
	for name, test := range map[string]struct {
		probes  int
		restart bool
	}{"a loss": {1, false}, "an outage": {outageProbes, true}} {
		t.Run(name, func(t *testing.T) {
			p := newPair()
			s, peer := p.open(t)
			p.transfer(t, s, peer, 1<<20, make([]byte, 1<<20))
			s.Write(make([]byte, 100_000))
			for range 1000 {
				p.client.Append(p.now, nil)
			}
			for p.client.probes < test.probes {
				p.now = p.now.Add(10 * time.Millisecond)
				p.client.Append(p.now, nil)
			}
			p.client.Alive(p.now)
			if restart := p.client.rtt.smoothed == 0; restart != test.restart {
				t.Errorf("the path is forgotten: %t", restart)
			}
			if d := p.client.Deadline(p.now); d.After(p.now) {
				t.Errorf("the next packet is due after %v", d.Sub(p.now))
			}
		})
	}
}

// TestOutageHasProbes has an outage of a day while the window is full: nothing but a packet a
// probe is sent into it.
func TestOutageHasProbes(t *testing.T) {
	p := newPair()
	s, peer := p.open(t)
	p.transfer(t, s, peer, 8<<20, make([]byte, 1<<20))
	s.Write(make([]byte, 1<<20))
	sent := 0
	for end := p.now.Add(24 * time.Hour); p.now.Before(end); p.now = p.client.Deadline(p.now) {
		for _, ok := p.client.Append(p.now, nil); ok; _, ok = p.client.Append(p.now, nil) {
			if p.client.probes >= outageProbes {
				sent++
			}
		}
	}
	if most := int(24*time.Hour/maxProbeTimeout) + 20; sent == 0 || sent > most {
		t.Errorf("%d packets are sent, want at most %d", sent, most)
	}
	p.client.Alive(p.now)
	p.transfer(t, s, peer, 1<<20, make([]byte, 1<<20))
}

// TestAcknowledgementInSilence sends the last acknowledgement again with what is sent to a peer that
// is silent, and once more when it is heard again. Keys that are typed after a stream cost nothing.
func TestAcknowledgementInSilence(t *testing.T) {
	p := newPair()
	s, peer := p.open(t)
	p.transfer(t, s, peer, 10_000, make([]byte, 10_000))
	heard, acked := p.now, p.now.Add(ackAfter)
	p.server.received.acked = acked
	for _, step := range []struct {
		after, heard time.Duration
		again        bool
	}{
		{50 * time.Millisecond, 0, false},
		{100 * time.Millisecond, 0, false},
		{3 * time.Second, 0, true},
		{3 * time.Second, 0, false}, // nothing else is sent at that time
		{6 * time.Second, 0, true},
		{7 * time.Second, 7 * time.Second, true},
		{8 * time.Second, 7 * time.Second, false},
		{20 * time.Second, 20 * time.Second, false},
	} {
		now := heard.Add(step.after)
		if again := p.server.AcknowledgeAgain(now, heard.Add(step.heard)); again != step.again {
			t.Errorf("after %v, heard at %v: sent again: %t", step.after, step.heard, again)
		}
		if _, sent := p.server.Append(now, nil); step.again && !sent {
			t.Errorf("after %v: nothing is sent", step.after)
		}
	}
}

// TestAcknowledgementOfAnotherPath has a packet arrive before a change of path, and its
// acknowledgement an hour later: that is no round trip of the new path.
func TestAcknowledgementOfAnotherPath(t *testing.T) {
	p := newPair()
	s, _ := p.open(t)
	s.Write(make([]byte, 100))
	packet, _ := p.client.Append(p.now, nil)
	if err := p.server.Receive(p.now, packet); err != nil {
		t.Fatal(err)
	}
	p.now = p.now.Add(time.Hour)
	p.client.PathChanged(p.now)
	for range 20 {
		p.move(t, p.server, p.client)
		p.now = p.now.Add(time.Millisecond)
	}
	if !s.Delivered() {
		t.Error("the acknowledgement does not count")
	}
	if p.client.rtt.smoothed > time.Second || p.client.control.least > time.Second {
		t.Errorf("the round trip is %v, at least %v", p.client.rtt.smoothed, p.client.control.least)
	}
}

// TestManyDeadPaths moves from one path to another, all of which lose everything: what was sent
// there is forgotten, and a path that works has its packets.
func TestManyDeadPaths(t *testing.T) {
	p := newPair()
	s, peer := p.open(t)
	p.transfer(t, s, peer, 1<<20, make([]byte, 1<<20))
	s.Write(make([]byte, 1<<20))
	for range 2 * maxSent / initialPackets {
		p.client.PathChanged(p.now)
		for _, ok := p.client.Append(p.now, nil); ok; _, ok = p.client.Append(p.now, nil) {
		}
		p.now = p.now.Add(time.Millisecond)
	}
	p.client.PathChanged(p.now)
	p.transfer(t, s, peer, 1<<20, make([]byte, 1<<20))
}

// TestReorderedPacketsWiden delays one packet of many: the wait for such packets grows, and
// shrinks again.
func TestReorderedPacketsWiden(t *testing.T) {
	p := newPair()
	s, peer := p.open(t)
	data := make([]byte, 1<<20)
	p.transfer(t, s, peer, 1<<20, data)
	s.Write(data[:10_000])
	late, _ := p.client.Append(p.now, nil)
	for range 20 {
		p.step(t)
	}
	if err := p.server.Receive(p.now, late); err != nil {
		t.Fatal(err)
	}
	p.step(t)
	if p.client.reordered == 0 {
		t.Error("a late packet is not known")
	}
	before := p.client.reordered
	p.transfer(t, s, peer, 64<<20, data)
	if p.client.reordered > before/2 {
		t.Errorf("the wait is %v, was %v", p.client.reordered, before)
	}
}

// TestEndWithoutBytesArrivesFirst holds for an END without bytes whose packet overtakes, or
// survives, those of all bytes before it.
func TestEndWithoutBytesArrivesFirst(t *testing.T) {
	r := newRig(t, "rtt=20ms")
	s := r.client.Open(1, nil)
	s.Write(make([]byte, 100))
	if _, due := r.client.Append(r.now, nil); !due {
		t.Fatal("nothing is sent")
	}
	s.CloseWrite()
	end, due := r.client.Append(r.now, nil)
	if !due {
		t.Fatal("no end is sent")
	}
	if err := r.server.Receive(r.now, end); err != nil {
		t.Fatal(err)
	}
	r.until(time.Minute, func() bool { return s.Delivered() })
	got := r.server.Accept()
	if data, ended, err := got.Next(); len(data) != 100 || !ended || err != nil {
		t.Errorf("%d bytes, %v, %v", len(data), ended, err)
	}
}

// TestProbesReachFirstBytes has a peer without room for anything but the first bytes that it
// misses, which are lost twice: the next probes have them, though older packets are in flight.
func TestProbesReachFirstBytes(t *testing.T) {
	p := newPair()
	s, peer := p.open(t)
	p.transfer(t, s, peer, 1<<20, make([]byte, 1<<20))
	first := s.out.next
	s.Write(make([]byte, 100_000))
	// sent returns the packets that are sent now, and whether one has the first bytes.
	sent := func() (packets [][]byte, found bool) {
		for packet, ok := p.client.Append(p.now, nil); ok; packet, ok = p.client.Append(p.now, nil) {
			packets = append(packets, packet)
			_, n := protowire.ConsumeVarint(packet)
			for rest := packet[n:]; len(rest) > 0; {
				f, after, err := parseFrame(rest, nil)
				if err != nil {
					t.Fatal(err)
				}
				found = found || f.kind == frameData && f.offset == first
				rest = after
			}
		}
		return packets, found
	}
	var packets [][]byte
	for len(packets) < 40 {
		more, _ := sent()
		packets = append(packets, more...)
		p.now = p.now.Add(time.Millisecond)
	}
	for _, packet := range packets[1:10] {
		p.server.Receive(p.now, packet)
	}
	ack, _ := p.server.Append(p.now, nil)
	p.client.Receive(p.now, ack)
	for found := false; !found; _, found = sent() {
		p.now = p.now.Add(time.Millisecond)
	}
	for found := false; !found; _, found = sent() {
		if p.client.probes > outageProbes {
			t.Fatalf("%d probes do not have the first bytes", p.client.probes)
		}
		p.now = p.client.Deadline(p.now)
	}
}
