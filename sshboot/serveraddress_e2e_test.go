//go:build e2e

package sshboot

import (
	"testing"

	"gm/sshboot/sshboottest"
)

// A host behind a jump host or a ProxyCommand reports a wrong address.
func TestHostsThatNameForeignAddresses(t *testing.T) {
	gate := sshboottest.Start(t)
	for addr, want := range map[string]string{
		"127.0.0.1": "", "::1": "", "192.0.2.1": "", "0.0.0.0": "not the address", "255.255.255.255": "several", "224.0.0.251": "several", "169.254.169.254": "link-local", "fe80::1%lo": "link-local",
	} {
		target := sshboottest.StartConfig(t, sshboottest.Config{Shell: `env "SSH_CONNECTION=1 2 ` + addr + ` 4" sh`})
		for _, via := range []string{"ProxyJump gate", "ProxyCommand busybox nc %h %p"} {
			b, _ := bootFor(t, target)
			sshboottest.ConfigureClient(t, b.env.Home, "Host target\n"+via+"\n", map[string]*sshboottest.Server{"gate": gate, "target": target})
			b.request.Destination = "target"
			b.request.ServerCommand = "echo MOSH CONNECT 60001 " + sshboottest.TestKey + " #"
			got, err := b.run(t.Context())
			switch {
			case want != "":
				sshboottest.WantError(t, err, "target reports the address "+addr, want)
			case err != nil || got.Addr.String() != addr:
				t.Errorf("%s, %s: %v, %v", via, addr, got.Addr, err)
			}
		}
	}
}
