//go:build e2e

package sshclient

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

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
		{"not by default with DNS", "VerifyHostKeyDNS=yes", lines[0], nil, lines[0]},
		{"asked", "UpdateHostKeys=ask", lines[0], []string{"yes"}, s.KnownHosts()},
		{"not wanted", "UpdateHostKeys=ask", lines[0], []string{"no"}, lines[0]},
		{"off", "UpdateHostKeys=no", lines[0], nil, lines[0]},
		{"new host, accepted by the user", "StrictHostKeyChecking=ask", "", []string{"yes"}, s.KnownHosts()},
		{"new host, accepted by itself", "StrictHostKeyChecking=accept-new", "", nil, lines[0]},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, u := bootFor(t, s)
			u.Answers = c.answers
			sshboottest.WriteFile(t, knownHostsFile(b), c.known, 0o600)
			b.request.SSHCommand = []string{"ssh", "-o", c.option}
			learnFrom(t, b)
			if got := sshboottest.ReadFile(t, knownHostsFile(b)); got != c.want {
				t.Errorf("known_hosts:\n%s\nwant:\n%s\ntold %q", got, c.want, u.Told)
			}
		})
	}
}

// hostKeyCases contains known_hosts files, with N for the name of the host, K for the key
// that it uses, E for another of its keys, and O and R for keys that it does not have. A |
// separates the contents of two files.
var hostKeyCases = []struct{ name, known, options string }{
	{"learned", "N K", ""},
	{"nothing to learn", "N K;N E", ""},
	{"forgotten", "N K;N R", ""},
	{"forgotten alone", "N K;N E;N R", ""},
	{"forgotten, of the same kind", "N K;N E;N O", ""},
	{"two names", "N,other K;N,other R", ""},
	{"two names, the other way round", "a,N K;a,N R", ""},
	{"obsolete by two names", "N K;N E;N,other R", ""},
	{"three names", "N K;N,a,b R", ""},
	{"three names of the key", "N,a,b K;N R", ""},
	{"pattern elsewhere", "N K;*.2.2 R", ""},
	{"pattern", "N K;[127.0.0.*]:* R", ""},
	{"pattern of the key", "[127.0.0.*]:* K", ""},
	{"negated", "N,!b K", ""},
	{"negated pattern", "N K;*,!N R", ""},
	{"authority", "N K;@cert-authority N R", ""},
	{"any authority", "N K;@cert-authority * R", ""},
	{"revoked", "N K;@revoked N R", ""},
	{"new key revoked", "N K;@revoked * E", ""},
	{"key of another host", "N K;another K", ""},
	{"new key of another host", "N K;another E", ""},
	{"obsolete key of another host", "N K;N E;N R;another R", ""},
	{"port 22", "127.0.0.1 K", ""},
	{"alias", "name K;name R", "HostKeyAlias=name"},
	{"through a command", "N K;N R", "ProxyCommand=busybox nc %h %p"},
	{"two files", "N K|N R", ""},
	{"key in the second", "# |N K", ""},
	{"key in the second, obsolete in the first", "N R|N K", ""},
	{"key of another host in the second", "N K|z E", ""},
	{"pattern in the second", "N K|[127.*]:* R", ""},
	{"all known in two", "N K|N E", ""},
	{"algorithm not allowed", "N K;N R", "HostKeyAlgorithms=ssh-ed25519"},
	{"known algorithm not allowed", "N K;N E;N R", "HostKeyAlgorithms=ssh-ed25519,rsa-sha2-512"},
	{"comments and mistakes", "# c;N K com ment;;N R x;bad line", ""},
}

// TestUpdateHostKeysAsSSH logs in with ssh and gm, with the same known hosts, and compares
// the changed files.
func TestUpdateHostKeysAsSSH(t *testing.T) {
	t.Parallel()
	s := sshboottest.StartConfig(t, sshboottest.Config{HostKeys: []string{"ed25519", "ecdsa"}})
	dir := t.TempDir()
	key := func(key ssh.PublicKey) string { return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) }
	names := strings.NewReplacer("N", hostKeyName("127.0.0.1", s.Port), "K", key(s.HostKeys[0]), "E", key(s.HostKeys[1]), ";", "\n",
		"O", key(sshboottest.NewSigner(t).PublicKey()), "R", key(sshboottest.Keygen(t, filepath.Join(dir, "rsa"), "-t", "rsa", "-b", "2048")))
	for _, c := range hostKeyCases {
		t.Run(c.name, func(t *testing.T) {
			b, u := bootFor(t, s)
			var results []string
			for _, login := range []func(options ...string){
				func(options ...string) { learnWithSSH(t, b, s, options...) },
				func(options ...string) {
					b.request.SSHCommand = []string{"ssh", "-oUpdateHostKeys=yes"}
					for _, option := range options {
						b.request.SSHCommand = append(b.request.SSHCommand, "-o", option)
					}
					learnFrom(t, b)
				},
			} {
				first, second, _ := strings.Cut(c.known, "|")
				files := []string{filepath.Join(t.TempDir(), "known"), filepath.Join(t.TempDir(), "known")}
				sshboottest.WriteFile(t, files[0], names.Replace(first)+"\n", 0o600)
				sshboottest.WriteFile(t, files[1], names.Replace(second)+"\n", 0o600)
				options := []string{"StrictHostKeyChecking=yes", "GlobalKnownHostsFile=none", "UserKnownHostsFile=" + strings.Join(files, " ")}
				if c.options != "" {
					options = append(options, c.options)
				}
				login(options...)
				results = append(results, sortedKnownHosts(sshboottest.ReadFile(t, files[0])+sshboottest.ReadFile(t, files[1])))
			}
			if results[0] != results[1] {
				t.Errorf("with ssh:\n%s\nwith gm:\n%s\ntold %q", results[0], results[1], u.Told)
			}
		})
	}
}

// sortedKnownHosts returns the lines with a key, sorted and without comments.
func sortedKnownHosts(text string) string {
	var lines []string
	for _, k := range parseKnownHosts([]byte(text), "") {
		lines = append(lines, fmt.Sprintf("%s %s %s %s", k.Marker, k.Hosts, k.Key.Type(), ssh.FingerprintSHA256(k.Key)))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// learnWithSSH logs in with the real ssh and runs a command that ends when the server has
// sent its keys and received all requests about them.
func learnWithSSH(t *testing.T, b boot, s *sshboottest.Server, options ...string) {
	t.Helper()
	args := []string{"-v", "-F", "none", "-oBatchMode=yes", "-oUpdateHostKeys=yes", "-i", filepath.Join(b.env.Home, ".ssh/id_ed25519")}
	for _, option := range options {
		args = append(args, "-o", option)
	}
	cmd := exec.Command("ssh", append(args, "-p", fmt.Sprint(s.Port), s.User+"@127.0.0.1", "head -n 1")...)
	cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK=")
	in, err1 := cmd.StdinPipe()
	log, err2 := cmd.StderrPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if strings.Contains(lines.Text(), "rtype hostkeys-00") {
			io.WriteString(in, "now\n")
		}
	}
	cmd.Wait() // status 255 if the host is unknown, as in some cases
}

func hostPort(s *sshboottest.Server) string {
	return strings.SplitAfter(s.Destination(), "127.0.0.1")[1]
}
