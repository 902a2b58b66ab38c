//go:build e2e

package sshclient

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

// commandCases contains outputs of a KnownHostsCommand, contents of the file, and command
// lines, with N for the host, K and E for its keys, O for another key, and P for the
// program.
var commandCases = []struct{ prints, known, command string }{
	{"N K", "", "P"},
	{"N K", "", "P %% %f %H %h %I %K %k %n %p %r %t"},
	{"", "N K", "P %I %H"},
	{"N O", "", "P"},
	{"N O", "N K", "P"},
	{"N K", "N O", "P"},
	{"@revoked N K", "N K", "P"},
	{"@revoked * K", "N K", "P"},
	{"@revoked * O", "N K", "P"},
	{"garbage;N K", "", "P"},
	{"N K", "", `P 'a b' "c d" e\ f $HOME ${GM_TEST} # ; x`},
	{"N K", "N K", "none"},
	{"N K", "", "none"},
	{"N K", "N K", "P %z"},
	{"N K", "N K", "P ${GM_TEST_UNSET}"},
	{"N K", "N K", "relative"},
	{"N K", "", "/nonexistent/program"},
	{"N K", "N K", "/nonexistent/program"},
	{"N K", "N K", "/bin/false"},
	{"N K", "N K", `/bin/sh -c 'kill $$'`},
	{"N K", "N K", `P "open`},
}

// TestKnownHostsCommand logs in with ssh and gm, with the same command, and compares the
// results and the calls.
func TestKnownHostsCommand(t *testing.T) {
	t.Setenv("GM_TEST", "value")
	s := sshboottest.StartConfig(t, sshboottest.Config{HostKeys: []string{"ed25519", "ecdsa"}})
	b, u := bootFor(t, s)
	b.env.Lookup = os.LookupEnv
	dir := t.TempDir()
	program, output, log := filepath.Join(dir, "program"), filepath.Join(dir, "output"), filepath.Join(dir, "log")
	sshboottest.WriteFile(t, program, "#!/bin/sh\nprintf '<%s>' \"$@\" >>"+log+"; echo >>"+log+"\nexec cat "+output+"\n", 0o700)
	key := func(key ssh.PublicKey) string { return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) }
	names := strings.NewReplacer("N", hostKeyName("127.0.0.1", s.Port), "K", key(s.HostKeys[0]), "E", key(s.HostKeys[1]), "O", key(sshboottest.NewSigner(t).PublicKey()), ";", "\n")
	for _, c := range commandCases {
		sshboottest.WriteFile(t, output, names.Replace(c.prints)+"\n", 0o600)
		sshboottest.WriteFile(t, knownHostsFile(b), names.Replace(c.known)+"\n", 0o600)
		options := []string{"-oStrictHostKeyChecking=yes", "-oUserKnownHostsFile=" + knownHostsFile(b), "-oUpdateHostKeys=no", "-oKnownHostsCommand=" + strings.Replace(c.command, "P", program, 1)}
		out, theirs := exec.Command("ssh", append(options, "-F", "none", "-oBatchMode=yes", "-oGlobalKnownHostsFile=none",
			"-i", filepath.Join(b.env.Home, ".ssh/id_ed25519"), "-p", fmt.Sprint(s.Port), s.User+"@127.0.0.1", "true")...).CombinedOutput()
		b.request.SSHCommand = append([]string{"ssh"}, options...)
		calls, _ := os.ReadFile(log)
		os.Remove(log)
		u.Told = nil
		ours := loginWith(t, b)
		if (ours == nil) != (theirs == nil) {
			t.Errorf("%q: gm: %v, ssh: %v:\n%s", c, ours, theirs, out)
		}
		if got, _ := os.ReadFile(log); string(got) != string(calls) {
			t.Errorf("%q: gm calls\n%sssh calls\n%s", c, got, calls)
		}
		os.Remove(log)
		if strings.Contains(c.command, "program") || c.command == "relative" {
			if len(u.Told) == 0 || !strings.Contains(u.Told[0], "gm: warning: KnownHostsCommand "+c.command) {
				t.Errorf("%q: told %q", c, u.Told)
			}
		}
	}
}

// The key types that the command prints are preferred.
func TestKnownHostsCommandOrdersAlgorithms(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{HostKeys: []string{"ed25519", "ecdsa"}})
	b, _ := bootFor(t, s)
	output := filepath.Join(t.TempDir(), "output")
	sshboottest.WriteFile(t, output, strings.SplitAfter(s.KnownHosts(), "\n")[1], 0o600)
	sshboottest.WriteFile(t, knownHostsFile(b), "", 0o600)
	b.request.SSHCommand = []string{"ssh", "-oKnownHostsCommand=/bin/cat " + output}
	if err := loginWith(t, b); err != nil {
		t.Error(err)
	}
}
