//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// commandSession opens a session on a host that echoes at its port 7007.
func commandSession(t *testing.T, c sshboottest.Config, args ...string) (*site, *harness.Terminal) {
	t.Helper()
	s := newSite(t, c)
	serveEcho(t, s.there.Listen("127.0.0.1:7007"))
	x := s.shell(racing, nil, append(append([]string{"--server=" + racing + " server", "--predict=always"}, args...), "root@10.99.0.1")...)
	x.ExpectLine("$")
	return s, x
}

// leaveCommandSession expects that the shell received no key of the command line.
func (s *site) leaveCommandSession(x *harness.Terminal) {
	s.t.Helper()
	x.Line("echo un''touched")
	for _, line := range x.ExpectLine("untouched") {
		if strings.Contains(line, "8001") || strings.Contains(line, "not found") {
			s.t.Errorf("the shell shows %q", line)
		}
	}
	x.Line("exit")
	s.expectClean(x)
}

// TestCommandLine forwards a port in a session, uses it, lists it and cancels it.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	s, x := commandSession(t, sshboottest.Config{})
	x.Type("\x1eC")
	x.Expect("gm>")
	x.Type("-L 8001:127.0.0.1:7007")
	x.Expect("gm> -L 8001:127.0.0.1:7007")
	x.Resize(20, 10) // shows the end of the line
	x.ExpectLine("gm> :127.0.0.1:7007")
	x.Resize(80, 24)
	x.ExpectLine("gm> -L 8001:127.0.0.1:7007")
	x.Type("\r")
	x.Expect("gm: Forwarding port.")
	conn, err := dialIn(s.here, "tcp", "127.0.0.1:8001")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	data := randomBytes(1000)
	conn.Write(data)
	if got := make([]byte, len(data)); true {
		if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes did not come back: %v", len(data), err)
		}
	}
	x.Type("\x1e#")
	x.Expect("Any key closes this.")
	x.Expect("local 8001 [127.0.0.1]:7007 listening read 1000, written 1000")
	x.Type("q")
	x.ExpectNot("Any key closes this.")
	x.Type("\x1eC-KL 8001\r")
	x.Expect("gm: Canceled forwarding.")
	if listens(s.here, "tcp", "127.0.0.1:8001")() {
		t.Error("the port is still forwarded")
	}
	expectEcho(t, conn, 1000) // open connections stay
	s.leaveCommandSession(x)
}

// TestCommandLinePaste pastes two lines, which are neither run nor received by the shell.
func TestCommandLinePaste(t *testing.T) {
	t.Parallel()
	s, x := commandSession(t, sshboottest.Config{})
	x.Type("\x1eC")
	x.Expect("gm>")
	x.Paste("-L 8001:127.0.0.1:7007\necho 8001\n")
	x.ExpectLine("gm> -L 8001:127.0.0.1:7007 echo 8001")
	x.Type("\r")
	x.Expect("gm: Bad local forwarding specification.")
	x.Type("\x1eC-L 8001:127.0.0.1:7007")
	x.Expect("7007")
	x.Type("\x1b")
	x.ExpectNot("gm>")
	if listens(s.here, "tcp", "127.0.0.1:8001")() {
		t.Error("a line that was not entered has run")
	}
	s.leaveCommandSession(x)
}

// TestCommandLineHelp shows the commands in a panel.
func TestCommandLineHelp(t *testing.T) {
	t.Parallel()
	s, x := commandSession(t, sshboottest.Config{})
	x.Line("\x1eC-h")
	x.Expect("Cancel dynamic forward")
	x.Type("q")
	x.ExpectNot("Cancel dynamic forward")
	s.leaveCommandSession(x)
}

// TestCommandLineRemote has a port that the host does not have, and one that it has.
func TestCommandLineRemote(t *testing.T) {
	t.Parallel()
	s, x := commandSession(t, sshboottest.Config{})
	serveEcho(t, s.here.Listen("127.0.0.1:7008"))
	x.Line("\x1eC-R 127.0.0.1:7007:127.0.0.1:7008")
	x.Expect("gm: Warning: remote port forwarding failed for listen port 7007")
	x.Line("\x1eC-R 8003:127.0.0.1:7008")
	x.Expect("gm: Forwarding port.")
	harness.Until(t, "the port", harness.Patience, listens(s.there, "tcp", "127.0.0.1:8003"), nil)
	conn, err := dialIn(s.there, "tcp", "127.0.0.1:8003")
	if err != nil {
		t.Fatal(err)
	}
	expectEcho(t, conn, 1000)
	s.leaveCommandSession(x)
}

// TestCommandLineOff has ssh_config forbid it.
func TestCommandLineOff(t *testing.T) {
	t.Parallel()
	s, x := commandSession(t, sshboottest.Config{}, "--ssh-option=EnableEscapeCommandline=no")
	x.Type("\x1eC")
	x.Expect("gm: commandline disabled")
	s.leaveCommandSession(x)
}

// TestCommandLinePolicy has sshd forbid forwards of a kind that the login asked for.
func TestCommandLinePolicy(t *testing.T) {
	t.Parallel()
	s, x := commandSession(t, sshboottest.Config{Options: []string{"AllowTcpForwarding remote"}}, "-L", "8002:127.0.0.1:7007")
	x.Line("\x1eC-L 8001:127.0.0.1:7007")
	x.Expect("administratively prohibited: open failed")
	x.Expect("Port forwarding failed.")
	x.Type("q")
	x.ExpectNot("Port forwarding failed.")
	x.Line("\x1eC-D 8001")
	x.Expect("Port forwarding failed.")
	x.Type("q")
	x.ExpectNot("Port forwarding failed.")
	s.leaveCommandSession(x)
}

// TestForwardingWithMoshServer refuses to forward alone. mosh-server waits a minute for a client
// then.
func TestForwardingWithMoshServer(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	x := s.gm(racing, nil, "--server=mosh-server", "-N", "-L", "8001:127.0.0.1:7007", "root@10.99.0.1")
	x.Expect("the host runs no server that can forward ports")
	if status := x.ExpectEnd(harness.Patience); status != 255 {
		t.Errorf("the status is %d", status)
	}
	s.sessions.ExpectNone(t, 2*harness.Patience)
}

// TestProgramNotStarted runs a program without a terminal that does not exist.
func TestProgramNotStarted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Line(racing + " --local -T no-such-program; echo st''atus $?")
	d.ExpectLine("status 127")
	d.Expect("start the program on the host: ")
}
