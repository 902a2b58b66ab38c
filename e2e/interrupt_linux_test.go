//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
	"gm/vt"
)

// interruption is a step of a login at which the user types Ctrl-C.
type interruption struct {
	name   string
	step   func(t *testing.T, i *interrupted) (command []string)
	shows  string // when it is typed
	status int
	left   string // text that stays on the terminal; "" for any
}

// interrupted is what a login needs that is interrupted.
type interrupted struct {
	home     string
	host     *sshboottest.Server
	sessions harness.Family
	answer   string // typed once the terminal shows question
	question string
}

// config returns gm's options for a configuration of ssh with some lines.
func (i *interrupted) config(t *testing.T, lines ...string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	lines = append(lines, "UserKnownHostsFile "+filepath.Join(i.home, ".ssh/known_hosts"), "StrictHostKeyChecking accept-new", "IdentitiesOnly yes", "LogLevel ERROR")
	sshboottest.WriteFile(t, path, strings.Join(lines, "\n")+"\n", 0o600)
	return []string{"-F", path}
}

// account starts a host with the account joe, whose password is secret.
func (i *interrupted) account(t *testing.T, c sshboottest.Config) {
	t.Helper()
	i.sessions = harness.NewFamily(t)
	c.Env = append(c.Env, i.sessions.Env())
	i.host = sshboottest.StartAccount(t, sshboottest.Account{Password: "secret", Shell: "/bin/bash"}, c)
}

func (i *interrupted) destination() string { return fmt.Sprintf("joe@127.0.0.1:%d", i.host.Port) }

var interruptions = []interruption{
	{name: "the name", shows: "waiting for the address of", status: 130, step: func(t *testing.T, i *interrupted) []string {
		address := fmt.Sprintf("127.9.%d.%d", os.Getpid()>>8&0xff, os.Getpid()&0xff) // of this run alone
		server, err := net.ListenPacket("udp", address+":53")                        // which never answers
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		resolver := filepath.Join(t.TempDir(), "resolv.conf")
		sshboottest.WriteFile(t, resolver, "nameserver "+address+"\noptions timeout:30\n", 0o644)
		enter := []string{"unshare", "--mount", "--propagation", "private", "sh", "-c", `mount --bind "$0" /etc/resolv.conf && exec "$@"`, resolver}
		return slices.Concat(enter, []string{plain}, i.config(t), []string{"nowhere.example.org"})
	}},
	{name: "TCP", shows: "to accept a connection", status: 130, step: func(t *testing.T, i *interrupted) []string {
		return slices.Concat([]string{plain}, i.config(t), []string{fmt.Sprintf("127.0.0.1:%d", fullPort(t))})
	}},
	{name: "the version", shows: "to send its SSH version", status: 130, step: func(t *testing.T, i *interrupted) []string {
		return slices.Concat([]string{plain}, i.config(t), []string{fmt.Sprintf("127.0.0.1:%d", greeter(t, ""))})
	}},
	{name: "the key exchange", shows: "to exchange keys", status: 130, step: func(t *testing.T, i *interrupted) []string {
		return slices.Concat([]string{plain}, i.config(t), []string{fmt.Sprintf("127.0.0.1:%d", greeter(t, "SSH-2.0-OpenSSH_10.0\r\n"))})
	}},
	{name: "the host key", shows: "(yes/no", status: 130, step: func(t *testing.T, i *interrupted) []string {
		i.account(t, sshboottest.Config{})
		return slices.Concat([]string{plain}, i.config(t, "StrictHostKeyChecking ask"), []string{i.destination()})
	}},
	{name: "the password", shows: "'s password: ", status: 130, left: "'s password:", step: func(t *testing.T, i *interrupted) []string {
		i.account(t, sshboottest.Config{})
		return slices.Concat([]string{plain}, i.config(t), []string{i.destination()})
	}},
	{name: "a prompt", shows: ") Password: ", status: 130, step: func(t *testing.T, i *interrupted) []string {
		i.account(t, sshboottest.Config{Options: []string{"UsePAM yes", "KbdInteractiveAuthentication yes"}})
		return slices.Concat([]string{plain}, i.config(t, "PreferredAuthentications keyboard-interactive"), []string{i.destination()})
	}},
	{name: "the shell", shows: "to run gm's command", status: 130, step: func(t *testing.T, i *interrupted) []string {
		i.account(t, sshboottest.Config{})
		sshboottest.WriteFile(t, filepath.Join(i.host.Home, ".bashrc"), "sleep 1000\n", 0o644)
		i.question, i.answer = "'s password: ", "secret\r"
		return slices.Concat([]string{plain}, i.config(t), []string{i.destination()})
	}},
	{name: "the upload", shows: "uploading the server to", status: 130, step: func(t *testing.T, i *interrupted) []string {
		i.account(t, sshboottest.Config{})
		i.question, i.answer = "'s password: ", "secret\r"
		port := slowProxy(t, i.host.Port, 200<<10)
		return slices.Concat([]string{plain}, i.config(t), []string{"--deploy=always", fmt.Sprintf("joe@127.0.0.1:%d", port)})
	}},
	{name: "UDP", shows: "Nothing received from server on UDP", status: 1, left: "did not make a successful", step: func(t *testing.T, i *interrupted) []string {
		server, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		_, port, _ := net.SplitHostPort(server.LocalAddr().String())
		return []string{"env", "MOSH_KEY=4NeCCgvZFe2RnPgrcU1PQw", plain, "client", "127.0.0.1", port}
	}},
}

// fullPort returns a port on which connections are not accepted: those that wait are too many.
func fullPort(t *testing.T) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	address, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		waits, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(waits) })
		unix.Connect(waits, address) // it goes on by itself
	}
	return address.(*unix.SockaddrInet4).Port
}

// greeter returns a port on which a server sends text, and nothing more.
func greeter(t *testing.T, text string) int {
	t.Helper()
	return serveTCP(t, func(conn net.Conn) {
		io.WriteString(conn, text)
		io.Copy(io.Discard, conn)
	})
}

// slowProxy returns a port that leads to another one, to which limit bytes pass at once and
// the others slowly.
func slowProxy(t *testing.T, port, limit int) int {
	t.Helper()
	return serveTCP(t, func(conn net.Conn) {
		host, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return
		}
		defer host.Close()
		go io.Copy(conn, host)
		io.CopyN(host, conn, int64(limit))
		pace := time.NewTicker(100 * time.Millisecond)
		defer pace.Stop()
		for range pace.C {
			if _, err := io.CopyN(host, conn, 32<<10); err != nil {
				return
			}
		}
	})
}

func serveTCP(t *testing.T, serve func(net.Conn)) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

// TestInterruptedLogin types Ctrl-C at each step of a login. gm ends by the signal, as ssh
// does; the terminal is as before, at the beginning of a line; and nothing is left on the host.
func TestInterruptedLogin(t *testing.T) {
	t.Parallel()
	for _, c := range interruptions {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clients := harness.NewFamily(t)
			i := &interrupted{home: t.TempDir()}
			if err := os.Mkdir(filepath.Join(i.home, ".ssh"), 0o700); err != nil {
				t.Fatal(err)
			}
			command := c.step(t, i)
			env := slices.Concat(harness.Environment(t), []string{"HOME=" + i.home, clients.Env(), "TERM=xterm-256color", "SSH_AUTH_SOCK="})
			x := startRawTTY(t, env, command...)
			if i.question != "" {
				x.await(i.question, 0)
				x.types(i.answer)
			}
			x.await(c.shows, 0)
			x.types("\x03")
			if status := x.ended(); status != c.status {
				t.Errorf("the status is %d, want %d", status, c.status)
			}
			if after := x.modes(); after != x.before {
				t.Errorf("the terminal is left with %+v, it had %+v", after, x.before)
			}
			output := x.settled()
			screen := vt.NewTerminal(rawCols, rawRows, vt.Options{})
			screen.Write([]byte(output))
			s := screen.Snapshot()
			if s.Cursor.X != 0 || s.Cursor.Hidden || s.Modes != (vt.Modes{}) || screen.AlternateScreen() || s.Pen != (vt.Rendition{}) {
				t.Errorf("the terminal is left with %+v, %+v: %q", s.Cursor, s.Modes, output)
			}
			if text := s.Text(); strings.Contains(text, "waiting for") || strings.Contains(text, "uploading") || !strings.Contains(text, c.left) {
				t.Errorf("the terminal shows:\n%s", text)
			}
			clients.ExpectNone(t, harness.Patience)
			if i.host == nil {
				return
			}
			i.sessions.ExpectNone(t, harness.Patience)
			if files, _ := filepath.Glob(i.host.Home + "/.cache/*/*"); len(files) > 0 {
				t.Errorf("left on the host: %q", files)
			}
		})
	}
}
