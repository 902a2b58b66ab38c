//go:build e2e

package sshkey

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

// krlSpecs contains specifications for ssh-keygen -k -s, with K for a key, C for its
// certificate with the serial number 70 and the key ID test, and O for another key.
var krlSpecs = []string{
	"", "serial: 70", "serial: 69", "serial: 60-80", "serial: 71-80", "serial: 0", "id: test", "id: tes", "id: test2\nid: test\n",
	"serial: 1\nserial: 2\nserial: 64\nserial: 70\nserial: 100-200\nserial: 5000000000", "serial: 1\nserial: 2\nserial: 64\nserial: 100\nserial: 5000000000",
	"serial: 10\nserial: 12\nserial: 14\nserial: 70\nserial: 72\nserial: 73\nserial: 75\nserial: 90", "key: K", "key: O", "sha1: K", "sha256: K", "sha1: O", "sha256: O",
	"hash: F", "key: C", "sha256: C", "key: A", "sha256: A", "serial: 18446744073709551615", "serial: 1-18446744073709551615",
}

// TestKRLAsSSHKeygen checks that a list revokes the same keys as for ssh-keygen -Q.
func TestKRLAsSSHKeygen(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	names := map[string]ssh.PublicKey{"K": nil, "O": nil, "A": nil, "B": nil}
	for name := range names {
		names[name] = sshboottest.Keygen(t, file(name), "-t", "ed25519")
	}
	sshboottest.Sign(t, "-s", file("A"), "-h", "-I", "test", "-z", "70", "-n", "127.0.0.1", file("K.pub"))
	names["C"] = sshboottest.ReadPublicKey(t, file("K-cert.pub"))
	sshboottest.Sign(t, "-s", file("B"), "-h", "-I", "test", "-z", "70", "-n", "127.0.0.1", file("O.pub"))
	names["D"] = sshboottest.ReadPublicKey(t, file("O-cert.pub"))
	replace := []string{"F", ssh.FingerprintSHA256(names["K"])}
	for name, key := range names {
		replace = append(replace, ": "+name, ": "+strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))))
		sshboottest.WriteFile(t, file("public-"+name), string(ssh.MarshalAuthorizedKey(key)), 0o600)
	}
	for _, spec := range krlSpecs {
		for _, authority := range []string{file("A.pub"), "none"} {
			sshboottest.WriteFile(t, file("spec"), strings.NewReplacer(replace...).Replace(spec)+"\n", 0o600)
			if out, err := exec.Command("ssh-keygen", "-q", "-k", "-f", file("krl"), "-s", authority, file("spec")).CombinedOutput(); err != nil {
				if !strings.Contains(spec, "serial: 0") { // ssh-keygen refuses it
					t.Errorf("%q: %v: %s", spec, err, out)
				}
				continue
			}
			list, err := ParseRevoked([]byte(sshboottest.ReadFile(t, file("krl"))))
			if err != nil {
				t.Errorf("%q: %v", spec, err)
				continue
			}
			for name, key := range names {
				out, _ := exec.Command("ssh-keygen", "-Q", "-f", file("krl"), file("public-"+name)).CombinedOutput()
				if want := strings.Contains(string(out), "REVOKED"); list.Revokes(key) != want {
					t.Errorf("%q of %s: %s revoked: %v, ssh-keygen: %s", spec, filepath.Base(authority), name, !want, out)
				}
			}
		}
	}
}

// Truncated lists and unknown sections are errors.
func TestDamagedKRL(t *testing.T) {
	dir := t.TempDir()
	key, path := filepath.Join(dir, "key"), filepath.Join(dir, "krl")
	sshboottest.Keygen(t, key, "-t", "ed25519")
	sshboottest.Sign(t, "-k", "-f", path, key+".pub")
	whole := []byte(sshboottest.ReadFile(t, path))
	for _, text := range [][]byte{
		append(bytes.Clone(whole), 9, 0, 0, 0, 0), append(bytes.Clone(whole), krlKeys, 0, 0, 0, 9), append(bytes.Clone(whole), krlSHA1, 0, 0, 0, 5, 0, 0, 0, 1, 'x'),
		bytes.Replace(whole, []byte{0, 0, 0, 1}, []byte{0, 0, 0, 2}, 1),
	} {
		if list, err := parseKRL(text); err == nil {
			t.Errorf("read %+v", list)
		}
	}
	for n := range len(whole) - 1 {
		list, err := parseKRL(whole[:n])
		if n%9 == 0 {
			sshboottest.WriteFile(t, path, string(whole[:n]), 0o600)
			out, failed := exec.Command("ssh-keygen", "-Q", "-f", path, "/dev/null").CombinedOutput()
			if n > len(krlMagic) && (err == nil) != (failed == nil) {
				t.Errorf("%d bytes: %v, ssh-keygen: %v %s", n, err, failed, out)
			}
		}
		if err == nil && len(list.keys) > 0 {
			t.Errorf("%d bytes: read", n)
		}
	}
	extension := func(critical byte) []byte {
		content := append([]byte{0, 0, 0, 1, 'x', critical}, 0, 0, 0, 0)
		return append(binary.BigEndian.AppendUint32(append(bytes.Clone(whole), krlExtension), uint32(len(content))), content...)
	}
	for critical, want := range []string{"<nil>", errKRL.Error()} {
		t.Run(want, func(t *testing.T) {
			if _, err := parseKRL(extension(byte(critical))); fmt.Sprint(err) != want {
				t.Errorf("extension, critical %d: %v", critical, err)
			}
		})
	}
}
