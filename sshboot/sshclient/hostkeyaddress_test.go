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

	"gm/sshboot/prompt"
	"gm/sshboot/sshboottest"
)

// inNetwork is set in the environment of a test in a network namespace of its own.
const inNetwork = "GM_TEST_IN_NETWORK"

// ownAddress is this machine's address in such a namespace. It is not a loopback address.
const ownAddress = "192.0.2.1"

// alone runs the test in a network namespace with ownAddress. It reports whether the
// current process is in that namespace.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inNetwork) != "" {
		return true
	}
	const enter = `ip link set lo up && ip addr add ` + ownAddress + `/32 dev lo && exec "$@"`
	cmd := exec.Command("unshare", "-n", "sh", "-c", enter, "sh", os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inNetwork+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// addressCases contains known_hosts files in the notation of hostKeyCases, with A for the
// host's address and N for its name.
var addressCases = []string{
	"N K;A O", "N K", "N O;A K", "A O", "A K", "", "N K;A E", "N K;A E;A K", "N K;A O;A K", "N K;@cert-authority A O", "N O", "N O;A O",
	"N K;192.0.2.1 O", "N K;192.0.2.1 K", "N,A K", "N K;*.0.2.1 O", "N K;[192.0.2.*]:* O",
}

// TestCheckHostIPAsSSH logs in with ssh and gm, with the same known hosts, and compares the
// results and the changed files.
func TestCheckHostIPAsSSH(t *testing.T) {
	t.Parallel()
	if !alone(t) {
		return
	}
	s := sshboottest.StartConfig(t, sshboottest.Config{Listen: ownAddress + ":0"})
	b, u := bootFor(t, s)
	key := func(key ssh.PublicKey) string { return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) }
	names := strings.NewReplacer("N", "name", "A", hostKeyName(ownAddress, s.Port), ";", "\n", "K", key(s.HostKeys[0]),
		"O", key(sshboottest.NewSigner(t).PublicKey()), "E", key(sshboottest.Keygen(t, filepath.Join(t.TempDir(), "k"), "-t", "ecdsa")))
	b.request.Destination = strings.Replace(s.Destination(), "127.0.0.1", ownAddress, 1)
	file := knownHostsFile(b)
	for _, known := range addressCases {
		for _, option := range []string{"StrictHostKeyChecking=yes", "StrictHostKeyChecking=accept-new", "StrictHostKeyChecking=no", "HashKnownHosts=yes"} {
			if strings.HasPrefix(option, "Hash") && len(known) > len("N K") {
				continue // existing names stay unhashed
			}
			options := []string{"ssh", "-oHostKeyAlias=name", "-oCheckHostIP=yes", "-oUpdateHostKeys=no", "-oUserKnownHostsFile=" + file, "-o" + option, "-oStrictHostKeyChecking=accept-new"}
			sshboottest.WriteFile(t, file, names.Replace(known)+"\n", 0o600)
			out, theirs := exec.Command("ssh", append(options[1:], "-F", "none", "-oBatchMode=yes", "-oGlobalKnownHostsFile=none",
				"-i", filepath.Join(b.env.Home, ".ssh/id_ed25519"), "-p", fmt.Sprint(s.Port), s.User+"@"+ownAddress, "true")...).CombinedOutput()
			want := strings.Count(sshboottest.ReadFile(t, file), "\n")
			lines := sortedKnownHosts(sshboottest.ReadFile(t, file))
			sshboottest.WriteFile(t, file, names.Replace(known)+"\n", 0o600)
			b.request.SSHCommand, u.Told = options, nil
			ours := loginWith(t, b)
			if (ours == nil) != (theirs == nil) {
				t.Errorf("%s, %s: gm: %v, ssh: %v:\n%s", known, option, ours, theirs, out)
			}
			if got := sshboottest.ReadFile(t, file); strings.Count(got, "\n") != want || !strings.HasPrefix(option, "Hash") && sortedKnownHosts(got) != lines {
				t.Errorf("%s, %s: with gm the known hosts are\n%s\nwith ssh\n%s", known, option, got, lines)
			}
		}
	}
}

// loginWith logs in and out, and returns the error of the login.
func loginWith(t *testing.T, b boot) error {
	t.Helper()
	conn, _, err := b.connect(t.Context())
	if err == nil {
		conn.Close()
	}
	return err
}

// TestCheckHostIP checks messages, and prompts that ssh does not show without a terminal.
func TestCheckHostIP(t *testing.T) {
	if !alone(t) {
		return
	}
	s := sshboottest.StartConfig(t, sshboottest.Config{Listen: ownAddress + ":0"})
	b, u := bootFor(t, s)
	b.request.Destination = strings.Replace(s.Destination(), "127.0.0.1", ownAddress, 1)
	address := hostKeyName(ownAddress, s.Port)
	login := func(mode string, answers ...string) error {
		other := knownHostsLine(address, sshboottest.NewSigner(t).PublicKey(), false)
		sshboottest.WriteFile(t, knownHostsFile(b), knownHostsLine("name", s.HostKeys[0], false)+other, 0o600)
		b.request.SSHCommand = []string{"ssh", "-oHostKeyAlias=name", "-oCheckHostIP=yes", "-oStrictHostKeyChecking=" + mode}
		u.Answers, u.Asked, u.Told = answers, nil, nil
		return loginWith(t, b)
	}
	const differs = "known_hosts:2 for its address"
	sshboottest.WantError(t, login("yes"), differs, address, "ssh-keygen -f", "CheckHostIP")
	sshboottest.WantError(t, login("ask", "no"), differs)
	if err := login("ask", "yes"); err != nil || len(u.Asked) != 1 || !strings.Contains(u.Asked[0], differs) {
		t.Errorf("asked %q, %v", u.Asked, err)
	}
	if err := login("ask", "^C"); err != prompt.ErrInterrupted {
		t.Errorf("interrupted: %v", err)
	}
	if err := login("no"); err != nil || len(u.Told) != 1 || !strings.Contains(u.Told[0], differs) {
		t.Errorf("told %q, %v", u.Told, err)
	}
}
