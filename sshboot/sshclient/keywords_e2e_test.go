//go:build e2e

package sshclient

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

func TestChosenAlgorithms(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{HostKeys: []string{"ed25519", "ecdsa"}})
	b, u := bootFor(t, s)
	options := []string{"LogLevel=DEBUG", "Ciphers=aes256-ctr", "MACs=hmac-sha2-512", "HostKeyAlgorithms=ecdsa-*"}
	got, err := withOptions(b, options...).run(t.Context())
	wantEndpoint(t, got, err)
	told := strings.Join(u.Told, "\n")
	for _, want := range []string{"host key: ecdsa-sha2-nistp256", "aes256-ctr", "hmac-sha2-512"} {
		t.Run(want, func(t *testing.T) {
			if !strings.Contains(told, want) {
				t.Errorf("not negotiated: %s\n%s", want, told)
			}
		})
	}
}

func TestKnownHostsFiles(t *testing.T) {
	s := sshboottest.Start(t)
	for _, keyword := range []string{"UserKnownHostsFile", "GlobalKnownHostsFile"} {
		t.Run(keyword, func(t *testing.T) {
			b, u := bootFor(t, s)
			path := filepath.Join(b.env.Home, "elsewhere")
			if err := os.Rename(knownHostsFile(b), path); err != nil {
				t.Fatal(err)
			}
			got, err := withOptions(b, keyword+" /nonexistent "+path).run(t.Context())
			wantEndpoint(t, got, err)
			if len(u.Asked) != 0 {
				t.Errorf("%s: asked %q", keyword, u.Asked)
			}
		})
	}
}

func TestHashKnownHosts(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	sshboottest.WriteFile(t, knownHostsFile(b), "", 0o600)
	u.Answers = []string{"yes"}
	for range 2 { // the second login knows the host
		got, err := withOptions(b, "HashKnownHosts=yes").run(t.Context())
		wantEndpoint(t, got, err)
	}
	if text := sshboottest.ReadFile(t, knownHostsFile(b)); !strings.HasPrefix(text, "|1|") || strings.Contains(text, "127.0.0.1") {
		t.Errorf("known_hosts: %s", text)
	}
}

func TestVisualHostKey(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	sshboottest.WriteFile(t, knownHostsFile(b), "", 0o600)
	u.Answers = []string{"no"}
	_, err := withOptions(b, "VisualHostKey=yes").run(t.Context())
	sshboottest.WantError(t, err, "was not accepted")
	if !strings.Contains(u.Asked[0], "+--[ED25519 256]--+") {
		t.Errorf("asked %s", u.Asked[0])
	}
}

func TestNoHostAuthenticationForLocalhost(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	sshboottest.WriteFile(t, knownHostsFile(b), "", 0o600)
	got, err := withOptions(b, "NoHostAuthenticationForLocalhost=yes").run(t.Context())
	wantEndpoint(t, got, err)
	if len(u.Asked)+len(u.Told) != 0 {
		t.Errorf("asked %q, told %q", u.Asked, u.Told)
	}
}
