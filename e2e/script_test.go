//go:build e2e

package e2e

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
	"gm/wire/simnet"
)

// TestMoshScript starts sessions by mosh's own script, or by gm in its place,
// with the client and the server of each kind.
func TestMoshScript(t *testing.T) {
	t.Parallel()
	linked := harness.Linked(filepath.Dir(racing))
	stock := harness.Stock()
	ourScript := filepath.Join(filepath.Dir(racing), "mosh")
	for i, c := range []struct {
		script         string
		client, server harness.Programs
		link           int // of links
	}{
		{"mosh", linked, linked, 0},
		{"mosh", linked, linked, 1},
		{"mosh", linked, linked, 2},
		{"mosh", stock, linked, 0},
		{"mosh", linked, stock, 0},
		{ourScript, stock, stock, 0},
		{ourScript, linked, linked, 1},
	} {
		name := fmt.Sprintf("%s %s to %s %s", filepath.Base(filepath.Dir(c.script)), c.client.Name, c.server.Name, links[c.link].name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			useAll(t, startByScript(t, c.script, c.client, c.server, links[c.link].config, 61001+i))
		})
	}
}

// startByScript runs the script against an sshd of the test's own. The client goes
// through a relay: a wrapper replaces the server's fixed port by the relay's.
func startByScript(t *testing.T, script string, client, server harness.Programs, link string, port int) *harness.Session {
	t.Helper()
	config, err := simnet.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(port))
	s := &harness.Session{Server: &harness.Server{Addr: at, Family: harness.NewFamily(t)}, Client: harness.NewFamily(t)}
	s.Relay, err = simnet.NewRelay(at, simnet.RelayOptions{Up: config, Down: config, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Relay.Close)

	sshd := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{
		s.Server.Family.Env(), "LANG=C.UTF-8", "GORACE=" + os.Getenv("GORACE")}})
	home := sshd.ClientHome(t)
	wrapper := filepath.Join(home, "client")
	writeScript(t, wrapper, fmt.Sprintf(`if [ "$1" = -c ]; then exec %[1]s -c; fi
exec %[1]s "${@:1:$#-1}" %[2]d`, client.Client[0], s.Relay.Addr().Port()))
	ssh := fmt.Sprintf("ssh -p %d -o UserKnownHostsFile=%[2]s/.ssh/known_hosts -i %[2]s/.ssh/id_ed25519", sshd.Port, home)
	env := append(harness.Environment(t), "HOME="+home, s.Client.Env())
	s.Terminal = harness.NewTerminal(t, harness.TerminalOptions{Env: env}, append([]string{
		script, "--ssh=" + ssh, "--client=" + wrapper, "--server=" + server.Server[0],
		"-p", strconv.Itoa(port), sshd.User + "@127.0.0.1", "--"}, harness.Shell()...)...)
	return s
}

// writeScript writes an executable for bash.
func writeScript(t *testing.T, path, body string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!/bin/bash\n"+strings.TrimSpace(body)+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}
