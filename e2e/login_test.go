//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// startAgent starts an agent with a key, and returns the path of its socket.
func startAgent(t *testing.T, key string) (socket string) {
	t.Helper()
	socket = filepath.Join(harness.TempDir(t), "agent")
	agent := exec.Command("ssh-agent", "-D", "-a", socket)
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { agent.Process.Kill(); agent.Wait() })
	var out []byte
	harness.Until(t, "key in the agent", harness.Patience, func() bool {
		add := exec.Command("ssh-add", key)
		add.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
		var err error
		out, err = add.CombinedOutput()
		return err == nil
	}, func() string { return string(out) })
	return socket
}

// TestLoginByAgent has its only key in an agent.
func TestLoginByAgent(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	key := filepath.Join(h.home, ".ssh", "id_ed25519")
	socket := startAgent(t, key)
	remove(t, key, key+".pub")
	h.use(h.shell(plain, []string{"SSH_AUTH_SOCK=" + socket}, h.Destination()))
}

// TestLoginByKeyFile has each kind of key in the file of its default name.
func TestLoginByKeyFile(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, sshboottest.Config{})
			usual := filepath.Join(h.home, ".ssh", "id_ed25519")
			remove(t, usual, usual+".pub")
			h.Authorize(t, sshboottest.Keygen(t, filepath.Join(h.home, ".ssh", "id_"+kind), "-t", kind))
			h.use(h.shell(plain, nil, h.Destination()))
		})
	}
}

// TestLoginByPassphrase asks for the passphrase until it is right.
func TestLoginByPassphrase(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	key := filepath.Join(h.home, ".ssh", "id_ed25519")
	remove(t, key, key+".pub")
	h.Authorize(t, sshboottest.Keygen(t, key, "-t", "ed25519", "-N", "open sesame"))
	x := h.shell(plain, nil, h.Destination())
	x.Expect("passphrase for key")
	x.Line("wrong")
	x.Expect("try again")
	x.Line("open sesame")
	h.use(x)
}

// TestUnknownHostKey asks, remembers the answer, and does not ask again.
func TestUnknownHostKey(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	known := filepath.Join(h.home, ".ssh", "known_hosts")
	remove(t, known)
	x := h.shell(plain, nil, h.Destination())
	screen := x.Expect("yes/no")
	if print := ssh.FingerprintSHA256(h.HostKeys[0]); !screen.Has(print) {
		t.Errorf("no %s in\n%s", print, harness.Frame(screen))
	}
	x.Line("no")
	h.expectRefused(x)
	if _, err := os.Stat(known); err == nil {
		t.Error("known_hosts was written after no")
	}
	x = h.shell(plain, nil, h.Destination())
	x.Expect("yes/no")
	x.Line("yes")
	h.use(x)
	text, err := os.ReadFile(known)
	if err != nil || !strings.Contains(string(text), strings.TrimSpace(string(ssh.MarshalAuthorizedKey(h.HostKeys[0])))) {
		t.Errorf("known_hosts is %q, %v", text, err)
	}
	h.use(h.shell(plain, nil, h.Destination()))
}

// TestChangedHostKey expects a refusal that names the line with the other key.
func TestChangedHostKey(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	known := filepath.Join(h.home, ".ssh", "known_hosts")
	other := sshboottest.Keygen(t, filepath.Join(t.TempDir(), "other"), "-t", "ed25519")
	line := fmt.Sprintf("# a comment\n[127.0.0.1]:%d %s", h.Port, ssh.MarshalAuthorizedKey(other))
	if err := os.WriteFile(known, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	screen := h.expectRefused(h.shell(plain, nil, h.Destination()))
	text := strings.Join(screen, "")
	place := regexp.QuoteMeta(known) + `(:| line )2\b`
	if !strings.Contains(text, "changed") || !regexp.MustCompile(place).MatchString(text) {
		t.Errorf("no change in %s:2 told in\n%s", known, harness.Frame(screen))
	}
}

// TestHashedKnownHost finds the host's key under a hashed name.
func TestHashedKnownHost(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	known := filepath.Join(h.home, ".ssh", "known_hosts")
	if out, err := exec.Command("ssh-keygen", "-q", "-H", "-f", known).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	h.use(h.shell(plain, nil, h.Destination()))
}

// TestPorts names the port in each way there is.
func TestPorts(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	port, where := fmt.Sprint(h.Port), h.User+"@127.0.0.1"
	for _, args := range [][]string{
		{where + ":" + port},
		{"ssh://" + where + ":" + port},
		{"--ssh-port", port, where},
		{"--ssh=ssh -p " + port, where},
		{"--ssh=ssh -o 'Port " + port + "'", where},
	} {
		x := h.gm(plain, nil, append(args, "--", "sh", "-c", "echo here; read line")...)
		x.ExpectLine("here")
		x.Press("Enter")
		h.expectClean(x)
	}
}

// TestNobodyAnswers expects an error that names the failed step and the host.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	screen := h.expectRefused(h.gm(plain, nil, "127.0.0.1:1"))
	if !screen.Has("gm: ") || !screen.Has("127.0.0.1") || !screen.Has("refused") {
		t.Errorf("no reason in\n%s", harness.Frame(screen))
	}
	remove(t, filepath.Join(h.home, ".ssh", "id_ed25519"), filepath.Join(h.home, ".ssh", "id_ed25519.pub"))
	x := h.gm(plain, nil, "--ssh-option=PasswordAuthentication=no", "--ssh-option=KbdInteractiveAuthentication=no", h.Destination())
	screen = h.expectRefused(x)
	if !screen.Has("gm: ") || !screen.Has("127.0.0.1") || !screen.Has("hint: ") {
		t.Errorf("no reason in\n%s", harness.Frame(screen))
	}
}

func remove(t *testing.T, files ...string) {
	t.Helper()
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}
