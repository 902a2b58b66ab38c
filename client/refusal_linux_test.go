package client

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

// TestRefusalEndsTheWait: a closed port ends the wait for a server that has never
// answered.
func TestRefusalEndsTheWait(t *testing.T) {
	port := closedPort(t)
	w := open(t, programMoshClient, []string{"MOSH_KEY=AAAAAAAAAAAAAAAAAAAAAA"}, "127.0.0.1", port)
	w.exits(exitFailed)
	w.sees("did not make a successful connection to 127.0.0.1:" + port)
	w.sees("(connection refused)")
}

// closedPort returns a UDP port that was free a moment ago.
func closedPort(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, port, _ := net.SplitHostPort(conn.LocalAddr().String())
	return port
}

// TestRefusalsCountBeforeTheServerIsHeard: once the server has been heard, a port that is
// closed for a while counts as loss. It ends neither sockets nor sends.
func TestRefusalsCountBeforeTheServerIsHeard(t *testing.T) {
	server := netip.MustParseAddrPort("127.0.0.1:" + closedPort(t))
	s, err := openPaths(ms(0), server, func(f func()) { go f() })
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.send([]byte("refused"))
	if err := <-s.refused; sendErrorText(err) != "connection refused" {
		t.Errorf("refused: %v", err)
	}
	s.noteHeard()
	for i := range 3 * maxReadErrors {
		s.maintain(ms(0).Add(time.Duration(i)*wire.HopAfter/8), time.Time{})
		if err := s.send([]byte("lost")); err != nil {
			t.Errorf("send %d: %v", i, err)
		}
	}
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(server))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s.send([]byte("hello"))
	buf := make([]byte, 100)
	n, from, err := conn.ReadFromUDPAddrPort(buf)
	if err != nil {
		t.Fatal(err)
	}
	conn.WriteToUDPAddrPort(buf[:n], from)
	if d := <-s.incoming; string(d.data) != "hello" {
		t.Errorf("%q came", d.data)
	}
	select {
	case err := <-s.refused:
		t.Errorf("refused: %v", err)
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

// TestPathReadErrors: a socket is read until maxReadErrors reads in a row have failed.
// Refusals before the server is heard do not count.
func TestPathReadErrors(t *testing.T) {
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
			in := &inbox{incoming: make(chan inboundPacket, 10), refused: make(chan error, 1), closed: make(chan struct{})}
			u := &udpPath{inbox: in}
			u.heard.Store(c.heard)
			r := &scriptedReader{results: c.results}
			u.read(r)
			if r.reads != c.reads || len(in.incoming) != c.datagrams {
				t.Errorf("%d reads, %d datagrams, want %d and %d", r.reads, len(in.incoming), c.reads, c.datagrams)
			}
			if refused := len(in.refused) > 0; refused == c.heard {
				t.Errorf("refused: %v", refused)
			}
		})
	}
}
