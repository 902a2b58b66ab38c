package simnet

import (
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"gm/wire/datagram"
)

// patience bounds the wait for a datagram that must arrive.
const patience = time.Minute

// peer is a UDP socket that sends to one address.
type peer struct {
	t *testing.T
	c *net.UDPConn
}

func newPeer(t *testing.T, addr string) peer {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(addr), 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return peer{t, c}
}

func (p peer) addr() netip.AddrPort { return localAddr(p.c) }

func (p peer) send(to netip.AddrPort, text string) {
	p.t.Helper()
	if _, err := p.c.WriteToUDPAddrPort([]byte(text), to); err != nil {
		p.t.Fatal(err)
	}
}

// expect waits for a datagram and returns its source.
func (p peer) expect(want string) netip.AddrPort {
	p.t.Helper()
	buf := make([]byte, 1<<16)
	p.c.SetReadDeadline(time.Now().Add(patience))
	n, from, err := p.c.ReadFromUDPAddrPort(buf)
	if err != nil || string(buf[:n]) != want {
		p.t.Fatalf("got %q, %v; want %q", buf[:n], err, want)
	}
	return from
}

func newRelay(t *testing.T, server peer, o RelayOptions) *Relay {
	t.Helper()
	r, err := NewRelay(server.addr(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func TestRelay(t *testing.T) {
	for _, loopback := range []string{"127.0.0.1", "::1"} {
		client, server := newPeer(t, loopback), newPeer(t, loopback)
		r := newRelay(t, server, RelayOptions{})
		client.send(r.Addr(), "question")
		from := server.expect("question")
		if from != r.Seen() {
			t.Errorf("the server sees %v, want %v", from, r.Seen())
		}
		server.send(from, "answer")
		if from := client.expect("answer"); from != r.Addr() {
			t.Errorf("the answer came from %v, want %v", from, r.Addr())
		}
		up, down := r.Stats()
		if up.Delivered != (Count{1, 8}) || down.Delivered != (Count{1, 6}) {
			t.Errorf("counts up %+v, down %+v", up, down)
		}
	}
}

func TestRelayRoams(t *testing.T) {
	client, server := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	r := newRelay(t, server, RelayOptions{})
	client.send(r.Addr(), "here")
	first := server.expect("here")
	if err := r.Roam(netip.Addr{}); err != nil {
		t.Fatal(err)
	}
	server.send(first, "lost")
	client.send(r.Addr(), "there")
	second := server.expect("there")
	if second == first || second.Addr() != first.Addr() || second != r.Seen() {
		t.Errorf("moved from %v to %v, Seen returns %v", first, second, r.Seen())
	}
	server.send(second, "found")
	client.expect("found")
}

func TestRelayAnswersTheNewestClient(t *testing.T) {
	before, after, server := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	r := newRelay(t, server, RelayOptions{})
	before.send(r.Addr(), "1")
	server.expect("1")
	after.send(r.Addr(), "2")
	server.send(server.expect("2"), "to the second")
	after.expect("to the second")
}

func TestRelayDropsAnswersOfOthers(t *testing.T) {
	client, server, stranger := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	r := newRelay(t, server, RelayOptions{})
	client.send(r.Addr(), "question")
	from := server.expect("question")
	stranger.send(from, "forged")
	server.send(from, "answer")
	client.expect("answer")
}

func TestRelayCut(t *testing.T) {
	client, server := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	seen := make(chan string, 10)
	r := newRelay(t, server, RelayOptions{Tap: func(d datagram.Direction, datagram []byte) {
		seen <- fmt.Sprintf("%d %s", d, datagram)
	}})
	client.send(r.Addr(), "before")
	from := server.expect("before")
	r.Cut()
	client.send(r.Addr(), "in it")
	server.send(from, "answer in it")
	got := map[string]bool{<-seen: true, <-seen: true, <-seen: true}
	if !got["0 before"] || !got["0 in it"] || !got["1 answer in it"] {
		t.Errorf("the tap saw %v", got)
	}
	r.Restore()
	client.send(r.Addr(), "after")
	server.send(server.expect("after"), "answer")
	client.expect("answer")
	if up, down := r.Stats(); up.Lost.Packets != 1 || down.Lost.Packets != 1 {
		t.Errorf("lost %d up, %d down; want 1 and 1", up.Lost.Packets, down.Lost.Packets)
	}
}

func TestRelayDelays(t *testing.T) {
	client, server := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	r := newRelay(t, server, RelayOptions{Up: Config{Delay: 60 * time.Millisecond}, Down: Config{Delay: 40 * time.Millisecond}})
	start := time.Now()
	client.send(r.Addr(), "question")
	server.send(server.expect("question"), "answer")
	client.expect("answer")
	if took := time.Since(start); took < 100*time.Millisecond {
		t.Errorf("there and back in %v, want 100 ms at least", took)
	}
}

func TestRelayClose(t *testing.T) {
	client, server := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	var taps atomic.Int32
	r := newRelay(t, server, RelayOptions{Tap: func(datagram.Direction, []byte) { taps.Add(1) }})
	addr := r.Addr()
	client.send(addr, "x")
	server.expect("x")
	r.Close()
	r.Close()
	r.Cut()
	if up, _ := r.Stats(); up != (Stats{}) || r.Roam(netip.Addr{}) != nil {
		t.Error("a closed relay must do nothing")
	}
	again, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(addr))
	if err != nil {
		t.Fatalf("the socket was left open: %v", err)
	}
	again.Close()
	if taps.Load() != 1 {
		t.Errorf("%d datagrams seen, want 1", taps.Load())
	}
}

func TestRelayErrors(t *testing.T) {
	server := newPeer(t, "127.0.0.1")
	if _, err := NewRelay(server.addr(), RelayOptions{Down: Config{Loss: 2}}); err == nil {
		t.Error("a loss of 200% must be an error")
	}
	elsewhere := netip.MustParseAddr("192.0.2.1") // RFC 5737: nobody has it
	if _, err := NewRelay(server.addr(), RelayOptions{From: elsewhere}); err == nil {
		t.Error("an address of others must be an error")
	}
	r := newRelay(t, server, RelayOptions{})
	seen := r.Seen()
	if r.Roam(elsewhere) == nil || r.Seen() != seen {
		t.Error("a failed move must be an error and leave all as it was")
	}
}
