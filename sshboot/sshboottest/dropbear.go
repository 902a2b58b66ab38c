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

// DropbearConfig is the configuration of a dropbear.
type DropbearConfig struct {
	Shell    string   // the account's login shell, a command line
	Password string   // the account's password, "" for none
	Env      []string // variables of every session, as NAME=VALUE
}

// enterDropbear is a script that runs its arguments with another home, shell and password
// of root, in a mount namespace that ends with its last process. dropbear has no options
// for these.
const enterDropbear = `set -e
dir=$0
mount --bind "$dir/home" /root
for file in passwd shadow shells; do mount --bind "$dir/$file" /etc/$file; done
exec "$@"`

// StartDropbear runs a dropbear to which root can log in, until the test ends. It requires
// root.
func StartDropbear(t testing.TB, c DropbearConfig) *Server {
	t.Helper()
	s := newServer(t, "root")
	must(t, os.Mkdir(filepath.Join(s.Home, ".ssh"), 0o700))
	must(t, os.Symlink("home/.ssh/authorized_keys", s.file("authorized_keys")))
	must(t, os.WriteFile(filepath.Join(s.Home, ".ssh/authorized_keys"), nil, 0o600))

	shell := s.file("shell")
	must(t, os.WriteFile(shell, fmt.Appendf(nil, "#!/bin/sh\nexec env '%s' %s \"$@\"\n", strings.Join(c.Env, "' '"), c.Shell), 0o755))
	must(t, os.WriteFile(s.file("shells"), []byte(shell+"\n"), 0o644))
	must(t, os.WriteFile(s.file("passwd"), fmt.Appendf(nil, "root:x:0:0:root:/root:%s\n", shell), 0o644))
	hash := "*"
	if c.Password != "" {
		hash = output(t, "openssl", "passwd", "-5", c.Password)
	}
	must(t, os.WriteFile(s.file("shadow"), fmt.Appendf(nil, "root:%s:19000:0:99999:7:::\n", hash), 0o600))

	key := s.file("host_ed25519")
	output(t, "dropbearkey", "-t", "ed25519", "-f", key)
	s.HostKeys = []ssh.PublicKey{publicKeyIn(t, output(t, "dropbearkey", "-y", "-f", key))}
	s.command = []string{"unshare", "--mount", "--propagation", "private", "sh", "-c", enterDropbear, s.Dir,
		"dropbear", "-i", "-r", key}
	s.listen(t, Config{})
	t.Cleanup(s.stop)
	return s
}

func publicKeyIn(t testing.TB, text string) ssh.PublicKey {
	t.Helper()
	for line := range strings.Lines(text) {
		if key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line)); err == nil {
			return key
		}
	}
	t.Fatalf("no public key in %q", text)
	return nil
}

func output(t testing.TB, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		t.Fatalf("%s %q: %v", program, args, err)
	}
	return strings.TrimSpace(string(out))
}
