//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gm/e2e/harness"
)

// TestControlPath asks masters of gmssh and of ssh for all that -O has, by clients of both.
func TestControlPath(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	s.link(plain)
	target, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveEcho(t, target)
	for _, c := range []struct{ master, client string }{
		{s.gmssh, s.gmssh}, {s.gmssh, "ssh"}, {"ssh", s.gmssh},
	} {
		t.Run(filepath.Base(c.master)+" asked by "+filepath.Base(c.client), func(t *testing.T) {
			path := filepath.Join(harness.TempDir(t), "control")
			master := s.command(c.master, "-M", "-S", path, "-N", "host")
			if err := master.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- master.Wait() }()
			t.Cleanup(func() { master.Process.Signal(syscall.SIGTERM) })
			harness.Until(t, "the socket", harness.Patience, func() bool { _, err := os.Stat(path); return err == nil }, nil)
			ask := func(want int, words ...string) result {
				t.Helper()
				r := s.run(c.client, nil, append(append([]string{"-S", path}, words...), "host")...)
				if r.status != want {
					t.Fatalf("%q: %+v, want %d", words, r, want)
				}
				return r
			}
			if r := ask(0, "-O", "check"); r.err != fmt.Sprintf("Master running (pid=%d)\n", master.Process.Pid) {
				t.Errorf("%+v", r)
			}
			port := freePort(t)
			local := fmt.Sprintf("%d:%s", port, target.Addr())
			ask(0, "-O", "forward", "-L", local)
			conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
			if err != nil {
				t.Fatal(err)
			}
			expectEcho(t, conn, 100_000)
			ask(0, "-O", "cancel", "-L", local)
			if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
				conn.Close()
				t.Error("a cancelled forwarding takes connections")
			}
			r := ask(0, "-O", "forward", "-R", "0:"+target.Addr().String())
			remote, err := net.Dial("tcp", "127.0.0.1:"+strings.TrimSpace(r.out))
			if err != nil {
				t.Fatalf("%v: %+v", err, r)
			}
			expectEcho(t, remote, 100_000)
			taken := fmt.Sprintf("127.0.0.1:%d:a:1", target.Addr().(*net.TCPAddr).Port)
			if r := ask(255, "-O", "forward", "-L", taken); !strings.Contains(r.err, "master forward request failed") {
				t.Errorf("%+v", r)
			}
			ask(0, "-O", "exit")
			if err := <-ended; status(err) != 255 {
				t.Errorf("the master ended with %v", err)
			}
			if r := ask(255, "-O", "check"); !strings.Contains(r.err, "No such file or directory") {
				t.Errorf("%+v", r)
			}
		})
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
