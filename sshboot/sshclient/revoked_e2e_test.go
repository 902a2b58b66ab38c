//go:build e2e

package sshclient

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

func TestRevokedHostKeysFile(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	path := filepath.Join(t.TempDir(), "revoked")
	b.request.SSHCommand = []string{"ssh", "-o", "RevokedHostKeys " + path}
	sshboottest.WriteFile(t, path, "# list\n"+string(ssh.MarshalAuthorizedKey(sshboottest.NewSigner(t).PublicKey())), 0o600)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	sshboottest.WriteFile(t, path, sshboottest.ReadFile(t, path)+string(ssh.MarshalAuthorizedKey(s.HostKeys[0])), 0o600)
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "is revoked in "+path)
	if out, err := exec.Command("ssh-keygen", "-q", "-k", "-f", path, filepath.Join(s.Dir, "host_ed25519.pub")).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen -k: %v: %s", err, out)
	}
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "is revoked in "+path)
	b.request.SSHCommand = []string{"ssh", "-o", "RevokedHostKeys /nonexistent"}
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "RevokedHostKeys /nonexistent")
}

// TestRevokedHostKeysFileAsSSH checks that ssh and gm agree about the contents of a file.
func TestRevokedHostKeysFileAsSSH(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	path := filepath.Join(t.TempDir(), "revoked")
	key := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(s.HostKeys[0])))
	other := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(sshboottest.NewSigner(t).PublicKey())))
	for _, text := range []string{
		"", "# x\n\n  \n\t# y\n", other + "\n", key + "\n", key + " com ment", "garbage\n", other + "\ngarbage\n", "garbage\n" + key, "no-pty " + other,
		`command="a b" ` + key, "ssh-foo AAAA\n", other[:len(other)-4] + "\n", "  \t" + key, key + "\r\n", other + "\r\n" + other + "\r\n", "host " + key,
		ssh.FingerprintSHA256(s.HostKeys[0]), "@revoked * " + key, "ssh-rsa" + strings.TrimPrefix(other, "ssh-ed25519"), "x\x00" + key,
	} {
		t.Run(fmt.Sprintf("%.40q", text), func(t *testing.T) {
			sshboottest.WriteFile(t, path, text, 0o600)
			out, err := exec.Command("ssh", "-F", "none", "-oBatchMode=yes", "-oUpdateHostKeys=no", "-oUserKnownHostsFile="+knownHostsFile(b), "-oRevokedHostKeys="+path,
				"-i", filepath.Join(b.env.Home, ".ssh/id_ed25519"), "-p", strconv.Itoa(s.Port), s.User+"@127.0.0.1", "true").CombinedOutput()
			b.request.SSHCommand = []string{"ssh", "-oRevokedHostKeys=" + path}
			ours := loginWith(t, b)
			if (err == nil) != (ours == nil) {
				t.Errorf("%q: gm: %v, ssh: %v %s", text, ours, err, out)
			}
		})
	}
}

func TestWeakAndUnknownAlgorithms(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"KexAlgorithms diffie-hellman-group14-sha1"}})
	b, u := bootFor(t, s)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "no key exchange algorithm in common", "the host offers diffie-hellman-group14-sha1", "--ssh-option=KexAlgorithms=+diffie-hellman-group14-sha1 allows")
	b.request.SSHCommand = []string{"ssh", "-v", "-oKexAlgorithms=+diffie-hellman-group14-sha1"}
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	told := strings.Join(u.Told, "\n")
	for _, want := range []string{"debug: connected to 127.0.0.1", "host key: ssh-ed25519 SHA256:", "offering ssh-ed25519", "diffie-hellman-group14-sha1"} {
		t.Run(want, func(t *testing.T) {
			if !strings.Contains(told, want) {
				t.Errorf("-v does not show %q:\n%s", want, told)
			}
		})
	}
	b.request.SSHCommand = []string{"ssh", "-c", "rot13"}
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "Ciphers rot13", "supports none", "it supports aes128-gcm@openssh.com,")
}

// A revoked certificate is refused even if its plain key is known.
func TestRevokedCertificateAsSSH(t *testing.T) {
	dir := t.TempDir()
	ca, host, list := filepath.Join(dir, "ca"), filepath.Join(dir, "host"), filepath.Join(dir, "krl")
	authority := "@cert-authority * " + string(ssh.MarshalAuthorizedKey(sshboottest.Keygen(t, ca, "-t", "ed25519")))
	key := sshboottest.Keygen(t, host, "-t", "ecdsa")
	sshboottest.Sign(t, "-s", ca, "-h", "-I", "test", "-z", "70", "-n", "127.0.0.1", host+".pub")
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"HostKey " + host, "HostCertificate " + host + "-cert.pub"}})
	b, _ := bootFor(t, s)
	sshboottest.WriteFile(t, knownHostsFile(b), authority+knownHostsLine(hostKeyName("127.0.0.1", s.Port), key, false), 0o600)
	for spec, ok := range map[string]bool{"serial: 70": false, "serial: 71": true, "id: test": false} {
		t.Run(spec, func(t *testing.T) {
			sshboottest.WriteFile(t, filepath.Join(dir, "spec"), spec+"\n", 0o600)
			sshboottest.Sign(t, "-k", "-f", list, "-s", ca+".pub", filepath.Join(dir, "spec"))
			options := []string{"RevokedHostKeys=" + list, "IdentityFile=" + filepath.Join(b.env.Home, ".ssh/id_ed25519")}
			err := loginWith(t, withOptions(b, options...))
			if theirs := sshLogsIn(t, b, s, options...); (err == nil) != ok || theirs != ok {
				t.Errorf("%s: %v, ssh logs in: %v", spec, err, theirs)
			}
			if !ok {
				sshboottest.WantError(t, err, "is revoked in "+list)
			}
		})
	}
}
