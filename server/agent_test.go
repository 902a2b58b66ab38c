//go:build unix

package server

import (
	"net"
	"path/filepath"
	"testing"
)

// TestAgentBeforeItsClient has a program connect to the socket for agents before the client has
// asked for it: the connection is the client's.
func TestAgentBeforeItsClient(t *testing.T) {
	a := agentSocket{path: filepath.Join(t.TempDir(), "agent")}
	a.expect()
	program, err := net.Dial("unix", a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	l, err := a.listen()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	a.close() // it belongs to the client
	if second, err := net.Dial("unix", a.path); err != nil {
		t.Error(err)
	} else {
		second.Close()
	}
	l.Close()
	if _, err := net.Dial("unix", a.path); err == nil {
		t.Error("the socket outlives its client")
	}
}

// TestAgentWithoutClient ends the wait for a client that has not asked for the socket.
func TestAgentWithoutClient(t *testing.T) {
	a := agentSocket{path: filepath.Join(t.TempDir(), "agent")}
	a.expect()
	program, err := net.Dial("unix", a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	a.close()
	if n, err := program.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Error("the connection is kept")
	}
	if _, err := net.Dial("unix", a.path); err == nil {
		t.Error("the socket is kept")
	}
}
