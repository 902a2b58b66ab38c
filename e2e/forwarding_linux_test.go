//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// forwarder runs gm -N with args on the user's host, and waits until ready reports that its
// forwardings are there.
func (s *site) forwarder(ready func() bool, args ...string) {
	s.t.Helper()
	words := slices.Concat(s.prefix, []string{racing, "--server=" + racing + " server", "-N"}, args, []string{"root@10.99.0.1"})
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(harness.Environment(s.t), "HOME="+s.home, s.clients.Env(), "SSH_AUTH_SOCK="+os.Getenv("SSH_AUTH_SOCK"))
	var messages bytes.Buffer
	cmd.Stderr = &messages
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
		s.sessions.ExpectNone(s.t, harness.Patience)
		if s.t.Failed() {
			s.t.Log(messages.String())
		}
	})
	harness.Until(s.t, "forwardings", harness.Patience, ready, messages.String)
}

// serveEcho sends what it receives back, to the end.
func serveEcho(t *testing.T, l net.Listener) {
	t.Helper()
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(conn, conn)
				conn.(interface{ CloseWrite() error }).CloseWrite()
				conn.Close()
			}()
		}
	}()
}

// dialIn connects from a namespace.
func dialIn(n *harness.Namespace, network, address string) (conn net.Conn, err error) {
	n.Do(func() error {
		conn, err = net.Dial(network, address)
		return nil
	})
	return conn, err
}

// expectEcho sends n bytes through a connection and expects them back.
func expectEcho(t *testing.T, conn net.Conn, n int) {
	t.Helper()
	defer conn.Close()
	data := randomBytes(n)
	go func() {
		conn.Write(data)
		conn.(interface{ CloseWrite() error }).CloseWrite()
	}()
	if got, err := io.ReadAll(conn); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes came back, or others, and %v; want %d", len(got), err, n)
	}
}

// listens returns a condition: something accepts connections at an address in a namespace.
func listens(n *harness.Namespace, network, address string) func() bool {
	return func() bool {
		conn, err := dialIn(n, network, address)
		if err != nil {
			return false
		}
		conn.Close()
		return true
	}
}

// TestForwarding moves bytes through forwardings of each kind.
func TestForwarding(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	dir := harness.TempDir(t)
	serveEcho(t, s.there.Listen("127.0.0.1:7007"))
	serveEcho(t, s.here.Listen("127.0.0.1:7008"))
	for _, c := range []struct {
		name, option, forward string
		from                  *harness.Namespace
		network, address      string
	}{
		{"local", "-L", "8001:127.0.0.1:7007", s.here, "tcp", "127.0.0.1:8001"},
		{"local with a name", "-L", "localhost:8002:localhost:7007", s.here, "tcp", "127.0.0.1:8002"},
		{"local socket", "-L", filepath.Join(dir, "here") + ":127.0.0.1:7007", s.here, "unix", filepath.Join(dir, "here")},
		{"remote", "-R", "8003:127.0.0.1:7008", s.there, "tcp", "127.0.0.1:8003"},
		{"remote socket", "-R", filepath.Join(dir, "there") + ":localhost:7008", s.there, "unix", filepath.Join(dir, "there")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := *s
			s.host = &host{t: t, Server: s.Server, sessions: s.sessions, clients: s.clients, home: s.home, env: s.env, prefix: s.prefix}
			s.forwarder(listens(c.from, c.network, c.address), c.option, c.forward)
			for _, n := range []int{0, 1, 1 << 20} {
				conn, err := dialIn(c.from, c.network, c.address)
				if err != nil {
					t.Fatal(err)
				}
				expectEcho(t, conn, n)
			}
		})
	}
}

// TestForwardingSOCKS has curl fetch a page through -D and through -R with a port alone.
func TestForwardingSOCKS(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	page := filepath.Join(t.TempDir(), "page")
	sshboottest.WriteFile(t, page, strings.Repeat("a page\n", 10_000), 0o644)
	for _, c := range []struct {
		option       string
		proxy, serve *harness.Namespace
	}{{"-D", s.here, s.there}, {"-R", s.there, s.here}} {
		for _, scheme := range []string{"socks4", "socks4a", "socks5", "socks5h"} {
			t.Run(c.option+" "+scheme, func(t *testing.T) {
				s := *s
				s.host = &host{t: t, Server: s.Server, sessions: s.sessions, clients: s.clients, home: s.home, env: s.env, prefix: s.prefix}
				serveFile(t, c.serve.Listen("127.0.0.1:0"), page, func(address string) {
					s.forwarder(listens(c.proxy, "tcp", "127.0.0.1:1080"), c.option, "1080")
					out, err := exec.Command("nsenter", append(c.proxy.Enter()[1:], "curl", "-sS", "-x", scheme+"://127.0.0.1:1080", "http://"+address)...).Output()
					if want := sshboottest.ReadFile(t, page); err != nil || string(out) != want {
						t.Errorf("%d bytes and %v, want %d", len(out), err, len(want))
					}
				})
			})
		}
	}
}

// TestForwardingHTTP has curl fetch a page through -L and -R, from and to ports and sockets.
func TestForwardingHTTP(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	dir := harness.TempDir(t)
	page, at, to := filepath.Join(dir, "page"), filepath.Join(dir, "at"), filepath.Join(dir, "to")
	sshboottest.WriteFile(t, page, strings.Repeat("a page\n", 10_000), 0o644)
	for _, c := range []struct {
		option       string
		fetch, serve *harness.Namespace
	}{{"-L", s.here, s.there}, {"-R", s.there, s.here}} {
		for _, spec := range []string{"8001:127.0.0.1:7007", "8001:" + to, at + ":127.0.0.1:7007", at + ":" + to} {
			t.Run(c.option+" "+strings.ReplaceAll(spec, dir, ""), func(t *testing.T) {
				s := *s
				s.host = &host{t: t, Server: s.Server, sessions: s.sessions, clients: s.clients, home: s.home, env: s.env, prefix: s.prefix}
				var l net.Listener
				if strings.HasSuffix(spec, to) {
					l = listenUnix(t, to)
				} else {
					l = c.serve.Listen("127.0.0.1:7007")
				}
				network, address, words := "tcp", "127.0.0.1:8001", []string{"curl", "-sS", "http://127.0.0.1:8001"}
				if strings.HasPrefix(spec, at) {
					network, address, words = "unix", at, []string{"curl", "-sS", "--unix-socket", at, "http://page"}
				}
				serveFile(t, l, page, func(string) {
					s.forwarder(listens(c.fetch, network, address), c.option, spec)
					out, err := exec.Command("nsenter", append(c.fetch.Enter()[1:], words...)...).Output()
					if want := sshboottest.ReadFile(t, page); err != nil || string(out) != want {
						t.Errorf("%d bytes and %v, want %d", len(out), err, len(want))
					}
				})
			})
		}
	}
}

func listenUnix(t *testing.T, path string) net.Listener {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serveFile serves a file over HTTP 1.0 while f runs.
func serveFile(t *testing.T, l net.Listener, path string, f func(address string)) {
	t.Helper()
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 4096))
			text := sshboottest.ReadFile(t, path)
			fmt.Fprintf(conn, "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
			conn.Close()
		}
	}()
	f(l.Addr().String())
}

// TestForwardingRoams changes the client's address under an open connection.
func TestForwardingRoams(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	serveEcho(t, s.there.Listen("127.0.0.1:7007"))
	s.forwarder(listens(s.here, "tcp", "127.0.0.1:8001"), "-L", "8001:127.0.0.1:7007")
	conn, err := dialIn(s.here, "tcp", "127.0.0.1:8001")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for i, address := range []string{"10.99.0.9/24", "10.99.0.50/24", "10.99.0.51/24", "10.99.0.52/24"} {
		if i > 0 {
			s.here.IP("addr flush dev cable")
			s.here.Address("cable", address)
		}
		data := randomBytes(100_000)
		go conn.Write(data)
		if got := make([]byte, len(data)); true {
			if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("from %s: %v", address, err)
			}
		}
	}
}

// TestForwardingInSession types in a session that forwards too.
func TestForwardingInSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	serveEcho(t, s.there.Listen("127.0.0.1:7007"))
	y := s.open("-L", "8001:127.0.0.1:7007", "root@10.99.0.1")
	y.Keys(10)
	conn, err := dialIn(s.here, "tcp", "127.0.0.1:8001")
	if err != nil {
		t.Fatal(err)
	}
	expectEcho(t, conn, 1<<20)
	y.Keys(10)
	y.ExpectAll()
	s.leave(y)
}

// TestForwardingPolicy holds that what sshd forbids is not forwarded.
func TestForwardingPolicy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, option, rule, forward, message string }{
		{"no forwarding", "AllowTcpForwarding no", "-L", "8001:127.0.0.1:7007", "administratively prohibited"},
		{"one target", "PermitOpen 127.0.0.1:7009", "-L", "8001:127.0.0.1:7007", "administratively prohibited"},
		{"no listening", "AllowTcpForwarding local", "-R", "8001:127.0.0.1:7007", "administratively prohibited"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, sshboottest.Config{Options: []string{c.option}})
			ctx, cancel := context.WithTimeout(t.Context(), harness.Patience)
			defer cancel()
			words := slices.Concat(s.prefix, []string{racing, "--server=" + racing + " server", "-N", "--ssh-option=ExitOnForwardFailure=yes", c.rule, c.forward, "root@10.99.0.1"})
			cmd := exec.CommandContext(ctx, words[0], words[1:]...)
			cmd.Env = append(harness.Environment(t), "HOME="+s.home, s.clients.Env())
			out, err := cmd.CombinedOutput()
			if status(err) != 255 || !strings.Contains(string(out), c.message) {
				t.Errorf("%v: %s", err, out)
			}
			s.sessions.ExpectNone(t, harness.Patience)
		})
	}
}

// TestForwardingAgent uses the agent of the user's host in a session, after it was entered
// again too.
func TestForwardingAgent(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	socket := startAgent(t, filepath.Join(s.home, ".ssh", "id_ed25519"))
	sockets := func() (paths []string) {
		for _, v := range s.env {
			if dir, ok := strings.CutPrefix(v, "XDG_STATE_HOME="); ok {
				paths, _ = filepath.Glob(filepath.Join(dir, "gm", "*", "*.agent"))
			}
		}
		return paths
	}
	env := []string{"SSH_AUTH_SOCK=" + socket}
	x := s.shell(racing, env, "--server="+racing+" server", "-A", "--name=work", "root@10.99.0.1")
	x.ExpectLine("$")
	x.Line("ssh-add -l | grep -c ED25519; echo $SSH_AUTH_SOCK | grep -c agent")
	x.ExpectLine("1")
	if len(sockets()) != 1 {
		t.Errorf("sockets %q, want one", sockets())
	}
	x.Type("\x1ed")
	x.ExpectEnd(harness.Patience)
	// The server waits a minute for a datagram of the client that has left.
	harness.Until(t, "end of the socket", 30*time.Second, func() bool { return len(sockets()) == 0 }, nil)
	x = s.gm(racing, env, "--server="+racing+" server", "-A", "--name=work", "root@10.99.0.1")
	x.Line("clear; ssh-add -l | grep -c 'ED25519'; echo ag''ain")
	x.ExpectLine("again")
	x.ExpectLine("1")

	// The host has no key: git logs in with that of the agent.
	x.Line("clear; export GIT_SSH_COMMAND='ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'")
	x.Line("git init -q --bare origin.git && git clone -q root@127.0.0.1:$PWD/origin.git clone && cd clone && echo clo''ned")
	x.ExpectLine("cloned")
	x.Line("git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one && git push -q origin HEAD && git fetch && echo fet''ched")
	x.ExpectLine("fetched")
	x.Line("exit")
	s.expectClean(x)
}

// TestForwardingAgentOfCommand has a command use the agent as soon as it runs, before the client
// has asked for the socket.
func TestForwardingAgentOfCommand(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	socket := startAgent(t, filepath.Join(s.home, ".ssh", "id_ed25519"))
	x := s.shell(racing, []string{"SSH_AUTH_SOCK=" + socket}, "--server="+racing+" server", "-A", "root@10.99.0.1", "--", "sh", "-c", "ssh-add -l | grep -c ED25519; read x")
	x.ExpectLine("1")
	x.Line("")
	x.ExpectEnd(harness.Patience)
}

// TestForwardingAgentConfirmed refuses a use of the agent, and then permits one.
func TestForwardingAgentConfirmed(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	env := []string{"SSH_AUTH_SOCK=" + startAgent(t, filepath.Join(s.home, ".ssh", "id_ed25519"))}
	x := s.shell(racing, env, "--server="+racing+" server", "-A", "--confirm-agent", "root@10.99.0.1")
	x.ExpectLine("$")
	x.Line("clear; ssh-add -l | grep -c 'ED25519'")
	x.ExpectLine("1")
	for key, want := range map[string]string{"n": "255", "y": "0"} {
		x.Line("clear; ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=QUIET root@127.0.0.1 true; echo status''=$?")
		x.Expect("y or n: may the host use your key ")
		x.Type("\x1e" + key)
		x.ExpectLine("status=" + want)
	}
	x.Line("exit")
	s.expectClean(x)
}
