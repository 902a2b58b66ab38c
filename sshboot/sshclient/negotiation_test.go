//go:build e2e

package sshclient

import (
	"os/exec"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// TestAlgorithmsAsSSH logs in to hosts that allow a single algorithm. gm logs in, with
// the option in the hint if necessary, or both the message and the documentation say that
// it does not support the algorithm.
func TestAlgorithmsAsSSH(t *testing.T) {
	document := sshboottest.ReadFile(t, "../ssh_config.md")
	_, lacking, _ := strings.Cut(document, "\nAlgorithms of ssh's that gm does not have")
	lacking, _, _ = strings.Cut(lacking, "\n\nA host that")
	for query, option := range map[string]string{"kex": "KexAlgorithms", "cipher": "Ciphers", "mac": "MACs"} {
		names, err := exec.Command("ssh", "-Q", query).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range strings.Fields(string(names)) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				options := []string{option + " " + name}
				if option == "MACs" {
					options = append(options, "Ciphers aes128-ctr") // other ciphers need no MAC
				}
				s := sshboottest.StartConfig(t, sshboottest.Config{Options: options})
				b, _ := bootFor(t, s)
				err := loginWith(t, b)
				_, documented, _ := strings.Cut(strings.NewReplacer(",", " ", ".", " ", "\n", " ").Replace(lacking), " "+strings.ReplaceAll(name, ".", " ")+" ")
				switch {
				case err == nil:
				case strings.Contains(sshboottest.HintOf(err), "--ssh-option="+option+"=+"+name):
					err = loginWith(t, withOptions(b, option+"=+"+name))
					if err != nil {
						t.Error(err)
					}
				default:
					sshboottest.WantError(t, err, "the host offers "+name+", which gm does not support; the host must allow another one, such as ")
				}
				if lacks := err != nil; lacks != (documented != "") {
					t.Errorf("gm lacks it: %v, the documentation: %v", lacks, !lacks)
				}
			})
		}
	}
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"KexAlgorithms ecdh-sha2-nistp256,sntrup761x25519-sha512@openssh.com"}})
	b, _ := bootFor(t, s)
	_, err := withOptions(b, "KexAlgorithms=curve25519-sha256").run(t.Context())
	sshboottest.WantError(t, err, "KexAlgorithms curve25519-sha256 in your configuration does not allow ecdh-sha2-nistp256")
	got, err := withOptions(b, "KexAlgorithms=sntrup761x25519-sha512@openssh.com,ecdh-sha2-nistp256").run(t.Context())
	wantEndpoint(t, got, err)
}
