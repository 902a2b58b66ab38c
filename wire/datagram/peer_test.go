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

func TestNobody(t *testing.T) {
	var p Peer
	if remote, local, ok := p.Address(at(0)); ok || remote.IsValid() || local.IsValid() {
		t.Errorf("nobody is at %v", remote)
	}
	if got := p.Deadline(at(0)); !got.IsZero() {
		t.Errorf("nobody is forgotten at %v", got)
	}
}

func TestPeerRoams(t *testing.T) {
	var p Peer
	for i, step := range []struct {
		from  netip.AddrPort
		to    netip.Addr
		moved bool
	}{
		{homeAddr, ours, true},
		{homeAddr, ours, false},
		{homeAddr, oursToo, false},
		{cafeAddr, oursToo, true},
		{netip.AddrPortFrom(cafeAddr.Addr(), 3000), oursToo, true},
		{homeAddr, netip.Addr{}, true},
	} {
		if moved := p.Follow(at(i), step.from, step.to); moved != step.moved {
			t.Errorf("step %d: moved %v, want %v", i, moved, step.moved)
		}
		if remote, local, ok := p.Address(at(i)); !ok || remote != step.from || local != step.to {
			t.Errorf("step %d: peer is at %v, from %v", i, remote, local)
		}
	}
}

func TestPeerIsForgotten(t *testing.T) {
	var p Peer
	p.Follow(at(0), homeAddr, ours)
	p.Follow(at(5_000), homeAddr, ours)
	if got := p.Deadline(at(6_000)); got != at(45_000) {
		t.Errorf("deadline %v, want 45s", got.Sub(epoch))
	}
	if _, _, ok := p.Address(at(44_999)); !ok {
		t.Error("forgotten before 40 s")
	}
	if _, _, ok := p.Address(at(45_000)); ok {
		t.Error("not forgotten after 40 s")
	}
	if got := p.Deadline(at(45_000)); !got.IsZero() {
		t.Errorf("forgotten again at %v", got)
	}
	if moved := p.Follow(at(50_000), homeAddr, ours); moved {
		t.Error("coming back to the same address is a move")
	}
	if _, _, ok := p.Address(at(50_000)); !ok {
		t.Error("not remembered after coming back")
	}
}
