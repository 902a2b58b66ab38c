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

// inNetwork is set where a test runs in a network namespace of its own.
const inNetwork = "GM_TEST_IN_NETWORK"

// ownAddress is an address of this machine in such a namespace, which is no
// loopback address.
const ownAddress = "192.0.2.1"

// alone runs the test in a network namespace with ownAddress, and reports whether
// this is there.
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

// addressCases are known_hosts files as in hostKeyCases, in which A is the host's
// address and N its name.
var addressCases = []string{
	"N K;A O", "N K", "N O;A K", "A O", "A K", "", "N K;A E", "N K;A E;A K", "N K;A O;A K", "N K;@cert-authority A O", "N O", "N O;A O",
	"N K;192.0.2.1 O", "N K;192.0.2.1 K", "N,A K", "N K;*.0.2.1 O", "N K;[192.0.2.*]:* O",
}

// TestCheckHostIPAsSSH lets ssh and gm log in with the same known hosts, and
// compares who gets in and what becomes of these.
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
				continue // the names of lines that are there stay as they are
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
				t.Errorf("%s, %s: gm says %v, ssh says %v:\n%s", known, option, ours, theirs, out)
			}
			if got := sshboottest.ReadFile(t, file); strings.Count(got, "\n") != want || !strings.HasPrefix(option, "Hash") && sortedKnownHosts(got) != lines {
				t.Errorf("%s, %s: with gm the known hosts are\n%s\nwith ssh\n%s", known, option, got, lines)
			}
		}
	}
}

// loginWith logs in and out.
func loginWith(t *testing.T, b boot) error {
	t.Helper()
	conn, _, err := b.connect(t.Context())
	if err == nil {
		conn.Close()
	}
	return err
}

// TestCheckHostIP looks at the words, and at the questions that ssh without a
// terminal does not ask.
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
		t.Errorf("broken off: %v", err)
	}
	if err := login("no"); err != nil || len(u.Told) != 1 || !strings.Contains(u.Told[0], differs) {
		t.Errorf("told %q, %v", u.Told, err)
	}
}
