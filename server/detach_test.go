//go:build unix

package server

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/creack/pty"
)

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// With -v the server's standard error stays where it was.
func TestVerboseLog(t *testing.T) {
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := serverCommand(t, "new", "-v", "-i", "127.0.0.1", "-p", "0", "--", "cat")
	cmd.Stderr = log
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	s := &realServer{t: t}
	if ok, err := s.ParseLine(strings.TrimSpace(string(stdout))); !ok {
		t.Fatalf("%q: %v", stdout, err)
	}
	c := s.connect(80, 24)
	c.typeKeys("x\r")
	c.see("x\nx")
	c.quit()
	s.gone()
	eventually(t, "the log does not end", func() bool {
		text, err := os.ReadFile(log.Name())
		return err == nil && bytes.Contains(text, []byte("Server now attached to client at 127.0.0.1:")) &&
			bytes.HasSuffix(text, []byte("[gm server is exiting.]\n"))
	})
}

// On a terminal an empty line comes before MOSH CONNECT, for a shell's prompt
// may stand in its way.
func TestStartFromTerminal(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	cmd := serverCommand(t, "new", "-p", "0", "--", "cat")
	cmd.Stdin = tty
	if s := startCommand(t, cmd); !strings.HasPrefix(s.stdout, "\nMOSH CONNECT ") {
		t.Errorf("%q", s.stdout)
	}
}

// Without a list of descriptors all that there may be are tried.
func TestDescriptorsWithoutAList(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	bare := t.TempDir()
	for _, name := range []string{"0", "1", "2"} {
		write(t, filepath.Join(bare, name), "")
	}
	for _, dir := range []string{"/dev/fd", "/nowhere", bare} {
		fds := descriptors(dir)
		for _, fd := range []int{int(r.Fd()), int(w.Fd())} {
			if !slices.Contains(fds, fd) {
				t.Errorf("%s: descriptor %d is not among %d", dir, fd, len(fds))
			}
		}
		if len(fds) > maxDescriptors {
			t.Errorf("%s: %d descriptors", dir, len(fds))
		}
	}
}
