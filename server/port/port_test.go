//go:build unix

package port

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gm/server/registry"
	"gm/server/registry/registrytest"
	"gm/wire/control"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// limit bounds the waiting of tests for events that must come.
const limit = 20 * time.Second

var loopback = netip.MustParseAddr("127.0.0.1")

// rig is a port of a user with sessions.
type rig struct {
	t        *testing.T
	registry registry.Registry
	dir      string // of the registry
	port     uint16
	client   *udp.Conn
}

func newRig(t *testing.T) *rig {
	t.Helper()
	dir := registrytest.Dir(t)
	client, err := udp.Open(loopback)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	free, err := udp.Listen(loopback, udp.PortRange{})
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close()
	return &rig{t, registry.Open(registrytest.Getenv(dir)), dir, free.Local().Port(), client}
}

func (r *rig) request() Request { return Request{Registry: r.registry, Port: r.port, Bind: loopback} }

// session is a session whose datagrams are collected.
type session struct {
	*Conn
	t   *testing.T
	got chan udp.Packet
}

func (r *rig) open(routes control.Routes) *session {
	r.t.Helper()
	socket, err := Listen(r.request())
	if err != nil {
		r.t.Fatal(err)
	}
	conn, err := Join(r.registry, socket, r.t.Logf)
	if err != nil {
		r.t.Fatal(err)
	}
	conn.SetRoutes(routes)
	s := &session{conn, r.t, make(chan udp.Packet, 10000)}
	r.t.Cleanup(func() { conn.Close() })
	return s
}

// collect reads until the Conn is closed.
func (s *session) collect() *session {
	go func() {
		for {
			p, err := s.Read(make([]byte, udp.ReadSize))
			if err != nil {
				close(s.got)
				return
			}
			s.got <- p
		}
	}()
	return s
}

func (r *rig) to() datagram.Path {
	return datagram.Path{Remote: netip.AddrPortFrom(loopback, r.port)}
}

func (r *rig) send(data []byte) {
	r.t.Helper()
	if err := r.client.Write(data, r.to()); err != nil {
		r.t.Fatal(err)
	}
}

// wait returns the next datagram of the session.
func (s *session) wait() udp.Packet {
	s.t.Helper()
	select {
	case p := <-s.got:
		return p
	case <-time.After(limit):
		s.t.Fatal("no datagram has arrived")
	}
	panic("unreachable")
}

// awaits sends data until the session has it, so that its role has begun.
func (r *rig) awaits(s *session, data []byte) {
	r.t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); {
		r.send(data)
		select {
		case <-s.got:
			for {
				select {
				case <-s.got:
				case <-time.After(50 * time.Millisecond):
					return
				}
			}
		case <-time.After(20 * time.Millisecond):
		}
	}
	r.t.Fatal("the session gets no datagrams")
}

func ids(ids ...uint32) control.Routes { return control.Routes{Identifiers: ids} }

func TestSessionsShareAPort(t *testing.T) {
	r := newRig(t)
	var sessions []*session
	for id := range uint32(5) {
		sessions = append(sessions, r.open(ids(id)).collect())
	}
	for round := range uint64(3) {
		for id, s := range sessions {
			data := withNumber(mark | uint64(id)<<32 | round)
			r.send(data)
			p := s.wait()
			if string(p.Data) != string(data) || p.Path.Remote.Port() != r.client.Local().Port() || p.Path.Remote.Addr() != loopback {
				t.Errorf("session %d got %x from %v", id, p.Data[:8], p.Path.Remote)
			}
			if err := s.Write([]byte("answer"), p.Path); err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, 100)
			if answer, err := r.client.Read(buf); err != nil || answer.Path.Remote != r.to().Remote {
				t.Errorf("the answer came from %v, %v", answer.Path.Remote, err)
			}
		}
	}
	for id, s := range sessions {
		if len(s.got) > 0 {
			t.Errorf("session %d got datagrams of others", id)
		}
	}
}

func TestClientsWithoutIdentifiers(t *testing.T) {
	r := newRig(t)
	a := r.open(control.Routes{Open: true}).collect()
	b := r.open(control.Routes{Open: true}).collect()
	c := r.open(ids(1)).collect()
	r.awaits(c, identified(1))
	r.awaits(b, stock)
	r.send(stock)
	a.wait()
	remote := b.wait().Path.Remote
	b.SetRoutes(control.Routes{Open: true, Addresses: []netip.AddrPort{remote}})
	for end := time.Now().Add(limit); ; { // until the reader has the routes
		for len(a.got) > 0 {
			<-a.got
		}
		r.send(stock)
		b.wait()
		select {
		case <-a.got:
			if time.Now().After(end) {
				t.Fatal("the confirmed address makes no difference")
			}
			continue
		case <-time.After(100 * time.Millisecond):
		}
		break
	}
	if len(c.got) > 0 {
		t.Error("a session whose clients have identifiers got a datagram without")
	}
}

// Datagrams that come before their session has routes are kept for it.
func TestDatagramsWaitForTheirSession(t *testing.T) {
	r := newRig(t)
	first := r.open(ids(1)).collect()
	second := r.open(control.Routes{}).collect()
	r.awaits(first, identified(1))
	for n := range uint64(5) {
		r.send(withNumber(mark | 2<<32 | n))
	}
	r.send(identified(1)) // the reader has read those before
	first.wait()
	second.SetRoutes(ids(2))
	for n := range uint64(5) {
		if p := second.wait(); binary.BigEndian.Uint64(p.Data) != mark|2<<32|n {
			t.Errorf("datagram %d is %x", n, p.Data[:8])
		}
	}
}

// When the reader closes its share, another session goes on, again and again. What is in
// the hands of the one that ends may be lost.
func TestReadersFollowEachOther(t *testing.T) {
	r := newRig(t)
	const n = 6
	var sessions []*session
	for id := range uint32(n) {
		s := r.open(ids(id)).collect()
		sessions = append(sessions, s)
		r.awaits(s, identified(id))
	}
	last := sessions[n-1]
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	sent := uint64(0)
	for _, reader := range sessions[:n-1] {
		for range 20 {
			sent++
			r.send(withNumber(mark | (n-1)<<32 | sent))
			if sent%20 == 10 {
				reader.Close()
			}
			<-pace.C
		}
	}
	seen, newest := 0, uint64(0)
	for newest != sent {
		number := binary.BigEndian.Uint64(last.wait().Data) & 0xffffffff
		if number <= newest {
			t.Errorf("datagram %d came after %d", number, newest)
		}
		seen, newest = seen+1, number
	}
	if lost := int(sent) - seen; lost > n {
		t.Errorf("%d of %d datagrams are lost", lost, sent)
	}
	if err := sessions[0].Write(nil, r.to()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("write after Close: %v", err)
	}
}

// A session that reads nothing loses its own datagrams alone.
func TestSlowSession(t *testing.T) {
	r := newRig(t)
	reader := r.open(ids(1)).collect()
	r.awaits(reader, identified(1))
	slow := r.open(ids(2)) // does not read
	third := r.open(ids(3)).collect()
	r.awaits(third, identified(3))
	big := append(identified(2), make([]byte, 1200)...)
	for range 2000 {
		r.send(big)
	}
	r.awaits(third, identified(3))
	r.awaits(reader, identified(1))
	slow.collect()
	received := 0
	for {
		select {
		case p := <-slow.got:
			if string(p.Data) != string(big) {
				t.Fatalf("a datagram of %d bytes was changed", len(p.Data))
			}
			received++
			continue
		case <-time.After(200 * time.Millisecond):
		}
		break
	}
	if received < queueLength || received == 2000 {
		t.Errorf("the slow session got %d", received)
	}
	r.awaits(slow, identified(2)) // whole frames again
}

func TestHostileProcesses(t *testing.T) {
	r := newRig(t)
	s := r.open(ids(1)).collect()
	r.awaits(s, identified(1))
	request := func(verb string) []byte { return control.Request{Verb: verb}.AppendFrame(nil) }
	for name, bytes := range map[string][]byte{
		"nothing":         nil,
		"junk":            []byte("\x00\x00\x00\x05hello and more"),
		"huge":            {0xff, 0xff, 0xff, 0xff},
		"cut":             request(control.VerbJoin)[:7],
		"unknown verb":    request("fly"),
		"join, then junk": append(request(control.VerbJoin), "\x00\x00\x00\x05hello"...),
		"join, then huge": append(request(control.VerbJoin), 0xff, 0xff, 0xff, 0xff),
		"foreign routes":  control.Routes{Identifiers: []uint32{1}, Open: true}.AppendFrame(request(control.VerbJoin)),
		"many routes":     manyRoutes(request(control.VerbJoin)),
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := registry.Dial(context.Background(), s.path)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.Write(bytes)
			r.awaits(s, identified(1))
		})
	}
}

func manyRoutes(request []byte) []byte {
	for n := range uint32(200) {
		r := control.Routes{Open: n%2 == 0}
		for i := range uint32(control.MaxIdentifiers) {
			r.Identifiers = append(r.Identifiers, n+i*7)
		}
		request = r.AppendFrame(request)
	}
	return request
}

func TestUnknownVerbIsAnswered(t *testing.T) {
	r := newRig(t)
	s := r.open(ids(1)).collect()
	r.awaits(s, identified(1))
	conn, err := call(context.Background(), s.path, control.Request{Verb: "fly"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(limit))
	message, err := control.ReadFrame(conn)
	if err != nil {
		t.Fatal(err)
	}
	if err := parseResponse(message); err == nil || !strings.Contains(err.Error(), `"fly"`) {
		t.Errorf("answer: %v", err)
	}
}

func TestPortOfAnother(t *testing.T) {
	r := newRig(t)
	foreign, err := udp.Listen(loopback, udp.PortRange{Low: r.port, High: r.port})
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	began := time.Now()
	if conn, err := Listen(r.request()); !errors.Is(err, udp.ErrPortTaken) {
		t.Errorf("%v, %v", conn, err)
	}
	if took := time.Since(began); took > borrowTimeout/2 {
		t.Errorf("it took %v", took)
	}
	path, err := r.registry.NewFile(fileName(r.port, loopback))
	if err != nil {
		t.Fatal(err)
	}
	dead, err := registry.ListenAt(path)
	if err != nil {
		t.Fatal(err)
	}
	dead.UnixListener.Close()
	if conn, err := Listen(r.request()); !errors.Is(err, udp.ErrPortTaken) {
		t.Errorf("beside the file of a dead reader: %v, %v", conn, err)
	}
}

// A session that needs another address than the socket has gets the socket only if its
// client comes by an address of it.
func TestAddressesOfASharedSocket(t *testing.T) {
	r := newRig(t)
	s := r.open(ids(1)).collect()
	r.awaits(s, identified(1))
	other := netip.MustParseAddr("127.0.0.2")
	for name, c := range map[string]struct {
		bind, also netip.Addr
		want       bool
	}{
		"same":                  {loopback, netip.Addr{}, true},
		"all":                   {netip.Addr{}, netip.Addr{}, false},
		"all, client by same":   {netip.Addr{}, loopback, true},
		"all, client elsewhere": {netip.Addr{}, other, false},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := Listen(Request{Registry: r.registry, Port: r.port, Bind: c.bind, Also: c.also})
			if (err == nil) != c.want {
				t.Fatalf("%v", err)
			}
			if err == nil {
				conn.Close()
			}
		})
	}
	conn, err := Listen(Request{Registry: r.registry, Port: r.port, Bind: other})
	if err != nil {
		t.Fatalf("another address is free: %v", err)
	}
	conn.Close()
}

// The 65th session for a client without identifiers is refused, and those with are not.
func TestCrowdedPort(t *testing.T) {
	r := newRig(t)
	for range maxOpen {
		r.open(control.Routes{Open: true})
	}
	var refusal *RefusedError
	for end := time.Now().Add(limit); time.Now().Before(end) && refusal == nil; {
		conn, err := Listen(r.request())
		if err == nil {
			conn.Close()
			<-time.After(10 * time.Millisecond) // not all have joined yet
		} else if !errors.As(err, &refusal) {
			t.Fatal(err)
		}
	}
	if refusal == nil || refusal.Hint == "" || !strings.Contains(refusal.Text, "64 sessions") {
		t.Errorf("the refusal is %v", refusal)
	}
	with := r.request()
	with.Extensions = []string{"screen", "identifiers"}
	conn, err := Listen(with)
	if err != nil {
		t.Fatalf("with identifiers: %v", err)
	}
	conn.Close()
}

// The files are made again if they were removed, and the sessions find each other.
func TestFilesAreRemoved(t *testing.T) {
	r := newRig(t)
	a := r.open(ids(1)).collect()
	b := r.open(ids(2)).collect()
	r.awaits(a, identified(1))
	r.awaits(b, identified(2))
	if err := os.RemoveAll(filepath.Dir(a.path)); err != nil {
		t.Fatal(err)
	}
	a.Close()
	r.awaits(b, identified(2))
	c := r.open(ids(3)).collect()
	r.awaits(c, identified(3))
}

func TestFileName(t *testing.T) {
	names := map[string]bool{}
	for _, bind := range []netip.Addr{{}, loopback, netip.MustParseAddr("::1"), netip.MustParseAddr("fe80::1%eth0")} {
		for _, port := range []uint16{1, 65535} {
			name := fileName(port, bind)
			if len(name) > len("port-65535-01234567") || strings.Contains(name, "/") {
				t.Errorf("%v is named %q", bind, name)
			}
			names[name] = true
		}
	}
	if len(names) != 8 {
		t.Errorf("%d names", len(names))
	}
	if fileName(1, netip.IPv6Unspecified()) != fileName(1, netip.Addr{}) || fileName(1, netip.IPv4Unspecified()) != fileName(1, netip.Addr{}) {
		t.Error("all addresses have several names")
	}
}
