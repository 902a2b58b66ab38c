package sshboot

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

// Keys that ssh-keygen encrypts with any cipher of ssh are opened with the passphrase,
// and a wrong one is known as such.
func TestEveryCipherOfAKey(t *testing.T) {
	dir := t.TempDir()
	ciphers, err := exec.Command("ssh", "-Q", "cipher").Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range strings.Fields(string(ciphers)) {
		kind := [][]string{{"-t", "ed25519"}, {"-t", "ecdsa", "-b", "521"}, {"-t", "rsa", "-b", "2048"}}[i%3]
		path := filepath.Join(dir, name)
		public := sshboottest.Keygen(t, path, append(kind, "-Z", name, "-N", "right", "-a", []string{"1", "2", "16"}[i%3])...)
		text := []byte(readFile(t, path))
		_, err := parsePrivateKey(text)
		if missing, ok := errors.AsType[*ssh.PassphraseMissingError](err); !ok || !sameKey(missing.PublicKey, public) {
			t.Errorf("%s: %v", name, err)
		}
		var id identity
		if err := id.use(decryptPrivateKey(text, []byte("right"))); err != nil || !sameKey(id.public, public) {
			t.Errorf("%s: %v", name, err)
		}
		for _, wrong := range []string{"", "Right", "right\x00"} {
			if key, err := decryptPrivateKey(text, []byte(wrong)); err != x509.IncorrectPasswordError {
				t.Errorf("%s with %q: %T, %v", name, wrong, key, err)
			}
		}
	}
}

// A key that no passphrase can open here is told about at once, and its public half
// still selects the key of an agent.
func TestUnknownEncryptionOfAKey(t *testing.T) {
	s := sshboottest.Start(t)
	damage := func(old, new string) func(*pem.Block) {
		return func(block *pem.Block) {
			if !bytes.Contains(block.Bytes, []byte(old)) {
				t.Fatalf("no %q in the key", old)
			}
			block.Bytes = bytes.Replace(block.Bytes, []byte(old), []byte(new), 1)
		}
	}
	for name, c := range map[string]struct {
		args   []string
		damage func(*pem.Block)
		public bool // it is in the file
	}{
		"cipher": {nil, damage("aes256-ctr", "aes512-ctr"), true},
		"KDF":    {nil, damage("bcrypt", "scrypt"), true},
		"rounds": {nil, damage("\x00\x00\x00\x01\x00\x00\x00\x01", "\x7f\x00\x00\x01\x00\x00\x00\x01"), true},
		"tag":    {nil, func(block *pem.Block) { block.Bytes = append(block.Bytes, 1) }, true},
		"PEM":    {[]string{"-m", "PEM"}, func(b *pem.Block) { b.Headers["DEK-Info"] = "CAMELLIA-256-CBC,00112233445566778899AABBCCDDEEFF" }, false},
		"PKCS8":  {[]string{"-m", "PKCS8"}, damage("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c", "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0f"), false},
	} {
		t.Run(name, func(t *testing.T) {
			b, u := bootFor(t, s)
			b.env = testEnvironment(t.TempDir())
			writeFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
			path := filepath.Join(b.env.home, ".ssh/id_ecdsa")
			s.Authorize(t, sshboottest.Keygen(t, path, append(c.args, "-t", "ecdsa", "-N", "right", "-a", "1")...))
			block, _ := pem.Decode([]byte(readFile(t, path)))
			c.damage(block)
			writeFile(t, path, string(pem.EncodeToMemory(block)), 0o600)
			_, err := b.run(t.Context())
			wantError(t, err, "permission denied")
			if told := strings.Join(u.told, "\n"); len(u.asked) != 0 || !strings.Contains(told, path+": it is encrypted in a way that is not known (ssh-keygen -p -f ") {
				t.Errorf("asked %q, told %q", u.asked, told)
			}
			if id := readIdentity(path); id.public == nil || id.usable() {
				t.Errorf("public half %v, usable %v", id.public, id.usable())
			}
			if _, err := parsePrivateKey([]byte(readFile(t, path))); c.public != (errors.As(err, new(lockedKeyError)) && err.(lockedKeyError).public != nil) {
				t.Errorf("public half: %v", err)
			}
		})
	}
}

// A key of a type that is not known is told about, encrypted or not, and so is a file
// that is no key.
func TestUnknownKindOfKey(t *testing.T) {
	s := sshboottest.Start(t)
	for text, want := range map[string]string{
		"plain":     "keys of type ssh-xxxxx19 are not known",
		"encrypted": "keys of type ssh-xxxxx19 are not known",
		"junk":      "no key found",
	} {
		b, u := bootFor(t, s)
		b.env = testEnvironment(t.TempDir())
		writeFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
		path := filepath.Join(b.env.home, ".ssh/id_ed25519")
		sshboottest.Keygen(t, path, "-t", "ed25519", "-N", map[string]string{"encrypted": "right"}[text], "-a", "1")
		block, _ := pem.Decode([]byte(readFile(t, path)))
		block.Bytes = bytes.ReplaceAll(block.Bytes, []byte("ssh-ed25519"), []byte("ssh-xxxxx19"))
		file := pem.EncodeToMemory(block)
		if text == "junk" {
			file = []byte(text)
		}
		writeFile(t, path, string(file), 0o600)
		if err := os.Remove(path + ".pub"); err != nil {
			t.Fatal(err)
		}
		_, err := b.run(t.Context())
		wantError(t, err, "permission denied")
		if told := strings.Join(u.told, "\n"); len(u.asked) != 0 || told != "gm: warning: key "+path+": "+want {
			t.Errorf("%s: asked %q, told %q", text, u.asked, told)
		}
	}
}

func FuzzOpenSSHKey(f *testing.F) {
	f.Add([]byte(openSSHMagic + "\x00\x00\x00\x0aaes256-ctr\x00\x00\x00\x06bcrypt\x00\x00\x00\x00\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, der []byte) {
		key, err := parseOpenSSHKey(der)
		if err != nil {
			return
		}
		if _, rounds, _ := key.kdf(); rounds < 100 {
			key.decrypt([]byte("x"))
		}
	})
}
