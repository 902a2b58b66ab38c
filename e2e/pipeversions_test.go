//go:build e2e

package e2e

import (
	"os/exec"
	"testing"

	"gm/sshboot/sshboottest"
)

// beforePipes is the last commit whose gm has no pipe.
const beforePipes = "8df017d"

// A client with a pipe logs in to hosts with an older gm and with mosh-server, and an older
// client to a host of today. Nothing of either is left, also of the relay.
func TestPipesAcrossVersions(t *testing.T) {
	t.Parallel()
	stock, err := exec.LookPath("mosh-server")
	if err != nil {
		t.Fatal(err)
	}
	old := buildCommit(t, beforePipes)
	for name, pair := range map[string]struct{ client, server string }{
		"old client":  {old, plain + " server"},
		"old server":  {plain, old + " server"},
		"both old":    {old, old + " server"},
		"both new":    {plain, plain + " server"},
		"stock":       {plain, stock},
		"old, stock":  {old, stock},
		"own program": {plain, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, sshboottest.Config{Options: []string{"MaxSessions 1", "AllowTcpForwarding no"}})
			var args []string
			if pair.server != "" {
				args = append(args, "--server="+pair.server)
			}
			h.use(h.shell(pair.client, nil, append(args, h.Destination())...))
		})
	}
}

// The path through SSH alone carries a session from its first to its last screen.
func TestSessionThroughSSHAlone(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Options: []string{"MaxSessions 1", "AllowTcpForwarding no"}})
	for _, path := range []string{"ssh", "udp", "auto"} {
		h.use(h.shell(plain, nil, "--path="+path, h.Destination()))
	}
}
