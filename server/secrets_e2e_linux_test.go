//go:build e2e

package server

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The key is nowhere that another process of the user, or the program in the
// session, comes by: not in the command line, not in the environment, not on a
// descriptor.
func TestKeyIsNotShown(t *testing.T) {
	s := startServer(t, nil, "--", "sh", "-c", "env | sort; ls -l /proc/self/fd; echo listed; cat")
	c := s.connect(200, 60)
	c.see("listed")
	for _, name := range []string{"cmdline", "environ"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", s.pid, name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(s.Key.String())) || bytes.Contains(text, s.Key[:]) {
			t.Errorf("the key is in %s: %q", name, text)
		}
	}
	for _, leak := range []string{s.Key.String(), "HANDOVER", "MOSH_KEY", "socket:", "pipe:"} {
		if strings.Contains(c.text(), leak) {
			t.Errorf("the program sees %q:\n%s", leak, c.text())
		}
	}
	c.quit()
	s.gone()
}

// Nothing of where it was started from stays open.
func TestDescriptors(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	cmd := serverCommand(t, "new", "-p", "0", "--", "cat")
	cmd.ExtraFiles = []*os.File{w}
	s := startCommand(t, cmd)
	dir := fmt.Sprintf("/proc/%d/fd", s.pid)
	for fd := range 3 {
		target, err := os.Readlink(filepath.Join(dir, fmt.Sprint(fd)))
		if err != nil || target != "/dev/null" {
			t.Errorf("descriptor %d is %q, %v", fd, target, err)
		}
	}
	fds, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if target, _ := os.Readlink(filepath.Join(dir, fd.Name())); strings.HasPrefix(target, "pipe:") {
			t.Errorf("descriptor %s is %s", fd.Name(), target)
		}
	}
}
