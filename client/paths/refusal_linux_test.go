package paths

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/udp"
)

// closedPort returns a UDP port that was free a moment ago.
func closedPort(t *testing.T) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// TestRefusalsCountBeforeTheServerIsHeard: once the server has been heard, a port that is
// closed for a while counts as loss. It ends neither sockets nor sends.
func TestRefusalsCountBeforeTheServerIsHeard(t *testing.T) {
	server := closedPort(t)
	s := newSet(t)
	path := openUDP(t, s, server)
	s.Send(epoch, path, []byte("refused"))
	if f := <-s.Failed(); f.Path != path || !errors.Is(f.Err, syscall.ECONNREFUSED) {
		t.Errorf("%v failed: %v", f.Path, f.Err)
	}
	s.NoteHeard(path)
	for i := range 3 * maxReadErrors {
		s.Maintain(epoch.Add(time.Duration(i)*wire.HopAfter/8), never)
		send(t, s, path, "lost")
	}
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(server))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	send(t, s, path, "hello")
	buf := make([]byte, 100)
	n, from, err := conn.ReadFromUDPAddrPort(buf)
	if err != nil {
		t.Fatal(err)
	}
	conn.WriteToUDPAddrPort(buf[:n], from)
	receive(t, s, path, "hello")
	select {
	case f := <-s.Failed():
		t.Errorf("failed: %v", f)
	default:
	}
}

// scriptedReader returns the results of reads in turn: nil is a datagram. Then it is
// closed.
type scriptedReader struct {
	results []error
	reads   int
}

func (r *scriptedReader) Read(buf []byte) (udp.Packet, error) {
	if r.reads == len(r.results) {
		return udp.Packet{}, net.ErrClosed
	}
	r.reads++
	return udp.Packet{Data: buf[:1]}, r.results[r.reads-1]
}

// TestReadErrors: a socket is read until maxReadErrors reads in a row have failed.
// Refusals before the server is heard do not count.
func TestReadErrors(t *testing.T) {
	failed := errors.New("failed")
	failures := slices.Repeat([]error{failed}, maxReadErrors-1)
	for name, c := range map[string]struct {
		results   []error
		heard     bool
		reads     int
		datagrams int
	}{
		"a datagram between":  {slices.Concat(failures, []error{nil}, failures, []error{nil}), true, 2 * maxReadErrors, 2},
		"too many":            {append(failures, failed, nil), true, maxReadErrors, 0},
		"refusals":            {append(slices.Repeat([]error{syscall.ECONNREFUSED}, 2*maxReadErrors), nil), false, 2*maxReadErrors + 1, 1},
		"refusals once heard": {append(slices.Repeat([]error{syscall.ECONNREFUSED}, 2*maxReadErrors), nil), true, maxReadErrors, 0},
	} {
		t.Run(name, func(t *testing.T) {
			in := newInbox(nil)
			in.incoming = make(chan Datagram, 10)
			u := &udpPath{inbox: &in}
			u.heard.Store(c.heard)
			r := &scriptedReader{results: c.results}
			u.read(r)
			if r.reads != c.reads || len(in.incoming) != c.datagrams {
				t.Errorf("%d reads, %d datagrams, want %d and %d", r.reads, len(in.incoming), c.reads, c.datagrams)
			}
			if refused := len(in.failed) > 0; refused == c.heard {
				t.Errorf("refused: %v", refused)
			}
			if len(in.failed) > maxFailures {
				t.Errorf("%d failures wait", len(in.failed))
			}
		})
	}
}
