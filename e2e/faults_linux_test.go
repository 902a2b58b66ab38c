//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"gm/e2e/harness"
)

// hosted opens a session between two hosts, to the server's address at.
func hosted(t *testing.T, here, there *harness.Namespace, at string) *harness.Session {
	t.Helper()
	ours := harness.Ours(racing)
	client := ours.Client
	ours.Server = slices.Concat(there.Enter(), ours.Server)
	s := &harness.Session{Server: harness.StartServer(t, ours, []string{"-p", "0"}, harness.Shell()), Client: harness.NewFamily(t)}
	env := append(harness.Environment(t), s.Client.Env(), "MOSH_KEY="+s.Server.Key)
	port := strconv.Itoa(int(s.Server.Addr.Port()))
	s.Terminal = harness.NewTerminal(t, harness.TerminalOptions{Env: env}, slices.Concat(here.Enter(), client, []string{at, port})...)
	s.Until("prompt", harness.Patience, func(screen harness.Screen) bool { return screen.HasLine("$") })
	return s
}

// TestAddressesGone removes the address of each side in turn during a session, and
// restores it.
func TestAddressesGone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ client, server, size string }{{"10.99.0.9", "10.99.0.1", "/24"}, {"fd99::9", "fd99::1", "/64 nodad"}} {
		t.Run(c.client, func(t *testing.T) {
			t.Parallel()
			here, there := newHosts(t)
			s := hosted(t, here, there, c.server)
			for _, side := range []struct {
				host *harness.Namespace
				addr string
			}{{here, c.client}, {there, c.server}} {
				size, _, _ := strings.Cut(c.size, " ")
				side.host.IP("addr del " + side.addr + size + " dev cable")
				s.Line("echo with''out " + side.addr)
				s.Expect("Last ")
				side.host.IP("addr add " + side.addr + c.size + " dev cable")
				s.ExpectLine("without " + side.addr)
			}
			s.Line("exit")
			s.ExpectClean()
		})
	}
}

// TestSendingForbidden has a firewall refuse what each side sends (EPERM).
func TestSendingForbidden(t *testing.T) {
	t.Parallel()
	here, there := newHosts(t)
	s := hosted(t, here, there, "10.99.0.1")
	for _, n := range []*harness.Namespace{here, there} {
		n.Filter("wall", "output", "meta l4proto udp drop")
		s.Line("echo for''bidden")
		s.Expect("Last ")
		n.Unfilter("wall")
		s.ExpectLine("forbidden")
		s.Line("clear")
		s.Until("cleared screen", harness.Patience, func(screen harness.Screen) bool { return screen[0] == "$" && !screen.Has("forbidden") })
	}
	s.Line("exit")
	s.ExpectClean()
}

// TestStopped stops each side while the user types: the server until that is reported,
// the client until the server sends the keepalive of every three seconds.
func TestStopped(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(racing)
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours, Link: "rtt=10ms"})
	s.ExpectPrompt()
	signalAll(t, s.Server.Family, syscall.SIGSTOP)
	s.Line("echo server''stopped")
	s.Expect("Last contact")
	signalAll(t, s.Server.Family, syscall.SIGCONT)
	s.ExpectLine("serverstopped")
	s.ExpectNot("Last contact")
	signalAll(t, s.Client, syscall.SIGSTOP)
	s.Line("echo client''stopped")
	sent := sentDown(s)
	harness.Until(t, "a sign of the server's life", harness.Patience, func() bool { return sentDown(s) > sent }, nil)
	signalAll(t, s.Client, syscall.SIGCONT)
	s.ExpectLine("clientstopped")
	s.Line("exit")
	s.ExpectClean()
}

// TestServerOutlivesItsClient kills the client: the server ends when its user
// has said that it should.
func TestServerOutlivesItsClient(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(racing)
	server := ours
	server.Server = slices.Concat([]string{"env", "MOSH_SERVER_NETWORK_TMOUT=3"}, ours.Server)
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: server})
	s.ExpectPrompt()
	signalAll(t, s.Client, os.Kill)
	s.ExpectEnd(harness.Patience)
	if len(s.Server.Family.Processes()) == 0 {
		t.Error("the server went with its client")
	}
	s.Server.Family.ExpectNone(t, harness.Patience)
}

// TestTerminalLeft ends sessions whose terminal and program do not end
// together: the program closes the terminal and goes on, or goes and leaves
// the terminal to a job that no hang-up ends.
func TestTerminalLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		stays  bool // a process that chose to
	}{
		"closed":  {"echo up; exec <&- >&- 2>&-; exec sleep 1000", false},
		"ignored": {"echo up; trap '' HUP; sleep 1000 & exit 7", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ours := harness.Ours(racing)
			s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours, Command: []string{"sh", "-c", c.script}})
			s.ExpectEnd(harness.Patience)
			s.Client.ExpectNone(t, harness.Patience)
			harness.Until(t, "end of the server", harness.Patience, func() bool {
				left := s.Server.Family.Processes()
				return len(left) == 0 || c.stays && len(left) == 1 && left[0].Command[0] == "sleep"
			}, nil)
		})
	}
}

// TestNothingIsLeft opens and closes sessions: no process, no socket and no file
// stays, in the user's home or where temporary files are.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(plain)
	tmp := harness.TempDir(t)
	server := ours
	server.Server = slices.Concat([]string{"env", "TMPDIR=" + tmp, "XDG_RUNTIME_DIR=" + tmp}, ours.Server)
	for range 10 {
		s := harness.Start(t, harness.SessionOptions{Client: ours, Server: server, Command: []string{"sh", "-c", "echo here; read x"}})
		s.ExpectLine("here")
		s.Press("Enter")
		s.ExpectClean()
	}
	for _, file := range files(t, tmp) {
		if filepath.Base(file) != "lock" { // one for all sessions
			t.Errorf("%s is left", file)
		}
	}
}

// files are those below dir that are not directories.
func files(t *testing.T, dir string) (paths []string) {
	t.Helper()
	out, err := exec.Command("find", dir, "!", "-type", "d").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}
