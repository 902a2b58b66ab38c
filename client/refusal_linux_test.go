package client

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"gm/wire"
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
