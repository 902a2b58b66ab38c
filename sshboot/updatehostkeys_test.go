package sshboot

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

// learnFrom logs in and waits until nothing more is to be learned.
func learnFrom(t *testing.T, b boot) {
	t.Helper()
	d, hosts, err := newResolver(b.env, b.request)
	if err != nil {
		t.Fatal(err)
	}
	config, err := hosts.resolve(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := connector{ask: b.ask, load: hosts.resolveJump}.connect(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	<-conn.learned
	conn.Close()
}

func TestUpdateHostKeys(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{HostKeys: []string{"ed25519", "ecdsa", "rsa"}})
	lines := strings.SplitAfter(s.KnownHosts(), "\n")
	for _, c := range []struct {
		name, option, known string
		answers             []string
		want                string
	}{
		{"learned", "UpdateHostKeys=yes", lines[1], nil, lines[1] + lines[0] + lines[2]},
		{"by default", "Port=" + strings.TrimPrefix(hostPort(s), ":"), lines[0], nil, s.KnownHosts()},
		{"asked", "UpdateHostKeys=ask", lines[0], []string{"yes"}, s.KnownHosts()},
		{"not wanted", "UpdateHostKeys=ask", lines[0], []string{"no"}, lines[0]},
		{"off", "UpdateHostKeys=no", lines[0], nil, lines[0]},
		{"new host", "StrictHostKeyChecking=accept-new", "", nil, s.KnownHosts()},
		{"revoked", "UpdateHostKeys=yes", lines[0] + "@revoked " + lines[2], nil, lines[0] + "@revoked " + lines[2] + lines[1]},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, u := bootFor(t, s)
			u.answers = c.answers
			writeFile(t, knownHostsFile(b), c.known, 0o600)
			b.request.SSHCommand = []string{"ssh", "-o", c.option}
			learnFrom(t, b)
			if got := readFile(t, knownHostsFile(b)); got != c.want {
				t.Errorf("known_hosts:\n%s\nwant:\n%s\ntold %q", got, c.want, u.told)
			}
		})
	}
}

func hostPort(s *sshboottest.Server) string {
	return strings.SplitAfter(s.Destination(), "127.0.0.1")[1]
}

// A server that names keys which it can not sign with teaches nothing.
func TestUnprovenHostKeysAreNotLearned(t *testing.T) {
	s := startGoServer(t, noLogin())
	s.offer = ssh.Marshal(struct{ Key []byte }{newSigner(t).PublicKey().Marshal()})
	u := &scriptedUser{}
	b := s.boot(t, u)
	before := readFile(t, knownHostsFile(b))
	learnFrom(t, b)
	if readFile(t, knownHostsFile(b)) != before || len(u.told) != 1 || !strings.Contains(u.told[0], "does not prove") {
		t.Errorf("told %q, known_hosts:\n%s", u.told, readFile(t, knownHostsFile(b)))
	}
}

func TestReadStringsIsBounded(t *testing.T) {
	one := ssh.Marshal(struct{ S string }{"x"})
	for _, c := range []struct {
		in   string
		want int
	}{
		{"", 0}, {strings.Repeat(string(one), maxOfferedKeys), maxOfferedKeys},
		{strings.Repeat(string(one), maxOfferedKeys+1), -1}, {"\x00\x00\x00\x05abc", -1}, {"\x00", -1},
	} {
		got, err := readStrings([]byte(c.in))
		if (err != nil) != (c.want < 0) || err == nil && len(got) != c.want {
			t.Errorf("readStrings of %d bytes = %d, %v", len(c.in), len(got), err)
		}
	}
}
