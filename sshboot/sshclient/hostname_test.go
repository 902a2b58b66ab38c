//go:build e2e

package sshclient

import (
	"fmt"
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// Local names resolve like with ssh, or to this machine by rule (RFC 6761); known_hosts
// has the name as typed.
func TestLocalNames(t *testing.T) {
	for _, c := range []struct {
		listen, host, known string
		family              Family
		server              string // address reached
		gmOnly              bool   // ssh may not resolve the name
	}{
		{"127.0.0.1:0", "127.1", "127.0.0.1", Auto, "127.0.0.1", false},
		{"127.0.0.1:0", "localhost", "localhost", Auto, "127.0.0.1", false},
		{"127.0.0.1:0", "gm-test.localhost", "gm-test.localhost", Auto, "127.0.0.1", true},
		{"[::1]:0", "localhost", "localhost", Inet6, "::1", true},
		{"[::1]:0", "::0001", "::1", Auto, "::1", false},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			s := sshboottest.StartConfig(t, sshboottest.Config{Listen: c.listen})
			b, u := bootFor(t, s)
			sshboottest.WriteFile(t, knownHostsFile(b), knownHostsLine(hostKeyName(c.known, s.Port), s.HostKeys[0], false), 0o600)
			b.request.Destination, b.request.SSHPort, b.request.Family = s.User+"@"+c.host, s.Port, c.family
			conn, _, err := b.connect(t.Context())
			if err != nil {
				t.Errorf("%s: %v, told %q", c.host, err, u.Told)
				return
			}
			if conn.Addr.String() != c.server {
				t.Errorf("%s: reached %v", c.host, conn.Addr)
			}
			conn.Close()
			options := []string{"IdentityFile=" + filepath.Join(b.env.Home, ".ssh/id_ed25519"), "HostName=" + c.host, "GlobalKnownHostsFile=none"}
			if !c.gmOnly && !sshLogsIn(t, b, s, options...) {
				t.Errorf("%s: ssh does not log in", c.host)
			}
		})
	}
}
