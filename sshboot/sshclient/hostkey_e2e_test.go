//go:build e2e

package sshclient

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

func TestUnknownHostIsAskedAbout(t *testing.T) {
	s := sshboottest.Start(t)
	name, fingerprint := fmt.Sprintf("[127.0.0.1]:%d", s.Port), ssh.FingerprintSHA256(s.HostKeys[0])
	for _, c := range []struct {
		answers []string
		ok      bool
	}{
		{[]string{"yes"}, true}, {[]string{fingerprint}, true}, {[]string{"", "maybe", "YES "}, true}, {[]string{"no"}, false},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			b, u := bootFor(t, s)
			if err := os.RemoveAll(knownHostsFile(b)); err != nil {
				t.Fatal(err)
			}
			u.Answers = c.answers
			got, err := b.run(t.Context())
			if !strings.HasPrefix(u.Asked[0], "The authenticity of host '"+name) || !strings.Contains(u.Asked[0], "ED25519 key fingerprint is "+fingerprint) ||
				!strings.HasSuffix(u.Asked[0], "(yes/no/[fingerprint])? ") {
				t.Errorf("asked %q", u.Asked[0])
			}
			if !c.ok {
				sshboottest.WantError(t, err, "was not accepted", name)
				return
			}
			wantEndpoint(t, got, err)
			if sshboottest.ReadFile(t, knownHostsFile(b)) != s.KnownHosts() {
				t.Errorf("known_hosts: %s", sshboottest.ReadFile(t, knownHostsFile(b)))
			}
			if len(u.Asked) != len(c.answers) || len(u.Told) != 1 || !strings.Contains(u.Told[0], "Permanently added '"+name+"' (ED25519)") {
				t.Errorf("asked %q, told %q", u.Asked, u.Told)
			}
			u.Answers, u.Asked = nil, nil
			got, err = b.run(t.Context())
			wantEndpoint(t, got, err)
		})
	}
}

func TestStrictHostKeyChecking(t *testing.T) {
	s := sshboottest.Start(t)
	other := knownHostsLine(hostKeyName("127.0.0.1", s.Port), sshboottest.NewSigner(t).PublicKey(), false)
	for _, c := range []struct {
		mode, known string
		want        []string // parts of the error; nil for success
		added       bool
	}{
		{"yes", "", []string{"no ED25519 host key is known", "StrictHostKeyChecking"}, false},
		{"accept-new", "", nil, true},
		{"no", "", nil, true},
		{"ask", "", []string{"is not known", ssh.FingerprintSHA256(s.HostKeys[0])}, false},
		{"yes", other, []string{"has changed"}, false},
		{"ask", other, []string{"has changed"}, false},
		{"accept-new", other, []string{"has changed"}, false},
		{"off", other, nil, false},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			b, u := bootFor(t, s)
			if err := os.WriteFile(knownHostsFile(b), []byte(c.known), 0o600); err != nil {
				t.Fatal(err)
			}
			b.request.SSHCommand = []string{"ssh", "-oStrictHostKeyChecking=" + c.mode}
			got, err := b.run(t.Context())
			if c.want != nil {
				sshboottest.WantError(t, err, c.want...)
			} else {
				wantEndpoint(t, got, err)
			}
			if added := sshboottest.ReadFile(t, knownHostsFile(b)) != c.known; added != c.added {
				t.Errorf("%s: added %v, want %v; told %q", c.mode, added, c.added, u.Told)
			}
		})
	}
}

func TestChangedHostKeyNamesFileAndLine(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	name := hostKeyName("127.0.0.1", s.Port)
	lines := "# comment\n\nhost.example.org " + strings.Repeat("x", 100000) + "\n" + knownHostsLine(name, sshboottest.NewSigner(t).PublicKey(), true)
	sshboottest.WriteFile(t, knownHostsFile(b), lines, 0o600)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "has changed", knownHostsFile(b)+":4", ssh.FingerprintSHA256(s.HostKeys[0]), "ssh-keygen -f", name)
}

// A host with several keys uses the one that is known.
func TestKnownKeyTypeIsPreferred(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{HostKeys: []string{"rsa", "ecdsa", "ed25519"}})
	for i, line := range strings.SplitAfter(s.KnownHosts(), "\n")[:3] {
		b, u := bootFor(t, s)
		sshboottest.WriteFile(t, knownHostsFile(b), line, 0o600)
		b.request.SSHCommand = []string{"ssh", "-oUpdateHostKeys=no"}
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
		if len(u.Asked) != 0 || sshboottest.ReadFile(t, knownHostsFile(b)) != line {
			t.Errorf("key %d: asked %q", i, u.Asked)
		}
	}
}

func TestHostKeyAliasAndPortFallback(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	sshboottest.WriteFile(t, knownHostsFile(b), knownHostsLine("alias", s.HostKeys[0], false), 0o600)
	b.request.SSHCommand = []string{"ssh", "-oHostKeyAlias=Alias"}
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)

	// A key known for port 22 is valid for other ports.
	sshboottest.WriteFile(t, knownHostsFile(b), knownHostsLine("127.0.0.1", s.HostKeys[0], false), 0o600)
	b.request.SSHCommand = nil
	got, err = b.run(t.Context())
	wantEndpoint(t, got, err)
	// With another key, the host is unknown on that port, not changed.
	sshboottest.WriteFile(t, knownHostsFile(b), knownHostsLine("127.0.0.1", sshboottest.NewSigner(t).PublicKey(), false), 0o600)
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "is not known")
}

// A name that is a pattern in known_hosts is not added.
func TestPatternsAreNotAddedToKnownHosts(t *testing.T) {
	s := sshboottest.Start(t)
	for _, name := range []string{"*", "a*", "a?b", "!a", "a,b", "a b", "@revoked", "#a", "|1|a|b", ""} {
		t.Run(name, func(t *testing.T) {
			if !isPattern(name) {
				t.Errorf("%q is no pattern", name)
			}
			if name == "" {
				return
			}
			for _, hash := range []string{"no", "yes"} {
				b, u := bootFor(t, s)
				sshboottest.WriteFile(t, knownHostsFile(b), "", 0o600)
				b.request.SSHCommand = []string{"ssh", `-oHostKeyAlias="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`, "-oStrictHostKeyChecking=accept-new", "-oHashKnownHosts=" + hash}
				if err := loginWith(t, b); err != nil || len(u.Told) != 1 {
					t.Errorf("%q: %v, told %q", name, err, u.Told)
				}
				text := sshboottest.ReadFile(t, knownHostsFile(b))
				if written := strings.HasPrefix(text, "|1|"); written != (hash == "yes") || !written && text != "" || !written && !strings.Contains(u.Told[0], "would match other hosts") {
					t.Errorf("%q: wrote %q, told %q", name, text, u.Told)
				}
			}
		})
	}
	for _, name := range []string{"host", "[::1]:22", "fe80::1%eth0", "a-b_c.example.org", "[host]:2222", "a@b"} {
		t.Run(name, func(t *testing.T) {
			if isPattern(name) {
				t.Errorf("%q is a pattern", name)
			}
		})
	}
}

func TestRevokedHostKey(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts()+"@revoked * "+string(ssh.MarshalAuthorizedKey(s.HostKeys[0])), 0o600)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "is revoked in", ":2", "stolen")
}

func TestHostCertificate(t *testing.T) {
	dir := t.TempDir()
	ca, host := filepath.Join(dir, "ca"), filepath.Join(dir, "host")
	caKey, hostKey := sshboottest.Keygen(t, ca, "-t", "ed25519"), sshboottest.Keygen(t, host, "-t", "ecdsa")
	sshboottest.Sign(t, "-s", ca, "-I", "host", "-h", "-n", "127.0.0.1", host+".pub")
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"HostKey " + host, "HostCertificate " + host + "-cert.pub"}})
	b, _ := bootFor(t, s)
	authority := "@cert-authority [127.0.0.*]:* " + string(ssh.MarshalAuthorizedKey(caKey))
	sshboottest.WriteFile(t, knownHostsFile(b), authority, 0o600)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)

	// Without its authority, the certificate counts as its plain key.
	sshboottest.WriteFile(t, knownHostsFile(b), knownHostsLine(hostKeyName("127.0.0.1", s.Port), hostKey, false), 0o600)
	got, err = b.run(t.Context())
	wantEndpoint(t, got, err)

	// An authority's own key is not a host key.
	s2 := sshboottest.Start(t)
	b, _ = bootFor(t, s2)
	sshboottest.WriteFile(t, knownHostsFile(b), "@cert-authority * "+string(ssh.MarshalAuthorizedKey(s2.HostKeys[0])), 0o600)
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "is not known")

	sshboottest.Sign(t, "-s", ca, "-I", "host", "-h", "-n", "elsewhere", host+".pub")
	b, _ = bootFor(t, s)
	sshboottest.WriteFile(t, knownHostsFile(b), authority, 0o600)
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "is not known")
}

// An invalid certificate counts as its plain key, as with ssh, and the user is warned.
func TestInvalidHostCertificates(t *testing.T) {
	dir := t.TempDir()
	ca, rsaCA := filepath.Join(dir, "ca"), filepath.Join(dir, "rsa_ca")
	caKey, rsaKey := sshboottest.Keygen(t, ca, "-t", "ed25519"), sshboottest.Keygen(t, rsaCA, "-t", "rsa", "-b", "2048")
	host := filepath.Join(dir, "host")
	hostKey := sshboottest.Keygen(t, host, "-t", "ecdsa")
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"HostKey " + host, "HostCertificate " + host + "-cert.pub"}})
	name := hostKeyName("127.0.0.1", s.Port)
	authorities := "@cert-authority [127.0.0.1]:* " + string(ssh.MarshalAuthorizedKey(caKey)) + "@cert-authority * " + string(ssh.MarshalAuthorizedKey(rsaKey))
	for _, c := range []struct {
		name    string
		sign    []string // arguments of ssh-keygen
		warning string   // empty if the certificate is valid
		newer   bool     // only for OpenSSH 10.3 and gm
	}{
		{"valid", []string{"-s", ca, "-h", "-n", "127.0.0.1"}, "", false},
		{"one of its names", []string{"-s", ca, "-h", "-n", "other,127.0.0.1"}, "", false},
		{"no name", []string{"-s", ca, "-h"}, "", false},
		{"pattern", []string{"-s", ca, "-h", "-n", "127.*.?"}, "", true},
		{"expired", []string{"-s", ca, "-h", "-n", "127.0.0.1", "-V", "20200101:20200201"}, "has expired", false},
		{"not yet valid", []string{"-s", ca, "-h", "-n", "127.0.0.1", "-V", "20990101:21000101"}, "not yet valid", false},
		{"other name", []string{"-s", ca, "-h", "-n", "elsewhere,*.example.org"}, "elsewhere", false},
		{"name with port", []string{"-s", ca, "-h", "-n", name}, "valid principals", false},
		{"user certificate", []string{"-s", ca, "-n", "127.0.0.1"}, "not a host certificate", false},
		{"critical option", []string{"-s", ca, "-h", "-n", "127.0.0.1", "-O", "critical:x@example.org=1"}, "critical option", false},
		{"weak signature", []string{"-s", rsaCA, "-t", "ssh-rsa", "-h", "-n", "127.0.0.1"}, "signed with ssh-rsa, which CASignatureAlgorithms", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			sshboottest.Sign(t, append(c.sign, "-I", "test", host+".pub")...)
			valid := c.warning == ""
			plain, other := knownHostsLine(name, hostKey, false), knownHostsLine(name, sshboottest.NewSigner(t).PublicKey(), false)
			for _, known := range []struct {
				lines string
				ok    bool
			}{
				{plain, true}, {"", valid}, {other, valid}, {plain + "@revoked * " + plain[len(name)+1:], false},
				{plain + "@revoked * " + string(ssh.MarshalAuthorizedKey(caKey)) + "@revoked * " + string(ssh.MarshalAuthorizedKey(rsaKey)), false},
			} {
				b, u := bootFor(t, s)
				sshboottest.WriteFile(t, knownHostsFile(b), authorities+known.lines, 0o600)
				options := []string{"StrictHostKeyChecking=yes", "UpdateHostKeys=no", "IdentityFile=" + filepath.Join(b.env.Home, ".ssh/id_ed25519")}
				err := loginWith(t, withOptions(b, options...))
				if (err == nil) != known.ok {
					t.Errorf("with %q: %v", known.lines, err)
				}
				if got := sshLogsIn(t, b, s, options...); got != known.ok && !c.newer {
					t.Errorf("with %q: ssh logs in: %v", known.lines, got)
				}
				if told := strings.Join(u.Told, "\n"); known.lines == plain && (told == "") != valid || !strings.Contains(told, c.warning) && known.lines == plain {
					t.Errorf("told %q", told)
				}
			}
		})
	}
}

// Names hashed by ssh-keygen are found among invalid lines.
func TestKnownHostsHashedBySSHKeygen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known_hosts")
	key := sshboottest.NewSigner(t).PublicKey()
	text := knownHostsLine("[host.example.org]:2222", key, false) + "not a line\nhost ssh-unknown AAAA\n" + knownHostsLine("10.0.0.1", key, false)
	sshboottest.WriteFile(t, path, text, 0o600)
	if out, err := exec.Command("ssh-keygen", "-H", "-f", path).CombinedOutput(); err != nil && !strings.Contains(string(out), "invalid") {
		t.Fatalf("ssh-keygen -H: %v: %s", err, out)
	}
	known, err := ReadKnownHosts([]string{path, path + ".missing"}, func(err error) { t.Error(err) })
	if err != nil || len(known.matching("[host.example.org]:2222")) != 1 || len(known.matching("10.0.0.1")) != 1 {
		t.Errorf("%v, %v in:\n%s", known, err, sshboottest.ReadFile(t, path))
	}
}

func TestOrderHostKeyAlgorithms(t *testing.T) {
	rsa := knownHost{Key: sshboottest.Keygen(t, filepath.Join(t.TempDir(), "k"), "-t", "rsa", "-b", "2048")}
	got := orderHostKeyAlgorithms(hostKeyAlgorithms, knownHosts{rsa})
	first := []string{ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	if !slices.Equal(got[:4], first) || len(got) != len(hostKeyAlgorithms) {
		t.Errorf("order %q", got)
	}
	rsa.Marker = markerCA
	if got := orderHostKeyAlgorithms(hostKeyAlgorithms, knownHosts{rsa}); !slices.Equal(got, hostKeyAlgorithms) {
		t.Errorf("with an authority: %q", got)
	}
}

func TestRandomArtAsSSHKeygen(t *testing.T) {
	for _, args := range [][]string{{"-t", "ed25519"}, {"-t", "rsa", "-b", "2048"}, {"-t", "ecdsa", "-b", "384"}} {
		path := filepath.Join(t.TempDir(), "key")
		key := sshboottest.Keygen(t, path, args...)
		out, err := exec.Command("ssh-keygen", "-lvf", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		_, want, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		if got := randomArt(key); got != want {
			t.Errorf("randomArt:\n%s\nwant:\n%s", got, want)
		}
	}
}

// Unreadable files are skipped, like by ssh, and mentioned with -v.
func TestUnreadableKnownHosts(t *testing.T) {
	for keyword, file := range map[string]string{"GlobalKnownHostsFile": "/", "UserKnownHostsFile": "/proc/self/mem"} {
		t.Run(keyword, func(t *testing.T) {
			b, u := bootFor(t, sshboottest.Start(t))
			known := knownHostsFile(b)
			other := map[string]string{"GlobalKnownHostsFile": "UserKnownHostsFile=" + known, "UserKnownHostsFile": "GlobalKnownHostsFile=" + known}[keyword]
			got, err := withOptions(b, keyword+"="+file, other, "LogLevel=DEBUG").run(t.Context())
			wantEndpoint(t, got, err)
			if text := strings.Join(u.Told, "\n"); !strings.Contains(text, "debug: read known hosts: ") || !strings.Contains(text, file) {
				t.Errorf("told %s", text)
			}
		})
	}
}
