package datagram

import (
	"net/netip"
	"testing"
)

var (
	homeAddr = netip.MustParseAddrPort("192.0.2.1:1000")
	cafeAddr = netip.MustParseAddrPort("198.51.100.7:2000")
	ours     = netip.MustParseAddr("203.0.113.1")
	oursToo  = netip.MustParseAddr("203.0.113.2")
)

func TestPeerWithoutClient(t *testing.T) {
	var p Peer
	if path, ok := p.Path(at(0)); ok || path != (Path{}) {
		t.Errorf("a path to %v without a client", path)
	}
	if got := p.Deadline(at(0)); !got.IsZero() {
		t.Errorf("a deadline without a client: %v", got)
	}
}

func TestPeerRoams(t *testing.T) {
	var p Peer
	for i, step := range []struct {
		remote netip.AddrPort
		local  netip.Addr
		moved  bool
	}{
		{homeAddr, ours, true},
		{homeAddr, ours, false},
		{homeAddr, oursToo, false},
		{cafeAddr, oursToo, true},
		{netip.AddrPortFrom(cafeAddr.Addr(), 3000), oursToo, true},
		{homeAddr, netip.Addr{}, true},
	} {
		if moved := p.Follow(at(i), Path{Local: step.local, Remote: step.remote}, false); moved != step.moved {
			t.Errorf("step %d: moved %v, want %v", i, moved, step.moved)
		}
		if path, ok := p.Path(at(i)); !ok || path != (Path{Local: step.local, Remote: step.remote}) {
			t.Errorf("step %d: path %+v", i, path)
		}
	}
}

func TestPeerIsForgotten(t *testing.T) {
	var p Peer
	p.Follow(at(0), Path{Local: ours, Remote: homeAddr}, false)
	p.Follow(at(5_000), Path{Local: ours, Remote: homeAddr}, false)
	if got := p.Deadline(at(6_000)); got != at(45_000) {
		t.Errorf("deadline %v, want 45s", got.Sub(epoch))
	}
	if _, ok := p.Path(at(44_999)); !ok {
		t.Error("forgotten before 40 s")
	}
	if _, ok := p.Path(at(45_000)); ok {
		t.Error("not forgotten after 40 s")
	}
	if got := p.Deadline(at(45_000)); !got.IsZero() {
		t.Errorf("forgotten again at %v", got)
	}
	if moved := p.Follow(at(50_000), Path{Local: ours, Remote: homeAddr}, false); moved {
		t.Error("coming back to the same address is a move")
	}
	if _, ok := p.Path(at(50_000)); !ok {
		t.Error("not remembered after coming back")
	}
}

// TestPeerIsHeardWithoutFragments holds that probes alone keep a client.
func TestPeerIsHeardWithoutFragments(t *testing.T) {
	var p Peer
	p.NoteHeard(at(0))
	if _, ok := p.Path(at(0)); ok {
		t.Error("a path to a client that has sent no fragment")
	}
	path := Path{Local: ours, Remote: homeAddr}
	p.Follow(at(0), path, false)
	p.NoteHeard(at(30_000))
	if got, ok := p.Path(at(69_999)); got != path || !ok {
		t.Errorf("path %v, %v after a probe", got, ok)
	}
	if _, ok := p.Path(at(70_000)); ok {
		t.Error("a client that was silent for 40 s has a path")
	}
}
