//go:build e2e

package server

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// mostMemory bounds the private memory of an idle server, in bytes. mosh-server has
// 5.2 MB.
const mostMemory = 3_200_000

// A server keeps little memory, whatever it has shown.
func TestIdleMemory(t *testing.T) {
	s := startServer(t, []string{"-@", "gm=screen"}, "--", "sh", "-c", "seq 20000; echo all written; read x")
	c := s.connect(80, 24)
	c.see("all written")
	if n := anonymousMemory(t, s.pid); n > mostMemory || n < mostMemory/10 {
		t.Errorf("the server has %d bytes of its own, want at most %d", n, mostMemory)
	}
	c.quit()
	s.gone()
}

// The server's runtime uses one processor of a host with many. The program's does not,
// and a setting of the user's is respected.
func TestThreads(t *testing.T) {
	for said, want := range map[string]struct{ server, program string }{
		"":             {"GOMAXPROCS=1", "threads []"},
		"GOMAXPROCS=3": {"GOMAXPROCS=3", "threads [3]"},
	} {
		cmd := serverCommand(t, "new", "-i", "127.0.0.1", "-p", "0", "--", "sh", "-c", `echo "threads [$GOMAXPROCS]"; read x`)
		if said != "" {
			cmd.Env = append(cmd.Env, said)
		}
		s := startCommand(t, cmd)
		c := s.connect(80, 24)
		c.see(want.program)
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", s.pid))
		if err != nil || strings.Count(string(env), "GOMAXPROCS=") != 1 || !strings.Contains(string(env), "\x00"+want.server+"\x00") {
			t.Errorf("%q: the server's environment is %q, %v", said, env, err)
		}
		c.quit()
		s.gone()
	}
}

// anonymousMemory returns the bytes that a process shares with no file.
func anonymousMemory(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var kib int
		if n, _ := fmt.Sscanf(line, "Anonymous: %d kB", &kib); n == 1 {
			return kib << 10
		}
	}
	t.Fatalf("no anonymous memory in\n%s", text)
	return 0
}
