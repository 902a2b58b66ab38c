package server

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"gm/server/pty"
	"gm/wire/datagram"
)

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

// The memory of the server cannot be dumped; its programs can dump theirs as far
// as the user's limit allows.
func TestMemoryIsSealed(t *testing.T) {
	users, err := disableDumps()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		unix.Setrlimit(unix.RLIMIT_CORE, &users.Rlimit)
		unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0)
	})
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("PR_GET_DUMPABLE is %d, %v", dumpable, err)
	}
	p, err := pty.Start(pty.Command{Argv: []string{"sh", "-c", "ulimit -c; cat /proc/self/environ && echo readable"}, Env: []string{"PATH=/bin:/usr/bin"}, Dir: "/"}, users, 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	output, _ := io.ReadAll(p) // EIO at its end
	if status := p.Wait(); status != 0 || !strings.HasSuffix(string(output), "readable\r\n") {
		t.Errorf("the program exits with %d after %q", status, output)
	}
	want := "unlimited"
	if users.Cur != unix.RLIM_INFINITY {
		want = strconv.FormatUint(users.Cur/512, 10) // in blocks
	}
	if got, _, _ := strings.Cut(string(output), "\r\n"); got != want {
		t.Errorf("the program's limit is %s, want %s", got, want)
	}
}

// The key is in no file that the server leaves or uses in the user's home.
func TestKeyIsInNoFile(t *testing.T) {
	s := startServer(t, nil, "--", "cat")
	c := s.connect(80, 24)
	c.typeKeys("typed\r")
	c.see("typed")
	s.keyIsHidden("during the session", s.Key)
	c.quit()
	s.gone()
	s.keyIsHidden("after the session", s.Key)
}

// The key of a client that enters a session is in no file, command line or environment.
func TestKeyOfSeatIsInNoFile(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("-@", "gm-name=work", "--", "cat")
	a := u.run("attach", "-@", "gm=sessions", "work")
	c := (&realServer{t: t, Announcement: a.Announcement}).connect(80, 24)
	c.typeKeys("typed\r")
	c.see("typed")
	s.keyIsHidden("during the session", a.Key)
	c.quit()
	s.gone()
	s.keyIsHidden("after the session", a.Key)
}

// keyIsHidden checks the files in the user's directories, and those about the server's
// process.
func (s *realServer) keyIsHidden(when string, key datagram.Key) {
	s.t.Helper()
	check := func(path string) {
		text, err := os.ReadFile(path)
		if err == nil && (bytes.Contains(text, []byte(key.String())) || bytes.Contains(text, key[:])) {
			s.t.Errorf("%s the key is in %s", when, path)
		}
	}
	for _, file := range []string{"cmdline", "environ"} {
		check(fmt.Sprintf("/proc/%d/%s", s.pid, file))
	}
	for _, dir := range []string{s.home, s.sockets} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				check(path)
			}
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}
