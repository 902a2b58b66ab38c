package server

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
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

func TestNoCoreDumps(t *testing.T) {
	s := startServer(t, nil, "--", "cat")
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", s.pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(limits)) {
		if rest, ok := strings.CutPrefix(line, "Max core file size"); ok && strings.Fields(rest)[0] != "0" {
			t.Errorf("the server may dump core: %s", line)
		}
	}
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

// TestMemoryIsSealed turns core dumps off here, as the server does first.
func TestMemoryIsSealed(t *testing.T) {
	users, err := forbidCoreDumps()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		unix.Setrlimit(unix.RLIMIT_CORE, &users.Rlimit)
		unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0)
	})
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("the process may be dumped: %d, %v", dumpable, err)
	}
	// What is started from here may be dumped as usual: its /proc is its own.
	err = users.during(func() error {
		out, err := exec.Command("sh", "-c", "ulimit -c; cat /proc/self/environ >/dev/null && echo readable").Output()
		if err == nil && !strings.HasSuffix(string(out), "readable\n") {
			err = fmt.Errorf("it says %q", out)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// The key is in no file that the server leaves or uses in the user's home.
func TestKeyIsInNoFile(t *testing.T) {
	s := startServer(t, nil, "--", "cat")
	c := s.connect(80, 24)
	c.typeKeys("typed\r")
	c.see("typed")
	for _, when := range []string{"during", "after"} {
		err := filepath.WalkDir(s.home, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(path)
			if bytes.Contains(text, []byte(s.Key.String())) || bytes.Contains(text, s.Key[:]) {
				t.Errorf("%s the session the key is in %s", when, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if when == "during" {
			c.quit()
			s.gone()
		}
	}
}
