package sshclient

import (
	"crypto/ed25519"
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/sys/windows"

	"gm/sshboot/sshconfig"
)

// TestAgentPipe lists the keys of an agent on a named pipe.
func TestAgentPipe(t *testing.T) {
	pipe := `\\.\pipe\gm-test-` + rand.Text()
	keys := agent.NewKeyring()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Add(agent.AddedKey{PrivateKey: &private, Comment: "in the pipe"}); err != nil {
		t.Fatal(err)
	}
	serveOnce(t, pipe, keys)
	conn, err := dialAgent(pipe)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	listed, err := agent.NewClient(conn).List()
	if err != nil || len(listed) != 1 || listed[0].Comment != "in the pipe" {
		t.Errorf("%v, %v", listed, err)
	}
}

// serveOnce serves one client on the pipe.
func serveOnce(t *testing.T, pipe string, keys agent.Agent) {
	t.Helper()
	name, err := windows.UTF16PtrFromString(pipe)
	if err != nil {
		t.Fatal(err)
	}
	const bufferSize = 4096
	handle, err := windows.CreateNamedPipe(name, windows.PIPE_ACCESS_DUPLEX, windows.PIPE_TYPE_BYTE, 1, bufferSize, bufferSize, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if err := windows.ConnectNamedPipe(handle, nil); err != nil && err != windows.ERROR_PIPE_CONNECTED {
			return
		}
		conn := os.NewFile(uintptr(handle), pipe)
		defer conn.Close()
		agent.ServeAgent(keys, conn)
	}()
}

func TestAgentSockets(t *testing.T) {
	env := sshconfig.Environment{User: "me", Lookup: func(string) (string, bool) { return "", false }}
	sockets := defaultAgentSockets(env)
	if len(sockets) != 2 || sockets[0] != openSSHAgentPipe || !strings.HasPrefix(sockets[1], `\\.\pipe\pageant.`) {
		t.Errorf("%q", sockets)
	}
	if again := defaultAgentSockets(env); again[1] != sockets[1] {
		t.Errorf("Pageant's pipe is %s and then %s", sockets[1], again[1])
	}
	env.Lookup = func(string) (string, bool) { return "mine", true }
	if sockets := defaultAgentSockets(env); len(sockets) != 1 || sockets[0] != "mine" {
		t.Errorf("with SSH_AUTH_SOCK: %q", sockets)
	}
}
