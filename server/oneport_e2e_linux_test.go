//go:build e2e

package server

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/server/registry/registrytest"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// onePort is an account whose sessions share a port. The program of each session writes the
// keys that it gets to a file.
type onePort struct {
	t    *testing.T
	dir  string
	env  []string
	port string
}

func newOnePort(t *testing.T) *onePort {
	t.Helper()
	ports := freePort(t)
	cmd := serverCommand(t)
	return &onePort{t, t.TempDir(), cmd.Env, ports.String()}
}

// start begins session n.
func (o *onePort) start(program string, n int, options ...string) *realServer {
	o.t.Helper()
	args := append([]string{"new", "-i", "127.0.0.1", "-p", o.port}, options...)
	cmd := exec.Command(program, append(args, "--", "sh", "-c", "stty raw -echo; echo ready; exec cat >"+o.file(n))...)
	cmd.Env = o.env
	s := startCommand(o.t, cmd)
	if fmt.Sprint(s.Port) != o.port {
		o.t.Fatalf("session %d has port %d, not %s", n, s.Port, o.port)
	}
	return s
}

func (o *onePort) file(n int) string { return filepath.Join(o.dir, strconv.Itoa(n)) }

// got returns the keys that session n's program has got.
func (o *onePort) got(n int) string {
	text, err := os.ReadFile(o.file(n))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		o.t.Error(err)
	}
	return string(text)
}

// reader returns the process that reads the port: it has locked the file (proc(5)).
func (o *onePort) reader() (pid int) {
	o.t.Helper()
	locks, err := filepath.Glob(filepath.Join(getenv(o.env, "XDG_RUNTIME_DIR"), "gm/sessions/port-*.lock"))
	if err != nil || len(locks) != 1 {
		o.t.Fatalf("locks %q, %v", locks, err)
	}
	info, err := os.Stat(locks[0])
	if err != nil {
		o.t.Fatal(err)
	}
	inode := fmt.Sprintf(":%d ", info.Sys().(*syscall.Stat_t).Ino)
	eventually(o.t, "nobody has locked the port", func() bool {
		text, err := os.ReadFile("/proc/locks")
		if err != nil {
			o.t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if fields := strings.Fields(line); strings.Contains(line, inode) && len(fields) > 4 && fields[1] == "FLOCK" {
				pid, err = strconv.Atoi(fields[4])
				return err == nil
			}
		}
		return false
	})
	return pid
}

// typist is a client that types its keys, one in each interval, from several ports.
type typist struct {
	keys  string
	wire  *wire.Transport[state.User, state.Screen]
	to    *net.UDPAddr
	conns []*net.UDPConn // the newest last
	ready chan struct{}  // closed when the program runs
	err   error
}

const typingInterval = 300 * time.Millisecond

func newTypist(s *realServer, keys string, identified bool) (*typist, error) {
	w, err := wire.New(wire.Config[state.User, state.Screen]{
		Key: s.Key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)}, Identifiers: identified,
	}, time.Now())
	if err != nil {
		return nil, err
	}
	to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), s.Port))
	y := &typist{keys: keys, wire: w, to: to, ready: make(chan struct{})}
	return y, y.move()
}

// move goes on from another port.
func (y *typist) move() error {
	conn, err := net.DialUDP("udp4", nil, y.to)
	if err != nil {
		return err
	}
	y.conns = append(y.conns, conn)
	y.wire.Rotate()
	return nil
}

// run types from the closing of begin to that of end.
func (y *typist) run(begin, end <-chan struct{}) {
	buf := make([]byte, 2048)
	ready, typed := false, 0
	var next time.Time
	y.wire.SetLocal(time.Now(), y.wire.Local().WithSize(80, 24))
	for {
		now := time.Now()
		select {
		case <-end:
			return
		case <-begin:
			begin, next = nil, now
		default:
		}
		if !next.IsZero() && !now.Before(next) && typed < len(y.keys) {
			y.wire.SetLocal(now, y.wire.Local().WithKeys([]byte(y.keys[typed:typed+1])))
			next = next.Add(typingInterval)
			if typed++; typed%4 == 0 && typed < 12 {
				if y.err = y.move(); y.err != nil {
					return
				}
			}
		}
		conn := y.conns[len(y.conns)-1]
		if y.err = y.wire.Tick(now, func(_ datagram.Path, d []byte) { conn.Write(d) }); y.err != nil {
			return
		}
		conn.SetReadDeadline(earliest(now.Add(20*time.Millisecond), y.wire.Deadline(now)))
		if n, err := conn.Read(buf); err == nil {
			y.wire.Receive(time.Now(), buf[:n], datagram.Path{}, false)
		}
		if remote, _ := y.wire.Remote(); !ready && strings.Contains(remote.Screen.Text(), "ready") {
			ready = true
			close(y.ready)
		}
	}
}

// TestTwoHundredSessionsOnOnePort types in 200 sessions, some of them with stock clients in
// terminals, from changing ports, while two readers of the port are killed. Each key
// arrives once.
func TestTwoHundredSessionsOnOnePort(t *testing.T) {
	const sessions, inTerminals = 200, 12
	o := newOnePort(t)
	begin, end := make(chan struct{}), make(chan struct{})
	var running sync.WaitGroup
	typists := map[int]*typist{}
	terminals := map[int]*harness.Terminal{}
	servers := map[int]*realServer{}
	keys := func(n int) string { return fmt.Sprintf("<%d:abcdefghijk>", n) }
	for n := range sessions {
		stock := n%8 == 7
		var options []string
		if !stock {
			options = []string{"-@", "gm=identifiers"}
		}
		s := o.start(serverBinary, n, options...)
		servers[n] = s
		if stock && len(terminals) < inTerminals {
			terminals[n] = harness.NewTerminal(t, harness.TerminalOptions{Env: []string{
				"MOSH_KEY=" + s.Key.String(), "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH"), "MOSH_PREDICTION_DISPLAY=never",
			}}, "mosh-client", "127.0.0.1", o.port)
			terminals[n].Expect("ready")
			continue
		}
		y, err := newTypist(s, keys(n), !stock)
		if err != nil {
			t.Fatal(err)
		}
		typists[n] = y
		running.Go(func() { y.run(begin, end) })
	}
	defer running.Wait()
	defer close(end)
	for n, y := range typists {
		select {
		case <-y.ready:
		case <-time.After(patience):
			t.Fatalf("session %d does not begin: %v", n, y.err)
		}
	}
	close(begin)
	killed := map[int]bool{}
	step := 0
	for i := range len(keys(100)) {
		for n, x := range terminals {
			if k := keys(n); i < len(k) {
				x.Type(k[i : i+1])
			}
		}
		if step++; step == 4 || step == 8 {
			pid := o.reader()
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			killed[pid] = true
		}
		<-time.After(typingInterval) // as a user types
	}
	for n := range sessions {
		if killed[servers[n].pid] {
			if got := o.got(n); !strings.HasPrefix(keys(n), got) {
				t.Errorf("session %d, which was killed, got %q", n, got)
			}
			continue
		}
		eventually(t, fmt.Sprintf("session %d got %q, want %q", n, o.got(n), keys(n)), func() bool { return len(o.got(n)) >= len(keys(n)) })
		if got := o.got(n); got != keys(n) {
			t.Errorf("session %d got %q, want %q", n, got, keys(n))
		}
	}
	if len(killed) != 2 {
		t.Errorf("%d readers were killed", len(killed))
	}
}

// TestTwoUsersOnOnePort begins a session on a port that another user's session has. It is
// refused with words, and the other one goes on.
func TestTwoUsersOnOnePort(t *testing.T) {
	o := newOnePort(t)
	s := o.start(serverBinary, 0, "-@", "gm=identifiers")
	y, err := newTypist(s, "keys", true)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := make(chan struct{}), make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() { y.run(begin, end) })
	defer running.Wait()
	defer close(end)

	home := registrytest.Dir(t)
	program := filepath.Join(home, "gm-server")
	text, err := os.ReadFile(serverBinary)
	if err = errors.Join(err, os.WriteFile(program, text, 0o755), os.Chmod(home, 0o755)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "new", "-i", "127.0.0.1", "-p", o.port)
	cmd.Dir, cmd.Env = "/", []string{"HOME=/nonexistent", "XDG_RUNTIME_DIR=" + getenv(o.env, "XDG_RUNTIME_DIR"), "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	for _, want := range []string{"gm: UDP port " + o.port + " is in use\n", "hint: another user, "} {
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("no %q in %q, %v", want, out, err)
		}
	}
	close(begin)
	eventually(t, "the session got no keys", func() bool { return o.got(0) == "keys" })
}
