//go:build e2e && unix

package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Called by another name the server keeps it, so that pkill finds it by it.
func TestProcessName(t *testing.T) {
	link := filepath.Join(t.TempDir(), "mosh-server")
	if err := os.Symlink(serverBinary, link); err != nil {
		t.Fatal(err)
	}
	cmd := serverCommand(t, "new", "-i", "127.0.0.1", "-p", "0", "--", "cat")
	cmd.Path, cmd.Args[0] = link, link
	s := startCommand(t, cmd)
	out, err := exec.Command("ps", "-o", "comm=", "-p", strconv.Itoa(s.pid)).Output()
	if err != nil || strings.TrimSpace(string(out)) != "mosh-server" {
		t.Errorf("ps shows %q, %v", out, err)
	}
}
