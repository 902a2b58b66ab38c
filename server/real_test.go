//go:build unix

package server

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/server/registry/registrytest"
	"gm/wire"
	"gm/wire/datagram"
)

// These tests run the real program, the server-only build of it, and talk to it
// over loopback.

// serverBinary is where TestMain has built the program.
var serverBinary string

func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == floodWord {
		if err := writeFlood(os.Args[2], os.Args[3], os.Args[4]); err != nil {
			panic(err)
		}
		return
	}
	dir, err := os.MkdirTemp("", "gm-server-test-")
	if err != nil {
		panic(err)
	}
	serverBinary = filepath.Join(dir, "gm-server")
	build := exec.Command("go", "build", "-tags", "gmserver", "-o", serverBinary, ".")
	build.Dir = ".." // the module's root
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// patience is how long a real program is given for what takes milliseconds.
const patience = time.Minute

// realServer is a server that has detached.
type realServer struct {
	t       testing.TB
	home    string
	sockets string // XDG_RUNTIME_DIR
	pid     int
	stdout  string // of the first process
	wire.Announcement
}

var detachedLine = regexp.MustCompile(`\[gm server detached, pid = (\d+)\]`)

// serverCommand is "gm-server args" in an environment of its own.
func serverCommand(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(serverBinary, args...)
	home := t.TempDir()
	write(t, filepath.Join(home, ".hushlogin"), "")
	cmd.Env = []string{
		"HOME=" + home, "XDG_RUNTIME_DIR=" + registrytest.Dir(t), "PATH=" + os.Getenv("PATH"), "SHELL=/bin/sh", "USER=tester", "LANG=C",
		"MOSH_CANARY=1", "MOSH_KEY=secret",
	}
	return cmd
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// startServer starts a server for a command and waits for it to detach.
func startServer(t testing.TB, options []string, command ...string) *realServer {
	t.Helper()
	cmd := serverCommand(t, append(append([]string{"new", "-i", "127.0.0.1", "-p", "0"}, options...), command...)...)
	return startCommand(t, cmd)
}

func startCommand(t testing.TB, cmd *exec.Cmd) *realServer {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output() // ends when nobody holds the pipes any more
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, stderr.Bytes())
	}
	s := &realServer{t: t, home: getenv(cmd.Env, "HOME"), sockets: getenv(cmd.Env, "XDG_RUNTIME_DIR"), stdout: string(stdout)}
	for line := range strings.Lines(s.stdout) {
		if _, err := s.ParseLine(strings.TrimSuffix(line, "\n")); err != nil {
			t.Fatal(err)
		}
	}
	if s.Port == 0 {
		t.Fatalf("no MOSH CONNECT in %q", stdout)
	}
	m := detachedLine.FindSubmatch(stderr.Bytes())
	if m == nil {
		t.Fatalf("no pid in %q", stderr.Bytes())
	}
	s.pid, _ = strconv.Atoi(string(m[1]))
	t.Cleanup(func() { syscall.Kill(s.pid, syscall.SIGTERM) })
	return s
}

// gone waits until the server's process has ended.
func (s *realServer) gone() {
	s.t.Helper()
	eventually(s.t, "the server goes on", func() bool { return !running(s.pid) })
}

// eventually polls for what cannot be waited for.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for limit := time.Now().Add(patience); !ok(); <-tick.C {
		if time.Now().After(limit) {
			t.Fatal(what)
		}
	}
}

// realClient is a client without a terminal.
type realClient struct {
	testClient
	conn *net.UDPConn
	buf  [2048]byte
}

func (s *realServer) connect(cols, rows int) *realClient {
	s.t.Helper()
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), s.Port)))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	c := &realClient{testClient: newTestClient(s.t, s.Key, false), conn: conn}
	c.turn = c.serve
	c.resize(cols, rows)
	return c
}

// serve sends and waits for a datagram, at most until the given time.
func (c *realClient) serve(until time.Time) {
	c.t.Helper()
	now := time.Now()
	err := c.wire.Tick(now, func(_ datagram.Path, d []byte) { c.conn.Write(d) })
	if err != nil {
		c.t.Fatal(err)
	}
	c.conn.SetReadDeadline(earliest(until, c.wire.Deadline(now)))
	n, err := c.conn.Read(c.buf[:])
	switch {
	case err == nil:
		c.wire.Receive(time.Now(), c.buf[:n], datagram.Path{}, false)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ECONNREFUSED):
	default:
		c.t.Fatal(err)
	}
}

// end waits until the server has closed the session.
func (c *realClient) end() {
	c.t.Helper()
	c.waitFor("no end", c.wire.Closed)
	if err := c.wire.Tick(time.Now(), func(_ datagram.Path, d []byte) { c.conn.Write(d) }); err != nil { // it may wait for that
		c.t.Fatal(err)
	}
}

// quit closes the session from this side.
func (c *realClient) quit() {
	c.t.Helper()
	c.wire.Shutdown(time.Now())
	c.end()
}
