package sshboottest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// Keygen runs ssh-keygen with args, which writes the private key to path and the public
// key to path.pub. It returns the public key. Without -N there is no passphrase.
func Keygen(t testing.TB, path string, args ...string) ssh.PublicKey {
	t.Helper()
	full := append([]string{"-q", "-C", "test", "-f", path, "-a", "1"}, args...) // few rounds, as a passphrase costs a second
	if !strings.Contains(" "+strings.Join(args, " "), " -N") {
		full = append(full, "-N", "")
	}
	if out, err := exec.Command("ssh-keygen", full...).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen %q: %v: %s", full, err, out)
	}
	return ReadPublicKey(t, path+".pub")
}

// ReadPublicKey reads a file in the format of authorized_keys.
func ReadPublicKey(t testing.TB, path string) ssh.PublicKey {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	key, _, _, _, err := ssh.ParseAuthorizedKey(text)
	must(t, err)
	return key
}

// Authorize lets key log in. options precede it in authorized_keys.
func (s *Server) Authorize(t testing.TB, key ssh.PublicKey, options ...string) {
	t.Helper()
	f, err := os.OpenFile(s.file("authorized_keys"), os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	line := strings.Join(options, ",")
	if line != "" {
		line += " "
	}
	_, err = f.WriteString(line + string(ssh.MarshalAuthorizedKey(key)))
	must(t, err)
	must(t, f.Close())
}

// KnownHosts returns the lines of known_hosts for the server, one for each host key.
func (s *Server) KnownHosts() string {
	var b strings.Builder
	for _, key := range s.HostKeys {
		fmt.Fprintf(&b, "[127.0.0.1]:%d %s", s.Port, ssh.MarshalAuthorizedKey(key))
	}
	return b.String()
}

// ClientHome returns a home for a client that can log in to s without a question, with an
// authorized .ssh/id_ed25519 and .ssh/known_hosts. The client must not have SSH_AUTH_SOCK.
func (s *Server) ClientHome(t testing.TB) string {
	t.Helper()
	home := t.TempDir()
	dir := filepath.Join(home, ".ssh")
	must(t, os.Mkdir(dir, 0o700))
	s.Authorize(t, Keygen(t, filepath.Join(dir, "id_ed25519"), "-t", "ed25519"))
	must(t, os.WriteFile(filepath.Join(dir, "known_hosts"), []byte(s.KnownHosts()), 0o600))
	return home
}

// Destination returns the destination that reaches the server, user@127.0.0.1:port.
func (s *Server) Destination() string { return fmt.Sprintf("%s@127.0.0.1:%d", s.User, s.Port) }
