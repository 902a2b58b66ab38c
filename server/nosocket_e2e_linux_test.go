//go:build e2e

package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Without a directory for its socket a session is served, but the client is warned and
// does not offer to detach.
func TestNoDirectoryForSocket(t *testing.T) {
	dir, err := os.MkdirTemp("/var/tmp", "gm-server-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	binary, err := os.ReadFile(serverBinary)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "gm-server")
	if err := os.WriteFile(copied, binary, 0o700); err != nil {
		t.Fatal(err)
	}
	const readOnly = `for d in /tmp /run; do mount -t tmpfs -o ro none $d || exit 9; done; exec "$0" "$@"`
	cmd := exec.Command("unshare", "-m", "sh", "-c", readOnly, copied,
		"new", "-i", "127.0.0.1", "-p", "0", "-@", "gm=screen,sessions", "-@", "gm-name=work",
		"--", "sh", "-c", "echo [$GM_SESSION$GM_SOCKET]; cat")
	cmd.Env = []string{"HOME=/proc/nonexistent", "PATH=" + os.Getenv("PATH"), "USER=tester", "LANG=C.UTF-8"}
	s := startCommand(t, cmd)
	if !strings.HasPrefix(s.stdout, "gm: warning: the session cannot be listed or entered by others: ") {
		t.Errorf("announced as %q", s.stdout)
	}
	if s.Session != "" || !slices.Equal(s.Extensions, []string{"screen"}) {
		t.Errorf("granted %q, session %q", s.Extensions, s.Session)
	}
	c := s.connect(80, 24)
	c.see("[]")
	c.typeKeys("x\r")
	c.see("x\nx")
	c.leave() // which ends the session, as nobody could enter it again
	s.gone()
}
