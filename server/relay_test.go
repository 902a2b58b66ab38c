//go:build unix

package server

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/wire/control"

	"golang.org/x/sys/unix"
)

func TestSessionThroughAPipe(t *testing.T) {
	u := newHostUser(t).with("SSH_CONNECTION=192.0.2.7 5000 127.0.0.1 22")
	r := u.beginPiped("-@", "gm-name=work", "--", "cat")
	pid := r.sessionPid()
	if !r.Pipe || r.lines[len(r.lines)-2] != "GM PIPE" || r.Session != "work" || !slices.Contains(r.Extensions, "paths") {
		t.Errorf("announced %q", r.lines)
	}
	c := newPipedClient(t, r.Key, r)
	c.typeKeys("hello\r")
	c.see("hello\nhello")
	s := u.list()["work"]
	if s.ID != r.ID || s.State != control.Attached || s.Pid != pid || s.From != "192.0.2.7" || len(s.Clients) != 1 || s.Clients[0].From != "192.0.2.7" {
		t.Errorf("%+v, announced %s", s, r.ID)
	}
	c.wire.Shutdown(time.Now())
	c.waitFor("no end", c.wire.Closed)
	c.waitFor("the relay goes on", func() bool { return c.lost })
	r.gone()
	eventually(t, "the session goes on", func() bool { return !running(pid) })
}

// The end of a relay ends nothing else.
func TestEndOfTheRelay(t *testing.T) {
	for name, end := range map[string]func(*relayProcess){
		"end of input": func(r *relayProcess) { r.in.Close() },
		"hang-up":      func(r *relayProcess) { r.cmd.Process.Signal(syscall.SIGHUP) },
		"kill":         func(r *relayProcess) { r.cmd.Process.Kill() },
		"no frame":     func(r *relayProcess) { io.WriteString(r.in, "\x00\x00") },
	} {
		t.Run(name, func(t *testing.T) {
			u := newHostUser(t)
			r := u.beginPiped("--", "cat")
			pid := r.sessionPid()
			c := newPipedClient(t, r.Key, r)
			c.typeKeys("one\r")
			c.see("one\none")
			end(r)
			c.waitFor("the pipe is open", func() bool { return c.lost })
			r.gone()
			if !running(pid) {
				t.Fatal("the session has ended")
			}
			c.typeKeys("two\r") // on its way when there is no path
			c.turn(time.Now().Add(50 * time.Millisecond))
			c.use(u.relayTo(r.ID))
			c.see("two\ntwo")
			if got := strings.Count(c.text(), "two"); got != 2 {
				t.Errorf("the keys came twice:\n%s", c.text())
			}
		})
	}
}

// A session does not wait for a client that never reads its pipe.
func TestPipeThatIsNotRead(t *testing.T) {
	u := newHostUser(t)
	r := u.beginPiped("--", "cat")
	pid := r.sessionPid()
	c := newPipedClient(t, r.Key, &relayProcess{in: r.in, out: &lastReader{blocked{}}, datagrams: make(chan []byte)})
	c.typeKeys("x")
	c.turn(time.Now().Add(100 * time.Millisecond))
	s := &realServer{t: t, Announcement: u.run("attach", "-@", "gm=screen,sessions", r.Session).Announcement}
	other := s.connect(80, 24)
	other.typeKeys("hello\r")
	other.see("hello\nxhello")
	other.quit()
	eventually(t, "the session goes on", func() bool { return !running(pid) })
	r.cmd.Process.Kill()
}

type blocked struct{}

func (blocked) Read([]byte) (int, error) { select {} }

func TestAttachThroughAPipe(t *testing.T) {
	u := newHostUser(t)
	r := u.beginPiped("-@", "gm-name=work", "--", "cat")
	pid := r.sessionPid()
	c := newPipedClient(t, r.Key, r)
	c.typeKeys("one\r")
	c.see("one\none")
	for name, args := range map[string][]string{
		"attach": {"server", "attach", "-@", pathNames, "-@", "gm-role=share", "-@", "gm-pipe", "work"},
		"new":    {"new", "-@", pathNames, "-@", "gm-name=work", "-@", "gm-role=share", "-@", "gm-pipe"},
	} {
		t.Run(name, func(t *testing.T) {
			a := u.startRelay("MOSH CONNECT ", args...)
			if !a.Pipe || a.ID != r.ID || a.Key == r.Key {
				t.Errorf("announced %q", a.lines)
			}
			second := newPipedClient(t, a.Key, a)
			second.see("one\none")
			a.in.Close()
			a.gone()
		})
	}
	c.typeKeys("two\r")
	c.see("two\ntwo")
	syscall.Kill(pid, syscall.SIGTERM)
	c.waitFor("the relay goes on", func() bool { return c.lost })
	r.gone()
}

func TestAttachWithoutAPipe(t *testing.T) {
	u := newHostUser(t)
	r := u.beginPiped("-@", "gm-name=work", "--", "cat")
	r.sessionPid()
	for name, args := range map[string][]string{
		"not asked for":     {"-@", pathNames, "work"},
		"without extension": {"-@", "gm=screen,sessions", "-@", "gm-pipe", "work"},
	} {
		t.Run(name, func(t *testing.T) {
			if a := u.run(append([]string{"attach"}, args...)...); a.Pipe || a.Port == 0 {
				t.Errorf("announced %q", a.text)
			}
		})
	}
}

func TestNoPipeIsAnnounced(t *testing.T) {
	for name, args := range map[string][]string{
		"not asked for":     {"-@", pathNames},
		"without extension": {"-@", "gm=screen,sessions", "-@", "gm-pipe"},
		"stock":             {},
	} {
		t.Run(name, func(t *testing.T) {
			u := newHostUser(t)
			s := u.beginStock(append(args, "--", "cat")...) // it ends, although its input does not
			if s.Pipe || name != "not asked for" && strings.Contains(s.stdout, "GM ID") {
				t.Errorf("announced %q", s.stdout)
			}
		})
	}
}

// A relay needs no key, and a session accepts none.
func TestRelayHasNoKey(t *testing.T) {
	u := newHostUser(t)
	r := u.beginPiped("--", "cat")
	r.sessionPid()
	relay := u.relayTo(r.ID)
	if relay.Port != 0 || !relay.Pipe || strings.Contains(strings.Join(relay.lines, " "), r.Key.String()) {
		t.Errorf("printed %q", relay.lines)
	}
}

func TestRelayRefused(t *testing.T) {
	u := newHostUser(t)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no session": {[]string{"relay", "17-01234567-89abcdef"}, `session "17-01234567-89abcdef": there is no such session`},
		"no ID":      {[]string{"relay"}, "relay needs the ID of one session"},
		"two":        {[]string{"relay", "a", "b"}, "relay needs the ID of one session"},
	} {
		t.Run(name, func(t *testing.T) {
			a := u.run(test.args...)
			if a.status != 1 || len(a.errors) != 1 || a.errors[0] != test.want || a.Pipe {
				t.Errorf("status %d, %q", a.status, a.text)
			}
		})
	}
}

// A session of an older version does not know the verb, and opens no pipe for a client that
// enters it.
func TestPipeOfAnOlderSession(t *testing.T) {
	older := func(request control.Request) control.Response {
		switch request.Verb {
		case control.VerbStatus:
			return statusOf("work")(request)
		case control.VerbAttach:
			return control.Response{Seat: &control.Seat{Port: 1}, Status: statusOf("work")(request).Status}
		}
		return control.UnknownVerb(request.Verb)
	}
	for verb, want := range map[string]string{
		"relay":  "GM ERROR session \"work\": the session's server does not know \"relay\" (version 1 of the local protocol)\nGM HINT the session was begun by another version of gm\n",
		"attach": "MOSH CONNECT 1 AAAAAAAAAAAAAAAAAAAAAA\n",
	} {
		t.Run(verb, func(t *testing.T) {
			r := testRegistry(t)
			listenAs(t, r, "work", older)
			v, stdout, _ := newVerb(t, r, verb, "-@", pathNames, "-@", "gm-pipe", "work")
			if v.run(t.Context()); stdout.String() != want || v.session != nil {
				t.Errorf("%q", stdout)
			}
		})
	}
}

// An answer without a pipe is an error.
func TestRelayWithoutAPipe(t *testing.T) {
	r := testRegistry(t)
	listenAs(t, r, "work", statusOf("work"))
	v, stdout, _ := newVerb(t, r, "relay", "work")
	if status := v.run(t.Context()); status != 1 || stdout.String() != "GM ERROR session \"work\": the session has opened no pipe\n" {
		t.Errorf("status %d, %q", status, stdout)
	}
}

// The relay of a session that is killed ends.
func TestSessionIsKilledBeforeItsRelay(t *testing.T) {
	r := newHostUser(t).beginPiped("--", "cat")
	syscall.Kill(r.sessionPid(), syscall.SIGKILL)
	if rest, err := io.ReadAll(r.out); len(rest) != 0 || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
	r.gone()
}

// The process group of the relay is that of the SSH login, the session's is its own.
func TestRelayStaysInItsProcessGroup(t *testing.T) {
	r := newHostUser(t).beginPiped("--", "cat")
	relay, err := unix.Getpgid(r.cmd.Process.Pid)
	session, err2 := unix.Getpgid(r.sessionPid())
	own, err3 := unix.Getpgid(0)
	if err := errors.Join(err, err2, err3); relay != own || session != r.sessionPid() || err != nil {
		t.Errorf("groups %d and %d, %v", relay, session, err)
	}
}

// relay passes on bytes of any kind, and those before an end.
func TestRelayPassesBytesOn(t *testing.T) {
	session, file, err := relaySockets()
	if err != nil {
		t.Fatal(err)
	}
	other, err := asUnixConn(file)
	if err != nil {
		t.Fatal(err)
	}
	inRead, inWrite := net.Pipe()
	outRead, outWrite := net.Pipe()
	ended := make(chan struct{})
	go func() {
		relay(inRead, outWrite, session)
		outWrite.Close()
		close(ended)
	}()
	up := make([]byte, 3*relayBuffer)
	for i := range up {
		up[i] = byte(i * 31)
	}
	go inWrite.Write(up)
	got := make([]byte, len(up))
	if _, err := io.ReadFull(other, got); err != nil || string(got) != string(up) {
		t.Errorf("up: %v", err)
	}
	go func() {
		other.Write(up)
		other.Close()
	}()
	if got, err := io.ReadAll(outRead); err != nil || string(got) != string(up) {
		t.Errorf("down: %d bytes of %d, %v", len(got), len(up), err)
	}
	<-ended
}

func TestUnixConnRefusesFiles(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if conn, err := asUnixConn(f); err == nil {
		t.Errorf("%v", conn)
	}
}

// GM_SERVER_HANDOVER without the descriptors of a first process is an error.
func TestHandoverWithoutDescriptors(t *testing.T) {
	for _, kind := range []string{"1", "2r"} {
		t.Run(kind, func(t *testing.T) {
			cmd := exec.Command(serverBinary, "new")
			cmd.Env = append(newHostUser(t).environ, handoverVariable+"="+kind)
			if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("%v", err)
			}
		})
	}
}
