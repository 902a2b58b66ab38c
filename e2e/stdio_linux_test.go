//go:build e2e

package e2e

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// program returns a command line of gm that has no terminal. args are options and the
// destination.
func (s *site) program(args []string, command ...string) *exec.Cmd {
	s.t.Helper()
	words := slices.Concat(s.prefix, []string{racing, "--server=" + racing + " server"}, args, []string{"--"}, command)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(harness.Environment(s.t), "HOME="+s.home, s.clients.Env())
	return cmd
}

// randomBytes returns bytes that do not repeat.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(b)
	return b
}

func status(err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// TestProgramWithoutTerminal runs programs on pipes, as ssh does without a terminal.
func TestProgramWithoutTerminal(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	binary := string(randomBytes(100_000))
	for _, c := range []struct {
		name, script, in, out, errors string
		status                        int
	}{
		{"output and error are apart", "echo out; echo wrong >&2", "", "out\n", "wrong\n", 0},
		{"binary input and output", "cat", binary, binary, "", 0},
		{"exit status", "exit 42", "", "", "", 42},
		{"signal", "kill -TERM $$", "", "", "", 255},
		{"no terminal", "test -t 0 || test -t 1 || test -t 2 || echo ${TERM-none}", "", "none\n", "", 0},
		{"input that is not read", "echo done", binary, "done\n", "", 0},
		{"output closed early", "exec 1>&- 2>&-; cat > /dev/null; exit 3", binary, "", "", 3},
		{"job left behind", "(sleep 0.3; echo late) & echo early", "", "early\nlate\n", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd := s.program([]string{"root@10.99.0.1"}, "sh", "-c", c.script)
			var out, wrong bytes.Buffer
			cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.in), &out, &wrong
			err := cmd.Run()
			if got := status(err); got != c.status || out.String() != c.out || wrong.String() != c.errors {
				t.Errorf("status %d, %d bytes of output, error %q; want %d, %d, %q", got, out.Len(), wrong.String(), c.status, len(c.out), c.errors)
			}
		})
	}
}

// TestProgramWithoutReader closes the output that a program writes without end: it gets
// SIGPIPE, and nothing is left.
func TestProgramWithoutReader(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	cmd := s.program([]string{"root@10.99.0.1"}, "cat", "/dev/zero")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		_, err = io.ReadFull(out, make([]byte, 1<<20))
	}
	if err != nil {
		t.Fatal(err)
	}
	out.Close()
	if got := status(cmd.Wait()); got != 255 {
		t.Errorf("status %d", got)
	}
	s.sessions.ExpectNone(t, harness.Patience)
}

// TestProgramEndsWithItsClient ends the client of a program by a signal.
func TestProgramEndsWithItsClient(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	cmd := s.program([]string{"root@10.99.0.1"}, "sh", "-c", "echo begun; sleep 1000")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		_, err = io.ReadFull(out, make([]byte, len("begun\n")))
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	if ended := cmd.ProcessState.Sys().(syscall.WaitStatus); ended.Signal() != syscall.SIGTERM {
		t.Errorf("the client ended with %v", ended)
	}
	s.sessions.ExpectNone(t, harness.Patience)
}

// TestProgramRoams changes the client's address again and again, and cuts UDP, while bytes go
// through a program both ways.
func TestProgramRoams(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	cmd := s.program([]string{"root@10.99.0.1"}, "cat")
	data := randomBytes(8 << 20)
	in, err := cmd.StdinPipe()
	var out io.ReadCloser
	if err == nil {
		out, err = cmd.StdoutPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	received := make(chan []byte, 1)
	go func() {
		b, _ := io.ReadAll(out)
		received <- b
	}()
	address := "10.99.0.9/24"
	const parts = 6
	for i := range parts {
		if _, err := in.Write(data[i*len(data)/parts : (i+1)*len(data)/parts]); err != nil {
			t.Fatal(err)
		}
		switch {
		case i == 1:
			s.there.Filter("wall", "input", noUDP)
		case i == 3:
			s.there.Unfilter("wall")
		case i < parts-1:
			next := fmt.Sprintf("10.99.0.%d/24", 100+i)
			s.here.IP("addr del " + address + " dev cable")
			s.here.Address("cable", next)
			address = next
		}
	}
	in.Close()
	select {
	case got := <-received:
		if sha256.Sum256(got) != sha256.Sum256(data) {
			t.Errorf("%d bytes came back, or others", len(got))
		}
	case <-time.After(2 * time.Minute):
		t.Error("the bytes have not come back in two minutes")
	}
	if got := status(cmd.Wait()); got != 0 {
		t.Errorf("status %d", got)
	}
	s.sessions.ExpectNone(t, harness.Patience)
}
