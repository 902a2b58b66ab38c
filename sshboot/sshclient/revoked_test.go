package sshclient

import (
	"testing"

	"gm/sshboot/sshboottest"
)

// A line marked @revoked counts for the host on every port, if it has no port, and else
// for its port.
func TestRevokedForAHostOnAnotherPort(t *testing.T) {
	key := sshboottest.NewSigner(t).PublicKey()
	for _, c := range []struct {
		line, port, alias string
		want              bool
	}{
		{line: "host", port: "22", want: true},
		{line: "host", port: "2222", want: true},
		{line: "[host]:2222", port: "2222", want: true},
		{line: "[host]:2222", port: "22"},
		{line: "[host]:2223", port: "2222"},
		{line: "other", port: "2222"},
		{line: "*", port: "2222", want: true},
		{line: "name", port: "2222", alias: "name", want: true},
		{line: "host", port: "2222", alias: "name"},
	} {
		t.Run(c.line+" "+c.port+" "+c.alias, func(t *testing.T) {
			config := configured(t, "HostName host", "Port "+c.port)
			h := &hostKeys{config: config, name: hostKeyName("host", config.Number("port"))}
			if c.alias != "" {
				h = &hostKeys{config: configured(t, "HostName host", "HostKeyAlias "+c.alias), name: c.alias}
			}
			h.known = parseKnownHosts([]byte("@revoked "+knownHostsLine(c.line, key, false)), "known_hosts")
			if err := h.checkRevoked(key); (err != nil) != c.want {
				t.Errorf("checkRevoked: %v, want an error: %v", err, c.want)
			}
		})
	}
}
