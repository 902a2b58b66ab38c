package client

import (
	"net"
	"testing"
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
