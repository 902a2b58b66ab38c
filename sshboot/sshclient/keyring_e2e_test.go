//go:build e2e

package sshclient

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/ssh/agent"

	"gm/sshboot/sshboottest"
)

// Keys describes the files that a login would offer, without a question, and the agent.
func TestKeys(t *testing.T) {
	dir := t.TempDir()
	locked, exposed, socket := filepath.Join(dir, "locked"), filepath.Join(dir, "exposed"), filepath.Join(dir, "agent")
	sshboottest.Keygen(t, locked, "-t", "ed25519", "-N", "secret")
	sshboottest.Keygen(t, exposed, "-t", "ed25519")
	if err := os.Chmod(exposed, 0o644); err != nil {
		t.Fatal(err)
	}
	c := configured(t, "IdentityFile "+locked, "IdentityFile "+exposed, "IdentityAgent "+socket)
	keys, a := Keys(t.Context(), c)
	if len(keys) != 2 || keys[0].Name != locked || !keys[0].Encrypted || keys[0].Type != "ssh-ed25519" || keys[0].Err != nil {
		t.Errorf("%+v", keys)
	}
	if len(keys) == 2 && keys[1].Err == nil {
		t.Errorf("others can read it: %+v", keys[1])
	}
	if a.Socket != socket || a.Err == nil || a.Keys != 0 {
		t.Errorf("no agent runs: %+v", a)
	}

	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			agent.ServeAgent(agent.NewKeyring(), conn)
			conn.Close()
		}
	}()
	if _, a = Keys(t.Context(), c); a.Err != nil {
		t.Errorf("an agent without keys: %+v", a)
	}
}
