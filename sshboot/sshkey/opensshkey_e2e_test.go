//go:build e2e

package sshkey

import (
	"crypto/x509"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

// Keys encrypted by ssh-keygen with any cipher of ssh decrypt with the passphrase, and a
// wrong one returns x509.IncorrectPasswordError.
func TestKeyCiphers(t *testing.T) {
	dir := t.TempDir()
	ciphers, err := exec.Command("ssh", "-Q", "cipher").Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range strings.Fields(string(ciphers)) {
		kind := [][]string{{"-t", "ed25519"}, {"-t", "ecdsa", "-b", "521"}, {"-t", "rsa", "-b", "2048"}}[i%3]
		path := filepath.Join(dir, name)
		public := sshboottest.Keygen(t, path, append(kind, "-Z", name, "-N", "right", "-a", []string{"1", "2", "16"}[i%3])...)
		text := []byte(sshboottest.ReadFile(t, path))
		_, err := Parse(text)
		if missing, ok := errors.AsType[*ssh.PassphraseMissingError](err); !ok || !Same(missing.PublicKey, public) {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := publicOf(Decrypt(text, []byte("right"))); err != nil || !Same(got, public) {
			t.Errorf("%s: %v", name, err)
		}
		for _, wrong := range []string{"", "Right", "right\x00"} {
			if key, err := Decrypt(text, []byte(wrong)); err != x509.IncorrectPasswordError {
				t.Errorf("%s with %q: %T, %v", name, wrong, key, err)
			}
		}
	}
}

// publicOf returns the public half of a private key.
func publicOf(private any, err error) (ssh.PublicKey, error) {
	if err != nil {
		return nil, err
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return nil, err
	}
	return signer.PublicKey(), nil
}
