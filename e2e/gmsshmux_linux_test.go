//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// await waits for a control socket.
func await(t *testing.T, path string) {
	t.Helper()
	harness.Until(t, "the socket", harness.Patience, func() bool { _, err := os.Stat(path); return err == nil }, nil)
}

// useMaster runs programs of all kinds through the master at a path, by ssh or gmssh.
func (s *sshHost) useMaster(t *testing.T, client, path string) {
	t.Helper()
	run := func(stdin string, words ...string) result {
		return s.run(client, strings.NewReader(stdin), append([]string{"-S", path, "-o", "ConnectTimeout=1", "-p", "1"}, words...)...) // only the master reaches the host
	}
	binary := string(randomBytes(3 << 20))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveEcho(t, l)
	for _, c := range []struct {
		name, stdin string
		words       []string
		want        result
	}{
		{"status and streams", "in", []string{"host", "cat; echo wrong >&2; exit 5"}, result{5, "in", "wrong\n"}},
		{"killed", "", []string{"host", "kill -9 $$"}, result{255, "", ""}},
		{"3 MB up and down", binary, []string{"host", "cat"}, result{0, binary, ""}},
		{"3 MB to stderr", binary, []string{"host", "cat >&2"}, result{0, "", strings.ReplaceAll(binary, "\r\n", "\n")}},
		{"long command", "", []string{"host", "true " + strings.Repeat("x", 50_000) + "; exit 3"}, result{3, "", ""}},
		{"-n", "lost", []string{"-n", "host", "cat; echo end"}, result{0, "end\n", ""}},
		{"shell", "echo $((1+1))\n", []string{"-T", "host"}, result{0, "2\n", ""}},
		{"-W", "in", []string{"-W", l.Addr().String(), "host"}, result{0, "in", ""}},
	} {
		if got := run(c.stdin, c.words...); got != c.want {
			t.Errorf("%s: status %d, %d bytes, %.200q, want %d, %d, %.200q", c.name, got.status, len(got.out), got.err, c.want.status, len(c.want.out), c.want.err)
		}
	}
	if got := run("", "-W", "127.0.0.1:1", "host"); got.status != 255 || !strings.Contains(got.err, "Stdio forwarding request failed") {
		t.Errorf("-W to a closed port: %+v", got)
	}
	var parallel sync.WaitGroup
	for i := range 5 {
		parallel.Go(func() {
			if got := run(fmt.Sprint(i), "host", "cat"); got != (result{0, fmt.Sprint(i), ""}) {
				t.Errorf("in parallel: %+v", got)
			}
		})
	}
	parallel.Wait()
}

// TestMaster shares the session of a master, which may have a terminal.
func TestMaster(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	t.Run("without a terminal", func(t *testing.T) {
		path := filepath.Join(harness.TempDir(t), "control")
		master := s.command(s.gmssh, "-M", "-S", path, "-N", "host")
		if err := master.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { master.Process.Signal(syscall.SIGTERM); master.Wait() })
		await(t, path)
		for _, client := range []string{"ssh", s.gmssh} {
			s.useMaster(t, client, path)
		}
		sftp := exec.Command("sftp", "-q", "-F", s.config, "-o", "ControlPath="+path, "-b", "-", "host")
		sftp.Stdin = strings.NewReader("ls " + s.config + "\n")
		if out, err := sftp.CombinedOutput(); err != nil || strings.Count(string(out), s.config) != 2 {
			t.Errorf("sftp: %v, %s", err, out)
		}
		// A client that ends takes its program with it.
		client := s.command("ssh", "-S", path, "host", "echo $$; exec sleep 1000")
		out, _ := client.StdoutPipe()
		if err := client.Start(); err != nil {
			t.Fatal(err)
		}
		pid := 0
		fmt.Fscan(out, &pid)
		client.Process.Kill()
		client.Wait()
		harness.Until(t, "the end of the program", harness.Patience, func() bool { return syscall.Kill(pid, 0) != nil }, nil)
		// One with a terminal logs in by itself.
		if got := s.run("ssh", nil, "-tt", "-S", path, "host", "tty"); got.status != 0 || !strings.Contains(got.out, "/dev/") {
			t.Errorf("%+v", got)
		}
	})
	t.Run("with a terminal", func(t *testing.T) {
		path := filepath.Join(harness.TempDir(t), "control")
		x := s.gm(s.gmssh, nil, "-F", s.config, "-M", "-S", path, "host", `exec env 'PS1=$ ' bash --norc --noprofile`)
		x.ExpectLine("$")
		s.useMaster(t, "ssh", path)
		port := freePort(t)
		if got := s.run("ssh", nil, "-S", path, "-O", "forward", "-L", fmt.Sprintf("%d:127.0.0.1:%d", port, s.Port), "host"); got.status != 0 {
			t.Errorf("forward: %+v", got)
		}
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if banner := make([]byte, 4); true {
			if _, err := io.ReadFull(conn, banner); err != nil || string(banner) != "SSH-" {
				t.Errorf("%q, %v", banner, err)
			}
		}
		x.Line("echo st''ill")
		x.ExpectLine("still")
		if got := s.run("ssh", nil, "-S", path, "-O", "exit", "host"); got.status != 0 {
			t.Errorf("exit: %+v", got)
		}
		if status := x.ExpectEnd(harness.Patience); status != 255 {
			t.Errorf("status %d", status)
		}
	})
}

// TestControlPersist has the first of several programs begin a master, which ends some time
// after the last one.
func TestControlPersist(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	path := filepath.Join(harness.TempDir(t), "control")
	options := []string{"-o", "ControlMaster=auto", "-o", "ControlPath=" + path, "-o", "ControlPersist=1"}
	run := func(words ...string) result {
		return s.run(s.gmssh, strings.NewReader("in"), append(options, words...)...)
	}
	if got := run("host", "cat; exit 3"); got != (result{3, "in", ""}) {
		t.Errorf("%+v", got)
	}
	if got := run("-p", "1", "host", "cat"); got != (result{0, "in", ""}) {
		t.Errorf("through the master: %+v", got)
	}
	harness.Until(t, "the end of the master", harness.Patience, func() bool { _, err := os.Stat(path); return err != nil }, nil)
	if got := run("-p", "1", "host", "true"); got.status != 255 || !strings.Contains(got.err, "Connection refused") {
		t.Errorf("without a master: %+v", got)
	}
	s.clients.ExpectNone(t, harness.Patience)
}

// ControlMaster=ask asks by SSH_ASKPASS.
func TestMasterAsks(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	dir := harness.TempDir(t)
	ask, path := filepath.Join(dir, "ask"), filepath.Join(dir, "control")
	sshboottest.WriteFile(t, ask, "#!/bin/sh\ntest \"$SSH_ASKPASS_PROMPT\" = confirm && exec test -e "+dir+"/yes\n", 0o700)
	master := s.command(s.gmssh, "-o", "ControlMaster=ask", "-S", path, "-N", "host")
	master.Env = append(master.Env, "SSH_ASKPASS="+ask)
	var messages bytes.Buffer
	master.Stderr = &messages
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Process.Signal(syscall.SIGTERM); master.Wait() })
	await(t, path)
	if got := s.run("ssh", nil, "-S", path, "-p", "1", "host", "true"); got.status != 255 || !strings.Contains(got.err, "Permission denied") {
		t.Errorf("without permission: %+v", got)
	}
	sshboottest.WriteFile(t, dir+"/yes", "", 0o600)
	if got := s.run("ssh", nil, "-S", path, "-p", "1", "host", "exit 4"); got.status != 4 {
		t.Errorf("with permission: %+v, %s", got, messages.String())
	}
}
