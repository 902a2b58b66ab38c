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

// TestAgentOfTheProgram has the program find the socket if the client has an agent.
func TestAgentOfTheProgram(t *testing.T) {
	for _, asks := range []bool{true, false} {
		e := &sessionEnv{environ: []string{"HOME=/", "PATH=/bin:/usr/bin"}}
		e.options.command = []string{"sh", "-c", `test -S "$SSH_AUTH_SOCK" && echo there || echo none`}
		e.options.session.stdio, e.options.session.agent = true, asks
		e.agent.path = filepath.Join(t.TempDir(), "agent")
		p, _, err := e.launch(80, 24)
		if err != nil {
			t.Fatal(err)
		}
		piped := p.(*pipedProgram)
		line := make([]byte, 64)
		n, _ := piped.Stdout.Read(line)
		if got, want := string(line[:n]), map[bool]string{true: "there\n", false: "none\n"}[asks]; got != want {
			t.Errorf("asked for: %t: the socket is %q", asks, got)
		}
		piped.Wait()
		piped.Close()
		e.agent.close()
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
