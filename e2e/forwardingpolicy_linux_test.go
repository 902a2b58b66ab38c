//go:build e2e

package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestListenPolicy forwards by ssh and by gmssh under the same configurations of sshd: both
// must fail, or listen on the same addresses.
func TestListenPolicy(t *testing.T) {
	t.Parallel()
	dir := harness.TempDir(t)
	there := filepath.Join(dir, "there")
	serveEcho(t, listenUnix(t, there))
	const all, loopback = "all", "this host"
	for _, c := range []struct {
		name, option string
		want         map[string]string // by option and specification; empty is a failure
	}{
		{"default", "PermitListen any", map[string]string{
			"-R 8001:a:1": loopback, "-R *:8001:a:1": loopback, "-R 10.99.0.1:8001:a:1": loopback, "-R 8001": loopback,
			"-R HERE:a:1": "socket",
		}},
		{"one port", "PermitListen 8001", map[string]string{"-R 8001:a:1": loopback, "-R 8002:a:1": ""}},
		{"one address", "PermitListen localhost:8001", map[string]string{"-R 8001:a:1": loopback, "-R *:8001:a:1": ""}},
		{"none", "PermitListen none", map[string]string{"-R 8001:a:1": "", "-R 8001": ""}},
		{"gateway", "GatewayPorts clientspecified", map[string]string{
			"-R 8001:a:1": loopback, "-R *:8001:a:1": all, "-R 10.99.0.1:8001:a:1": all, "-R 127.0.0.1:8001:a:1": loopback,
		}},
		{"no sockets", "AllowStreamLocalForwarding no", map[string]string{"-R HERE:a:1": "", "-R 8001:a:1": loopback}},
		{"sockets there", "AllowStreamLocalForwarding local", map[string]string{"-R HERE:a:1": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			here := filepath.Join(harness.TempDir(t), "here")
			s := newSite(t, sshboottest.Config{Options: []string{c.option}})
			run, config, gmssh := s.under()
			for words, want := range c.want {
				for _, program := range []string{"ssh", gmssh} {
					cmd := run(append([]string{program, "-F", config, "-o", "ExitOnForwardFailure=yes", "-n"}, append(strings.Fields(strings.ReplaceAll(words, "HERE", here)), "10.99.0.1", script(here))...)...)
					out, err := cmd.Output()
					if got := listening(string(out)); got != want || status(err) == 0 != (want != "") {
						t.Errorf("%s: %s %s: %q (%v), want %q", c.option, filepath.Base(program), words, got, err, want)
					}
					exec.Command("rm", "-f", here).Run() // which sshd leaves behind
				}
			}
		})
	}
	t.Run("sockets that are connected to", func(t *testing.T) {
		here := filepath.Join(dir, "here")
		for _, c := range []struct {
			option string
			works  bool
		}{{"AllowStreamLocalForwarding no", false}, {"AllowStreamLocalForwarding remote", false}, {"AllowStreamLocalForwarding local", true}} {
			s := newSSHHost(t, c.option)
			got := s.run(s.gmssh, nil, "-o", "ExitOnForwardFailure=yes", "-L", here+":"+there, "host", "true")
			if got.status == 0 != c.works {
				t.Errorf("%s: %+v", c.option, got)
			}
		}
	})
}

// script lists the listeners.
func script(socket string) string {
	return "ss -Hltn 'sport = :8001 or sport = :8002'; test ! -S " + socket + " || echo socket"
}

// listening returns who can connect to the listeners that ss has listed, or "socket".
func listening(list string) string {
	switch {
	case list == "", strings.HasPrefix(list, "socket"):
		return strings.TrimSpace(list)
	case strings.Contains(list, "*:80"), strings.Contains(list, "0.0.0.0:80"), strings.Contains(list, "10.99.0.1:80"):
		return "all"
	}
	return "this host"
}
