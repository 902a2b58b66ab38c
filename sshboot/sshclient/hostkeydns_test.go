//go:build e2e

package sshclient

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/internal/sshfp"
	"gm/internal/sshfp/sshfptest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshconfig"
	"gm/sshboot/sshkey"
)

// withNameServer runs the test in a namespace whose name server is 127.0.0.1 port 53. It
// reports whether the current process is in that namespace.
func withNameServer(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inNetwork) != "" {
		return true
	}
	dir := t.TempDir()
	sshboottest.WriteFile(t, filepath.Join(dir, "resolv.conf"), "nameserver 127.0.0.1\n", 0o644)
	sshboottest.WriteFile(t, filepath.Join(dir, "nsswitch.conf"), "hosts: dns\n", 0o644)
	const enter = `ip link set lo up && mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec "$@"`
	cmd := exec.Command("unshare", "-n", "-m", "sh", "-c", enter, dir, os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inNetwork+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// TestVerifyHostKeyDNSAsSSH checks that ssh and gm trust the same records.
func TestVerifyHostKeyDNSAsSSH(t *testing.T) {
	if !withNameServer(t) {
		return
	}
	names := sshfptest.Start(t, "127.0.0.1:53")
	s := sshboottest.Start(t)
	key, other := s.HostKeys[0], sshboottest.NewSigner(t).PublicKey()
	short, long, wrong := sha1.Sum(key.Marshal()), sha256.Sum256(key.Marshal()), sha256.Sum256(other.Marshal())
	good, goodSHA1, bad := sshfp.Record{Algorithm: 4, Hash: 2, Fingerprint: long[:]}, sshfp.Record{Algorithm: 4, Hash: 1, Fingerprint: short[:]}, sshfp.Record{Algorithm: 4, Hash: 2, Fingerprint: wrong[:]}
	ofRSA, unknown := sshfp.Record{Algorithm: 1, Hash: 2, Fingerprint: wrong[:]}, sshfp.Record{Algorithm: 4, Hash: 3, Fingerprint: wrong[:]}
	known := map[byte]string{'K': knownHostsLine(hostKeyName("host.example.org", s.Port), key, false), 'O': knownHostsLine(hostKeyName("host.example.org", s.Port), other, false)}
	for _, c := range []struct {
		name       string
		records    []sshfp.Record
		insecure   bool // not validated
		untrusted  bool // no trust-ad
		mode       string
		known      string // K, or O
		ok, warned bool
	}{
		{name: "match", records: []sshfp.Record{good}, ok: true},
		{name: "SHA-1", records: []sshfp.Record{goodSHA1}, ok: true},
		{name: "both", records: []sshfp.Record{goodSHA1, good}, ok: true},
		{name: "match and other key type", records: []sshfp.Record{ofRSA, good}, ok: true},
		{name: "match and unknown hash", records: []sshfp.Record{good, unknown}, warned: true},
		{name: "match and mismatch", records: []sshfp.Record{good, bad}, warned: true},
		{name: "mismatch", records: []sshfp.Record{bad}, warned: true},
		{name: "other key type", records: []sshfp.Record{ofRSA}, warned: true},
		{name: "unknown hash", records: []sshfp.Record{unknown}, warned: true},
		{name: "none"},
		{name: "known, none", known: "K", ok: true},
		{name: "known, mismatch", records: []sshfp.Record{bad}, known: "K", ok: true, warned: true},
		{name: "changed, match", records: []sshfp.Record{good}, known: "O", ok: true},
		{name: "changed, insecure", records: []sshfp.Record{good}, insecure: true, known: "O"},
		{name: "insecure", records: []sshfp.Record{good}, insecure: true},
		{name: "untrusted", records: []sshfp.Record{good}, untrusted: true},
		{name: "ask", records: []sshfp.Record{good}, mode: "ask"},
		{name: "off", records: []sshfp.Record{good}, mode: "no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			names.Set(sshfptest.Answer{Records: c.records, Validated: !c.insecure})
			if !c.untrusted {
				t.Setenv("RES_OPTIONS", "trust-ad")
			}
			b, u := bootFor(t, s)
			b.env.Fingerprints = sshfp.Lookup
			lines := ""
			if c.known != "" {
				lines = known[c.known[0]]
			}
			sshboottest.WriteFile(t, knownHostsFile(b), lines, 0o600)
			if c.mode == "" {
				c.mode = "yes"
			}
			options := []string{"VerifyHostKeyDNS=" + c.mode, "StrictHostKeyChecking=yes", "HostName=host.example.org", "IdentityFile=" + filepath.Join(b.env.Home, ".ssh/id_ed25519")}
			if got := sshLogsIn(t, b, s, options...); got != c.ok {
				t.Errorf("ssh logs in: %v", got)
			}
			if asked := len(names.Queries()); asked != 1 && c.mode != "no" {
				t.Errorf("ssh asked %d times", asked)
			}
			err := loginWith(t, withOptions(b, options...))
			if (err == nil) != c.ok {
				t.Errorf("gm: %v", err)
			}
			if warned := strings.Contains(strings.Join(u.Told, "\n"), "is not the one in DNS (SSHFP)"); warned != c.warned {
				t.Errorf("told %q", u.Told)
			}
		})
	}
	names.Set(sshfptest.Answer{Records: []sshfp.Record{good}})
	if err := loginWith(t, withOptions(func() boot { b, _ := bootFor(t, s); b.env.Fingerprints = sshfp.Lookup; return b }(), "VerifyHostKeyDNS=yes")); err != nil || len(names.Queries()) != 0 {
		t.Errorf("an address: %v, asked %v", err, names.Queries())
	}
}

// The prompt about an unknown key mentions DNS, like that of ssh.
func TestUnknownKeyPromptMentionsDNS(t *testing.T) {
	s := sshboottest.Start(t)
	for _, key := range []ssh.PublicKey{s.HostKeys[0], sshboottest.NewSigner(t).PublicKey()} {
		for _, mode := range []string{"no", "ask", "yes"} {
			b, u := bootFor(t, s)
			u.Answers = []string{"no"}
			sshboottest.WriteFile(t, knownHostsFile(b), "", 0o600)
			sum := sha256.Sum256(key.Marshal())
			b.env.Fingerprints = fixedFingerprints(sshfp.Record{Algorithm: 4, Hash: 2, Fingerprint: sum[:]})
			err := loginWith(t, withOptions(b, "VerifyHostKeyDNS="+mode, "HostName=localhost"))
			sshboottest.WantError(t, err, "was not accepted")
			want := map[bool]string{true: "\nMatching host key fingerprint found in DNS.\n", false: "\nNo matching host key fingerprint found in DNS.\n"}[sshkey.Same(key, s.HostKeys[0])]
			if got := strings.Contains(u.Asked[0], want); got != (mode != "no") || mode == "no" && strings.Contains(u.Asked[0], "DNS") {
				t.Errorf("%s: asked %q", mode, u.Asked)
			}
		}
	}
}

// fixedFingerprints returns a lookup of one record that is not validated.
func fixedFingerprints(record sshfp.Record) sshconfig.FingerprintLookup {
	return func(context.Context, string) ([]sshfp.Record, bool, error) { return []sshfp.Record{record}, false, nil }
}

// The records are those of ssh-keygen -r.
func TestFingerprintsAsSSHKeygen(t *testing.T) {
	for _, args := range [][]string{{"-t", "ed25519"}, {"-t", "rsa", "-b", "2048"}, {"-t", "ecdsa", "-b", "384"}} {
		path := filepath.Join(t.TempDir(), "key")
		key := sshboottest.Keygen(t, path, args...)
		out, err := exec.Command("ssh-keygen", "-r", "host", "-f", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		var records []sshfp.Record
		for line := range strings.Lines(string(out)) {
			var r sshfp.Record
			if _, err := fmt.Sscanf(line, "host IN SSHFP %d %d %x", &r.Algorithm, &r.Hash, &r.Fingerprint); err != nil {
				t.Fatal(err)
			}
			records = append(records, r)
		}
		if len(records) != 2 || !matchesFingerprints(records, key) || matchesFingerprints(records, sshboottest.NewSigner(t).PublicKey()) {
			t.Errorf("%v: %+v", args, records)
		}
		records[1].Fingerprint = slices.Concat(records[1].Fingerprint, []byte{1})
		if matchesFingerprints(records, key) {
			t.Errorf("%v: a longer fingerprint matches", args)
		}
	}
}
