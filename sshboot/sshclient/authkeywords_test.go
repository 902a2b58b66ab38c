package sshclient

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshkey"
)

func TestDisabledMethods(t *testing.T) {
	answer := func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		answers, err := ask("", "", []string{"Code: "}, []bool{true})
		if err == nil && answers[0] != "right" {
			err = fmt.Errorf("wrong")
		}
		return nil, err
	}
	key := sshboottest.NewSigner(t)
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{
		PasswordCallback:            checkPassword,
		KeyboardInteractiveCallback: answer,
		PublicKeyCallback: func(_ ssh.ConnMetadata, got ssh.PublicKey) (*ssh.Permissions, error) {
			if sshkey.Same(got, key.PublicKey()) {
				return nil, nil
			}
			return nil, fmt.Errorf("unknown")
		},
	})
	const password, code = "secret: joe@127.0.0.1's password: ", "(joe@127.0.0.1) Code: "
	for _, c := range []struct {
		options []string
		asked   []string
	}{
		{nil, nil},
		{[]string{"PubkeyAuthentication=no"}, []string{code}},
		{[]string{"PubkeyAuthentication=no", "KbdInteractiveAuthentication=no"}, []string{password}},
		{[]string{"PreferredAuthentications=password,publickey"}, []string{password}},
		{[]string{"PreferredAuthentications=keyboard-interactive"}, []string{code}},
		{[]string{"PreferredAuthentications=keyboard-interactive,password", "PasswordAuthentication=no"}, []string{code}},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			u := &prompttest.ScriptedUser{Answers: []string{"right"}}
			b := bootTo(t, s, u)
			b.env.Lookup = testEnvironment("", "SSH_AUTH_SOCK="+serveAgent(t, key)).Lookup
			got, err := withOptions(b, c.options...).run(t.Context())
			wantEndpoint(t, got, err)
			if !slices.Equal(u.Asked, c.asked) {
				t.Errorf("%q: asked %q, want %q", c.options, u.Asked, c.asked)
			}
		})
	}
	b := bootTo(t, s, &prompttest.ScriptedUser{Answers: []string{"right"}})
	_, err := withOptions(b, "PubkeyAuthentication=no", "KbdInteractiveAuthentication=no", "PasswordAuthentication=no").run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
}

func TestNumberOfPasswordPrompts(t *testing.T) {
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{PasswordCallback: checkPassword})
	u := &prompttest.ScriptedUser{Answers: []string{"1", "2", "right"}}
	_, err := withOptions(bootTo(t, s, u), "NumberOfPasswordPrompts=2").run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
	if len(u.Asked) != 2 {
		t.Errorf("asked %q", u.Asked)
	}
}

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
