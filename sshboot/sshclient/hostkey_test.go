package sshclient

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

func knownHostsFile(b boot) string { return filepath.Join(b.env.Home, ".ssh", "known_hosts") }

func TestKnownHostsFileIsCreated(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, ".ssh", "known_hosts")
	key := sshboottest.NewSigner(t).PublicKey()
	for range 2 {
		if err := appendKnownHosts(path, strings.TrimRight(knownHostsLine("host", key, true), "\n")); err != nil {
			t.Fatal(err)
		}
	}
	dir, err1 := os.Stat(filepath.Dir(path))
	file, err2 := os.Stat(path)
	if err1 != nil || err2 != nil || dir.Mode().Perm() != 0o700 || file.Mode().Perm() != 0o600 {
		t.Errorf("modes %v %v, %v %v", dir.Mode(), file.Mode(), err1, err2)
	}
	known, err := ReadKnownHosts([]string{path, filepath.Join(home, "missing")}, func(err error) { t.Error(err) })
	if err != nil || len(known.matching("host")) != 2 || len(known.matching("other")) != 0 {
		t.Errorf("known: %+v, %v", known, err)
	}
}

func TestNoPasswordForWrongHostKey(t *testing.T) {
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{PasswordCallback: checkPassword})
	u := &prompttest.ScriptedUser{Answers: []string{"right"}}
	b := bootTo(t, s, u)
	sshboottest.WriteFile(t, knownHostsFile(b), knownHostsLine(hostKeyName("127.0.0.1", s.Port), sshboottest.NewSigner(t).PublicKey(), false), 0o600)
	b.request.SSHCommand = []string{"ssh", "-oStrictHostKeyChecking=no"}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
	if len(u.Asked) != 0 || len(u.Told) != 1 || !strings.Contains(u.Told[0], "passwords are not sent") {
		t.Errorf("asked %q, told %q", u.Asked, u.Told)
	}
}

func TestKnownHostPatterns(t *testing.T) {
	key := strings.TrimRight(string(ssh.MarshalAuthorizedKey(sshboottest.NewSigner(t).PublicKey())), "\n")
	for _, c := range []struct {
		hosts, host string
		want        bool
	}{
		{"host", "host", true}, {"HOST,other", "host", true}, {"*.example.org", "a.example.org", true},
		{"*.example.org,!b.example.org", "b.example.org", false}, {"[host]:2222", "[host]:2222", true}, {"host", "[host]:2222", false},
		{"a*", "a", true}, {"[*.example.org]:*", "[x.example.org]:22022", true}, {"|1|bad|", "host", false}, {"|1|a|b|c", "host", false},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			known := parseKnownHosts([]byte(c.hosts+" "+key+" a comment\n"), "file")
			if got := len(known.matching(c.host)) == 1; got != c.want {
				t.Errorf("%s matches %s: %v", c.hosts, c.host, got)
			}
		})
	}
}

func TestChooseAlgorithms(t *testing.T) {
	defaults, supported := []string{"a", "b", "c"}, []string{"a", "b", "c", "d", "e1", "e2"}
	for spec, want := range map[string]string{
		"": "a b c", "d,a": "d a", "+d": "a b c d", "+a": "a b c", "-b": "a c", "^c,d": "c d a b", "e*": "e1 e2", "none": "", "-*": "",
	} {
		t.Run(spec, func(t *testing.T) {
			if got := strings.Join(chooseAlgorithms(spec, defaults, supported), " "); got != want {
				t.Errorf("chooseAlgorithms(%q) = %q, want %q", spec, got, want)
			}
		})
	}
}

func FuzzKnownHosts(f *testing.F) {
	f.Add([]byte("@revoked *,!a ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGpr c\n|1|x|y ssh-rsa AAAA\n\n#x"), "host")
	f.Add([]byte("host ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIBqVPzTiQ8gq0d1wbz1B+e+bR8cd+VbBuPY+jPZ7Y2X"), "[h]:1")
	f.Fuzz(func(t *testing.T, text []byte, host string) {
		for _, k := range parseKnownHosts(text, "f") {
			if k.Key == nil || len(k.Hosts) == 0 || k.Line < 1 {
				t.Errorf("parsed %+v", k)
			}
			k.matches(host)
		}
	})
}
