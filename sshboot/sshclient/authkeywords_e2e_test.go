//go:build e2e

package sshclient

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

func TestIdentityAgent(t *testing.T) {
	s := sshboottest.Start(t)
	key := sshboottest.NewSigner(t)
	s.Authorize(t, key.PublicKey())
	home := t.TempDir()
	sshboottest.WriteFile(t, filepath.Join(home, ".ssh/known_hosts"), s.KnownHosts(), 0o600)
	socket := serveAgent(t, key)
	for option, ok := range map[string]bool{
		socket: true, "$MY_AGENT": true, "${MY_DIR}/agent": true, "SSH_AUTH_SOCK": false, "none": false, "/nonexistent": false,
	} {
		t.Run(option, func(t *testing.T) {
			b, _ := bootFor(t, s)
			b.env = testEnvironment(home, "MY_AGENT="+socket, "MY_DIR="+filepath.Dir(socket), "SSH_AUTH_SOCK="+serveAgent(t))
			got, err := withOptions(b, "IdentityAgent="+option).run(t.Context())
			if ok {
				wantEndpoint(t, got, err)
			} else {
				sshboottest.WantError(t, err, "permission denied")
			}
		})
	}
}

func TestCertificateFile(t *testing.T) {
	s := sshboottest.Start(t)
	dir := t.TempDir()
	ca, key := filepath.Join(dir, "ca"), filepath.Join(dir, "key")
	s.Authorize(t, sshboottest.Keygen(t, ca, "-t", "ed25519"), "cert-authority", `principals="tester"`)
	sshboottest.Keygen(t, key, "-t", "ed25519")
	sshboottest.Sign(t, "-s", ca, "-I", "test", "-n", "tester", key+".pub")
	cert := filepath.Join(dir, "elsewhere.pub")
	if err := os.Rename(key+"-cert.pub", cert); err != nil {
		t.Fatal(err)
	}
	b, _ := bootFor(t, s)
	_, err := withOptions(b, "IdentityFile="+key).run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
	got, err := withOptions(b, "IdentityFile="+key, "CertificateFile="+cert).run(t.Context())
	wantEndpoint(t, got, err)

	// The key of a certificate may be in the agent only.
	private, err := ssh.ParsePrivateKey([]byte(sshboottest.ReadFile(t, key)))
	if err != nil {
		t.Fatal(err)
	}
	b.env = testEnvironment(t.TempDir(), "SSH_AUTH_SOCK="+serveAgent(t, private))
	sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
	got, err = withOptions(b, "CertificateFile="+cert).run(t.Context())
	wantEndpoint(t, got, err)
}

func TestPubkeyAcceptedAlgorithms(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	path := filepath.Join(b.env.Home, ".ssh/id_rsa")
	s.Authorize(t, sshboottest.Keygen(t, path, "-t", "rsa", "-b", "2048"))
	for option, want := range map[string]string{"rsa-sha2-256": "RSA SHA256", "-ssh-ed25519,ecdsa*": "RSA SHA256", "ssh-ed25519": "ED25519 SHA256"} {
		t.Run(option, func(t *testing.T) {
			before := len(s.Log())
			got, err := withOptions(b, "PubkeyAcceptedAlgorithms="+option).run(t.Context())
			wantEndpoint(t, got, err)
			if log := s.Log()[before:]; !strings.Contains(log, "ssh2: "+want) {
				t.Errorf("%s: %s", option, log)
			}
		})
	}
	_, err := withOptions(b, "PubkeyAcceptedAlgorithms=ecdsa-sha2-nistp256").run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
}

func TestRequiredRSASize(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{HostKeys: []string{"rsa"}})
	b, _ := bootFor(t, s)
	_, err := withOptions(b, "RequiredRSASize=4096").run(t.Context())
	sshboottest.WantError(t, err, "RSA host key of [127.0.0.1]", "shorter than RequiredRSASize, 4096 bits")

	s = sshboottest.Start(t)
	b, u := bootFor(t, s)
	path := filepath.Join(b.env.Home, ".ssh/id_rsa")
	s.Authorize(t, sshboottest.Keygen(t, path, "-t", "rsa", "-b", "2048"))
	got, err := withOptions(b, "IdentityFile="+path).run(t.Context())
	wantEndpoint(t, got, err)
	_, err = withOptions(b, "IdentityFile="+path, "RequiredRSASize=3072").run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
	if len(u.Told) != 1 || !strings.Contains(u.Told[0], path+" is not used: RequiredRSASize is 3072") {
		t.Errorf("told %q", u.Told)
	}
}

func TestCASignatureAlgorithms(t *testing.T) {
	dir := t.TempDir()
	ca, host := filepath.Join(dir, "ca"), filepath.Join(dir, "host")
	caKey := sshboottest.Keygen(t, ca, "-t", "rsa", "-b", "2048")
	sshboottest.Keygen(t, host, "-t", "ed25519")
	certificate := sshboottest.Config{Options: []string{"HostKey " + host, "HostCertificate " + host + "-cert.pub"}}
	for algorithm, option := range map[string]string{"ssh-rsa": "+ssh-rsa", "rsa-sha2-512": "rsa-sha2-512"} {
		t.Run(algorithm, func(t *testing.T) {
			sshboottest.Sign(t, "-s", ca, "-t", algorithm, "-I", "host", "-h", "-n", "127.0.0.1", host+".pub")
			s := sshboottest.StartConfig(t, certificate)
			b, u := bootFor(t, s)
			sshboottest.WriteFile(t, knownHostsFile(b), "@cert-authority * "+string(ssh.MarshalAuthorizedKey(caKey)), 0o600)
			got, err := withOptions(b, "CASignatureAlgorithms="+option).run(t.Context())
			wantEndpoint(t, got, err)
			refused := map[string]string{"ssh-rsa": "Port=" + strings.TrimPrefix(hostPort(s), ":"), "rsa-sha2-512": "CASignatureAlgorithms=ssh-ed25519"}
			_, err = withOptions(b, refused[algorithm]).run(t.Context())
			sshboottest.WantError(t, err, "is not known")
			if told := strings.Join(u.Told, "\n"); !strings.Contains(told, "is signed with "+algorithm+", which CASignatureAlgorithms does not list") {
				t.Errorf("told %q", told)
			}
		})
	}
}
