package sshclient

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshconfig"
)

// learnFrom logs in and waits for UpdateHostKeys to finish.
func learnFrom(t *testing.T, b boot) {
	t.Helper()
	d, hosts, err := sshconfig.NewResolver(b.env, sshconfig.Query{Destination: b.request.Destination, SSHCommand: b.request.SSHCommand})
	if err != nil {
		t.Fatal(err)
	}
	config, err := hosts.Resolve(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := Connector{Ask: b.ask, LoadJump: hosts.ResolveJump}.Connect(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	<-conn.keysLearned
	conn.Close()
}

// Keys without proof of possession are not learned.
func TestUnprovenHostKeysAreNotLearned(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Offer = ssh.Marshal(struct{ Key []byte }{sshboottest.NewSigner(t).PublicKey().Marshal()})
	u := &prompttest.ScriptedUser{}
	b := bootTo(t, s, u)
	before := sshboottest.ReadFile(t, knownHostsFile(b))
	learnFrom(t, b)
	if sshboottest.ReadFile(t, knownHostsFile(b)) != before || len(u.Told) != 1 || !strings.Contains(u.Told[0], "does not prove") {
		t.Errorf("told %q, known_hosts:\n%s", u.Told, sshboottest.ReadFile(t, knownHostsFile(b)))
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
		t.Run(fmt.Sprintf("%d bytes", len(c.in)), func(t *testing.T) {
			got, err := readStrings([]byte(c.in))
			if (err != nil) != (c.want < 0) || err == nil && len(got) != c.want {
				t.Errorf("readStrings of %d bytes = %d, %v", len(c.in), len(got), err)
			}
		})
	}
}
