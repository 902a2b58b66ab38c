package probe

import (
	"bytes"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"gm/wire/datagram"
	"gm/wire/pipe"
)

var (
	start  = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	key    = datagram.Key{1, 2, 3}
	client = netip.MustParseAddr("192.0.2.9")
	from   = datagram.Path{Remote: netip.MustParseAddrPort("198.51.100.7:4000")}
)

// ends returns a client's Sealer and the Responder of its host.
func ends(t *testing.T) (*Sealer, *Responder) {
	t.Helper()
	s, err := NewSealer(key, datagram.ToServer, start)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewResponder(key, client, start)
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}

func seal(t *testing.T, s *Sealer, request Request) []byte {
	t.Helper()
	data, err := s.SealRequest(start, request)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(data)
}

type outgoing struct {
	path datagram.Path
	data []byte
}

func (r *Responder) all(now time.Time) (out []outgoing) {
	r.Tick(now, func(path datagram.Path, data []byte) { out = append(out, outgoing{path, bytes.Clone(data)}) })
	return out
}

func TestReply(t *testing.T) {
	s, r := ends(t)
	for n, size := range []int{MinSize, 64, 1472, MaxSize} {
		data := seal(t, s, Request{Number: uint32(n), Size: size})
		if len(data) != size {
			t.Fatalf("%d bytes, want %d", len(data), size)
		}
		arrival, ok := r.Receive(start, data, from)
		if !ok || arrival != (Arrival{uint32(n), size, from.Remote}) {
			t.Errorf("%+v, %v", arrival, ok)
		}
		out := r.all(start)
		if len(out) != 1 || out[0].path != from || len(out[0].data) != size {
			t.Fatalf("%d datagrams", len(out))
		}
		reply, err := s.OpenReply(start, out[0].data)
		if err != nil || reply != (Reply{uint32(n), false, size}) {
			t.Errorf("%+v, %v", reply, err)
		}
	}
}

func TestDelayedReply(t *testing.T) {
	s, r := ends(t)
	r.Receive(start, seal(t, s, Request{Number: 1, Delay: time.Second, Size: 64}), from)
	r.Receive(start, seal(t, s, Request{Number: 2, Delay: NoReply, Size: 64}), from)
	r.Receive(start, seal(t, s, Request{Number: 3, Delay: MaxDelay + time.Millisecond, Size: 64}), from)
	if at := r.Deadline(); !at.Equal(start.Add(time.Second)) {
		t.Errorf("due at %v", at)
	}
	if out := r.all(start.Add(999 * time.Millisecond)); len(out) > 0 {
		t.Errorf("%d datagrams too early", len(out))
	}
	if out := r.all(start.Add(time.Hour)); len(out) != 1 {
		t.Errorf("%d datagrams", len(out))
	}
	if !r.Deadline().IsZero() {
		t.Error("more is due")
	}
}

// TestHostileClient has everyone but the client of the run get nothing, and the client at
// most as much as it has sent.
func TestHostileClient(t *testing.T) {
	s, r := ends(t)
	data := seal(t, s, Request{Number: 1, Size: 64})
	if _, ok := r.Receive(start, data, from); !ok {
		t.Fatal("it did not arrive")
	}
	r.all(start)
	other, err := NewSealer(datagram.Key{9}, datagram.ToServer, start)
	if err != nil {
		t.Fatal(err)
	}
	reflected, err := r.sealer.SealReply(start, Reply{Number: 5, Size: 64})
	if err != nil {
		t.Fatal(err)
	}
	victim := datagram.Path{Remote: netip.MustParseAddrPort("203.0.113.1:53")}
	for name, data := range map[string][]byte{
		"empty": nil, "short": data[:20], "replayed": data, "of the host": bytes.Clone(reflected), "with another key": seal(t, other, Request{Number: 2, Size: 64}),
		"the same number again": seal(t, s, Request{Number: 1, Size: 64}), "changed": append(bytes.Clone(data[:len(data)-1]), data[len(data)-1]^1),
	} {
		if _, ok := r.Receive(start, data, victim); ok {
			t.Errorf("%s: it is reported", name)
		}
		if out := r.all(start.Add(time.Hour)); len(out) > 0 {
			t.Errorf("%s: it is answered", name)
		}
	}
}

func TestLimits(t *testing.T) {
	s, r := ends(t)
	arrived, replies := 0, 0
	for n := range uint32(MaxRequests + 100) {
		if _, ok := r.Receive(start, seal(t, s, Request{Number: n, Size: 64}), from); ok {
			arrived++
		}
		replies += len(r.all(start))
	}
	if arrived != MaxRequests || replies != MaxRequests {
		t.Errorf("%d requests, %d replies", arrived, replies)
	}
	s, r = ends(t)
	for n := range uint32(1000) {
		r.Receive(start, seal(t, s, Request{Number: n, Delay: time.Minute, Size: 64}), from)
	}
	if n := len(r.delayed); n != maxDelayed {
		t.Errorf("%d replies wait", n)
	}
}

// TestUnasked has the host send to the address of the login alone, and not much.
func TestUnasked(t *testing.T) {
	s, r := ends(t)
	sent := 0
	for range 100 {
		r.Unasked(start, Send{Port: 4000, Number: 7, Count: 5})
		for _, o := range r.all(start.Add(time.Second)) {
			if sent++; o.path.Remote != netip.AddrPortFrom(client, 4000) || len(o.data) > maxUnaskedSize {
				t.Fatalf("%d bytes to %v", len(o.data), o.path.Remote)
			}
			if reply, err := s.OpenReply(start, o.data); err != nil || !reply.Unasked {
				t.Fatalf("%+v, %v", reply, err)
			}
		}
	}
	if sent != MaxUnasked {
		t.Errorf("%d datagrams", sent)
	}
	r.Unasked(start, Send{Port: 0, Count: 5})
	r.client = netip.Addr{}
	r.unasked = 0
	r.Unasked(start, Send{Port: 4000, Count: 5})
	if out := r.all(start.Add(time.Second)); len(out) > 0 {
		t.Errorf("%d datagrams to nowhere", len(out))
	}
}

func hostMessages() []Message {
	addr := netip.MustParseAddr("2001:db8::1")
	return []Message{
		{Hello: &Hello{Version: 1, Key: key, Port: 60001, Ports: "60001:60999", Bind: client, Addresses: []netip.Addr{client, addr}, Client: addr, System: "linux", Provider: "Amazon EC2"}},
		{Arrival: &Arrival{Number: 1 << 31, Size: 1472, From: from.Remote}},
		{Counters: &Counters{Known: true, Received: [2]uint64{1 << 40, 2}, Dropped: [2]uint64{3, 4}, Refused: 5}},
		{Firewall: &Firewall{Name: "ufw", Read: true, Drops: true, Command: "sudo ufw allow 60001:60999/udp", Temporary: true}},
		{Loop: &Loop{Addr: addr, Arrived: true}},
	}
}

func clientMessages() []Message {
	return []Message{{Send: &Send{Port: 4000, Number: 1 << 31, Count: 5}}, {Count: true}}
}

func TestMessages(t *testing.T) {
	for _, c := range []struct {
		parse    func([]byte) (Message, error)
		messages []Message
	}{{ParseHosts, hostMessages()}, {ParseClients, clientMessages()}} {
		for _, m := range c.messages {
			b := m.Append(nil)
			if got, err := c.parse(b); err != nil || !reflect.DeepEqual(got, m) {
				t.Errorf("%x: %+v, %v", b, got, err)
			}
		}
	}
}

// TestLongestMessages fits the longest texts into a frame.
func TestLongestMessages(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	addrs := make([]netip.Addr, 1000)
	for i := range addrs {
		addrs[i] = netip.MustParseAddr("2001:db8::1")
	}
	for _, m := range []Message{
		{Hello: &Hello{Version: 1, Port: 1, Ports: long, Addresses: addrs, System: long, Provider: long}},
		{Firewall: &Firewall{Name: long, Command: long}},
	} {
		b := m.Append(nil)
		if _, err := pipe.AppendFrame(nil, b); err != nil {
			t.Error(err)
		}
		if _, err := ParseHosts(b); err != nil {
			t.Error(err)
		}
	}
}

func TestBadMessages(t *testing.T) {
	for name, m := range map[string]Message{
		"no port": {Hello: &Hello{Version: 1}}, "no version": {Hello: &Hello{Port: 1}}, "an address of no length": {Arrival: &Arrival{}},
	} {
		if got, err := ParseHosts(m.Append(nil)); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// FuzzMessages parses what no peer sends, and what is parsed again.
func FuzzMessages(f *testing.F) {
	for _, m := range append(hostMessages(), clientMessages()...) {
		f.Add(m.Append(nil))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) (Message, error){ParseHosts, ParseClients} {
			m, err := parse(data)
			if err != nil || reflect.DeepEqual(m, Message{}) {
				continue
			}
			b := m.Append(nil)
			if len(b) > pipe.MaxDatagram {
				t.Errorf("%d bytes", len(b))
			}
			if again, err := parse(b); err == nil && again.Hello != nil && m.Hello != nil && again.Hello.Key != m.Hello.Key {
				t.Errorf("%+v, then %+v", m, again)
			}
		}
	})
}

// FuzzDatagrams gives both ends what an attacker without the key can send.
func FuzzDatagrams(f *testing.F) {
	f.Add([]byte("0123456789012345678901234567890123456789"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, r := ends(t)
		if _, ok := r.Receive(start, data, from); ok || len(r.all(start)) > 0 {
			t.Error("it is answered")
		}
		if _, err := s.OpenReply(start, data); err == nil {
			t.Error("it is a reply")
		}
		if _, _, err := parsePayload(data); err == nil && len(data) < headerSize {
			t.Error("it is a payload")
		}
	})
}
