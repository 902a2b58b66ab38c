//go:build e2e

package sshkey

import (
	"errors"
	"os/exec"
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// Keys encrypted by openssl decrypt with the passphrase, and a wrong one is not reported as
// an unsupported encryption.
func TestEncryptedPKCS8(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	public := sshboottest.Keygen(t, path, "-t", "ecdsa", "-m", "PKCS8")
	for _, args := range [][]string{
		{"-v2", "aes-128-cbc"}, {"-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA256"}, {"-v2", "aes-256-cbc", "-iter", "10"},
		{"-v2", "des3", "-v2prf", "hmacWithSHA1"},
	} {
		text := encryptKey(t, path, args)
		if _, err := Parse(text); err == nil {
			t.Errorf("%q: parsed without a passphrase", args)
		}
		if got, err := publicOf(Decrypt(text, []byte("right"))); err != nil || !Same(got, public) {
			t.Errorf("%q: %v", args, err)
		}
		for _, wrong := range []string{"", "wrong", "Right"} {
			if _, err := Decrypt(text, []byte(wrong)); err == nil || errors.Is(err, errUnknownEncryption) {
				t.Errorf("%q with %q: %v", args, wrong, err)
			}
		}
	}
	text := encryptKey(t, path, []string{"-scrypt"})
	if _, err := Parse(text); !errors.Is(err, errUnknownEncryption) {
		t.Errorf("scrypt: %v", err)
	}
}

func encryptKey(t *testing.T, path string, args []string) []byte {
	t.Helper()
	args = append([]string{"pkcs8", "-topk8", "-in", path, "-passout", "pass:right"}, args...)
	text, err := exec.Command("openssl", args...).Output()
	if err != nil {
		t.Fatalf("openssl %q: %v", args, err)
	}
	return text
}
