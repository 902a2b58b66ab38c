//go:build e2e

package sshclient

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshkey"
)

// softProvider compiles testdata/securitykey and returns the library for
// SecurityKeyProvider.
func softProvider(t *testing.T) string {
	t.Helper()
	library := filepath.Join(t.TempDir(), "provider.so")
	if out, err := exec.Command("gcc", "-shared", "-fPIC", "-o", library, "testdata/securitykey/provider.c").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v: %s", err, out)
	}
	return library
}

// writeSecurityKey creates a security key for softProvider and writes its files like
// ssh-keygen: path, and path.pub with the public half, which it returns.
func writeSecurityKey(t *testing.T, path, kind, handle string, flags byte) ssh.PublicKey {
	t.Helper()
	args := map[string][]string{"ed25519": {"-algorithm", "ed25519"}, "ecdsa": {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}}[kind]
	if out, err := exec.Command("openssl", append(append([]string{"genpkey"}, args...), "-out", handle)...).CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v: %s", err, out)
	}
	block, _ := pem.Decode([]byte(sshboottest.ReadFile(t, handle)))
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	var fields []byte
	switch private := private.(type) {
	case ed25519.PrivateKey:
		fields = ssh.Marshal(struct{ Type, Key, Application string }{ssh.KeyAlgoSKED25519, string(private.Public().(ed25519.PublicKey)), application})
	case *ecdsa.PrivateKey:
		point, err := private.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		fields = ssh.Marshal(struct{ Type, Curve, Key, Application string }{ssh.KeyAlgoSKECDSA256, "nistp256", string(point), application})
	}
	secret := slices.Concat(make([]byte, 8), fields, ssh.Marshal(struct {
		Flags                     byte
		Handle, Reserved, Comment string
	}{flags, handle, "", "test"}))
	for i := byte(1); len(secret)%8 != 0; i++ {
		secret = append(secret, i)
	}
	file := struct {
		Cipher, KDF, Options string
		Count                uint32
		Public, Private      []byte
	}{"none", "none", "", 1, fields, secret}
	text := pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: append([]byte("openssh-key-v1\x00"), ssh.Marshal(file)...)})
	sshboottest.WriteFile(t, path, string(text), 0o600)
	public, err := ssh.ParsePublicKey(fields)
	if err != nil {
		t.Fatal(err)
	}
	sshboottest.WriteFile(t, path+".pub", string(ssh.MarshalAuthorizedKey(public)), 0o600)
	return public
}

// A security key file logs in without an agent, like with ssh: encrypted, with a
// certificate, and with a PIN.
func TestLoginBySecurityKeyFile(t *testing.T) {
	s := sshboottest.Start(t)
	provider := softProvider(t)
	ca := filepath.Join(t.TempDir(), "ca")
	s.Authorize(t, sshboottest.Keygen(t, ca, "-t", "ed25519"), "cert-authority", `principals="tester"`)
	for _, c := range []struct {
		name, kind, handle string
		flags              byte
		encrypted, signed  bool
		answers            []string
		asked              string // parts of the prompts, separated by |
		err                string
	}{
		{name: "ed25519", kind: "ed25519", flags: 1},
		{name: "ecdsa", kind: "ecdsa", flags: 1},
		{name: "certificate", kind: "ed25519", flags: 1, signed: true},
		{name: "encrypted", kind: "ecdsa", flags: 1, encrypted: true, answers: []string{"right"}, asked: "Enter passphrase for key"},
		{name: "verified", kind: "ed25519", flags: 1 | sshkey.UserVerification, handle: ".pin", answers: []string{"1234"}, asked: "Enter PIN for ED25519-SK key"},
		{name: "PIN wanted", kind: "ecdsa", flags: 1, handle: ".pin", answers: []string{"1234"}, asked: "Enter PIN for ECDSA-SK key"},
		{name: "wrong PIN", kind: "ed25519", flags: 1, handle: ".pin", answers: []string{"4321"}, asked: "Enter PIN for ED25519-SK key", err: "rejected the PIN"},
		{name: "no device", kind: "ed25519", flags: 1, handle: "gone", err: "not plugged in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, u := bootFor(t, s)
			b.env = testEnvironment(t.TempDir())
			sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
			path := filepath.Join(b.env.Home, ".ssh/id_"+c.kind+"_sk")
			handle := filepath.Join(b.env.Home, "handle"+c.handle)
			sshboottest.WriteFile(t, handle, "", 0o600)
			public := writeSecurityKey(t, path, c.kind, handle, c.flags)
			if c.signed {
				sshboottest.Sign(t, "-s", ca, "-I", "test", "-n", "tester", path+".pub")
			} else {
				s.Authorize(t, public)
			}
			options := []string{"SecurityKeyProvider=" + provider, "IdentityFile=" + path}
			if c.answers == nil && c.err == "" && !sshLogsIn(t, b, s, options...) {
				t.Error("ssh does not log in")
			}
			if c.encrypted {
				sshboottest.Sign(t, "-p", "-f", path, "-P", "", "-N", "right", "-a", "1") // changes the passphrase
			}
			if c.handle == "gone" {
				os.Remove(handle)
			}
			u.Answers = c.answers
			b.wait = &prompt.WaitNotice{Delay: time.Millisecond}
			got, err := withOptions(b, options[0]).run(t.Context())
			if c.err != "" {
				sshboottest.WantError(t, err, "permission denied", c.err)
			} else {
				wantEndpoint(t, got, err)
			}
			if asked := strings.Join(u.Asked, "|"); !strings.Contains(asked, c.asked) || (asked == "") != (c.asked == "") {
				t.Errorf("asked %q", asked)
			}
			if shown := strings.Join(u.Statuses, "\n"); !strings.Contains(shown, "gm: waiting for a touch of the security key "+path) {
				t.Errorf("no touch among %q", shown)
			}
			if told := strings.Join(u.Told, "\n"); !strings.Contains(told, "Confirm user presence for key "+strings.ToUpper(c.kind)+"-SK "+ssh.FingerprintSHA256(public)) {
				t.Errorf("told %q", told)
			}
		})
	}
}

// A missing or misbehaving helper is reported to the user.
func TestSecurityKeyWithoutHelper(t *testing.T) {
	s := sshboottest.Start(t)
	dir := t.TempDir()
	reply := func(text string) string { return "#!/bin/sh\nhead -c 4 >/dev/null; printf '" + text + "'\n" }
	for name, c := range map[string]struct{ helper, want string }{
		"missing":        {"", "ssh-sk-helper is missing here: load it into ssh-agent with ssh-add "},
		"no answer":      {"#!/bin/sh\n", "ended without an answer"},
		"cut off":        {reply(`\0\0\0\011\005\0`), "ended without an answer"},
		"too long":       {reply(`\177\377\377\377`), "did not answer as expected"},
		"other version":  {reply(`\0\0\0\005\006\0\0\0\001`), "of another version"},
		"other request":  {reply(`\0\0\0\005\005\0\0\0\002`), "did not answer as expected"},
		"garbage":        {reply(`\0\0\0\006\005\0\0\0\001x`), "did not answer as expected"},
		"other error":    {reply(`\0\0\0\011\005\0\0\0\0\0\0\0\002`), "error 2 of ssh-sk-helper"},
		"not executable": {"#!/nonexistent\n", "key "},
	} {
		t.Run(name, func(t *testing.T) {
			helper := filepath.Join(dir, "helper "+name)
			if c.helper != "" {
				sshboottest.WriteFile(t, helper, c.helper, 0o700)
			}
			b, u := bootFor(t, s)
			b.env = testEnvironment(t.TempDir(), "SSH_SK_HELPER="+helper)
			sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
			s.Authorize(t, writeSecurityKey(t, filepath.Join(b.env.Home, ".ssh/id_ed25519_sk"), "ed25519", filepath.Join(dir, "handle"), 1))
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, "permission denied")
			if text := err.Error() + strings.Join(u.Told, "\n"); !strings.Contains(text, c.want) {
				t.Errorf("%s", text)
			}
		})
	}
}
