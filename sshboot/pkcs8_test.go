package sshboot

import (
	"encoding/pem"
	"os/exec"
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// Keys that openssl encrypts in each way are read; a wrong passphrase is not
// taken for another trouble.
func TestEncryptedPKCS8(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	public := sshboottest.Keygen(t, path, "-t", "ecdsa", "-m", "PKCS8")
	for _, args := range [][]string{
		{"-v2", "aes-128-cbc"}, {"-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA256"}, {"-v2", "aes-256-cbc", "-iter", "10"},
		{"-v2", "des3", "-v2prf", "hmacWithSHA1"},
	} {
		text := encryptKey(t, path, args)
		if _, err := parsePrivateKey(text); err == nil {
			t.Errorf("%q: no passphrase is missing", args)
		}
		var id identity
		if err := id.use(decryptPrivateKey(text, []byte("right"))); err != nil || !sameKey(id.public, public) {
			t.Errorf("%q: %v", args, err)
		}
		for _, wrong := range []string{"", "wrong", "Right"} {
			if err := id.use(decryptPrivateKey(text, []byte(wrong))); err == nil || unknownEncryption(err) {
				t.Errorf("%q with %q: %v", args, wrong, err)
			}
		}
	}
	text := encryptKey(t, path, []string{"-scrypt"})
	if _, err := decryptPrivateKey(text, []byte("right")); err == nil || !unknownEncryption(err) {
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

// A cipher that the library has not is told about once, and not taken for a
// wrong passphrase.
func TestUnknownCipherOfAKey(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	path := filepath.Join(b.env.home, ".ssh/id_ecdsa")
	s.Authorize(t, sshboottest.Keygen(t, path, "-t", "ecdsa", "-Z", "chacha20-poly1305@openssh.com", "-N", "right", "-a", "1"))
	u.answers = []string{"right", "right", "right"}
	_, err := withOptions(b, "IdentityFile="+path).run(t.Context())
	wantError(t, err, "permission denied", path, "unknown cipher", "ssh-keygen -p -f "+path)
	if len(u.asked) != 1 {
		t.Errorf("asked %q", u.asked)
	}
}

func FuzzDecryptPKCS8(f *testing.F) {
	f.Add([]byte{0x30, 0})
	f.Fuzz(func(t *testing.T, der []byte) {
		if key, err := decryptPrivateKey(pem.EncodeToMemory(&pem.Block{Type: encryptedPKCS8, Bytes: der}), []byte("x")); err == nil {
			t.Errorf("a key %T out of %x", key, der)
		}
	})
}
