//go:build unix

package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/sshboot"
	"gm/sshboot/sshboottest"
	"gm/wire/control"
)

// statusLines returns the lines of a server's reply with sessions of these names, attached
// if they end in "+".
func statusLines(names ...string) string {
	var b []byte
	for i, name := range names {
		s := control.Status{Name: strings.TrimSuffix(name, "+"), ID: fmt.Sprint(i), Pid: 1, State: control.Detached, Since: time.Now().Add(-3 * time.Hour)}
		if s.Name != name {
			s.State, s.Clients = control.Attached, []control.Client{{By: "a@b", Cols: 80, Rows: 24}}
		}
		b = s.AppendLine(b)
	}
	return string(b)
}

// fakeServer returns the command of a server on this machine that answers each verb with
// the text of its name, and a file with the arguments of the calls, one line each.
func fakeServer(t *testing.T, status int, replies map[string]string) (command, calls string) {
	t.Helper()
	dir := t.TempDir()
	calls = filepath.Join(dir, "calls")
	for verb, text := range replies {
		sshboottest.WriteFile(t, filepath.Join(dir, verb), text, 0o600)
	}
	script := filepath.Join(dir, "server")
	sshboottest.WriteFile(t, script, fmt.Sprintf("#!/bin/sh\necho \"$*\" >>%s\ncat %s/$1\nexit %d\n", calls, dir, status), 0o700)
	return script, calls
}

func newHome(t *testing.T) {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	for _, name := range []string{"XDG_STATE_HOME", "GM_SOCKET", "GM_SESSION", "SSH_AUTH_SOCK", "SSH_ASKPASS"} {
		t.Setenv(name, "")
	}
}

func mustRead(t *testing.T, args ...string) options {
	t.Helper()
	o, err := readOptions(programGM, args)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestListThisMachine(t *testing.T) {
	newHome(t)
	server, calls := fakeServer(t, 0, map[string]string{"ls": "noise\n" + statusLines("work", "2+")})
	if err := notes().Enter("far", "old", time.Now()); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string][]string{
		"ls":         {"NAME", "work", "detached  3 h", "attached", "On other hosts", "far   old"},
		"ls --json":  {`"name": "work"`, `"state": "noted"`},
		"ls --local": {"work"},
		"ls --names": {"2\nwork\n"},
	} {
		t.Run(args, func(t *testing.T) {
			var b strings.Builder
			status, err := list(&b, mustRead(t, append(strings.Fields(args), "--server="+server)...))
			if err != nil || status != exitOK {
				t.Fatalf("status %d, %v", status, err)
			}
			for _, part := range want {
				if !strings.Contains(b.String(), part) {
					t.Errorf("no %q in\n%s", part, b.String())
				}
			}
			if strings.Contains(args, "local") && strings.Contains(b.String(), "far") {
				t.Errorf("another host in\n%s", b.String())
			}
		})
	}
	if text := sshboottest.ReadFile(t, calls); !strings.HasPrefix(text, "ls -@ gm-verb=ls\n") {
		t.Errorf("called with %q", text)
	}
}

func TestListReportsAFailure(t *testing.T) {
	newHome(t)
	server, _ := fakeServer(t, 1, map[string]string{"ls": "GM ERROR no directory\nGM HINT make one\n"})
	var b strings.Builder
	status, err := list(&b, mustRead(t, "ls", "--json", "--server="+server))
	var objects []map[string]any
	if err != nil || status != exitFailed || json.Unmarshal([]byte(b.String()), &objects) != nil || objects[0]["error"] != "no directory" || objects[0]["hint"] != "make one" {
		t.Errorf("status %d, %v: %s", status, err, b.String())
	}
}

func TestListOfAnUnfitServer(t *testing.T) {
	newHome(t)
	for name, c := range map[string]struct {
		status int
		text   string
	}{"fails": {3, "usage\n"}, "has a status that cannot be read": {0, "GM STATUS !!!\n"}, "begins a session": {0, connectLine + "\n"}} {
		t.Run(name, func(t *testing.T) {
			server, _ := fakeServer(t, c.status, map[string]string{"ls": c.text})
			if status, err := list(io.Discard, mustRead(t, "ls", "--local", "--server="+server)); status != exitFailed || err != nil {
				t.Errorf("status %d, %v", status, err)
			}
		})
	}
}

func TestKillReportsEachSession(t *testing.T) {
	newHome(t)
	server, calls := fakeServer(t, 1, map[string]string{"kill": "GM DONE a\nGM ERROR no b\nGM DONE c\n"})
	var b strings.Builder
	status, err := change(&b, mustRead(t, "kill", "--local", "a", "b", "c", "--server="+server))
	if err != nil || status != exitFailed || b.String() != "ended a\nended c\n" {
		t.Errorf("status %d, %v: %q", status, err, b.String())
	}
	if text := sshboottest.ReadFile(t, calls); !strings.HasSuffix(text, " -- a b c\n") {
		t.Errorf("called with %q", text)
	}
}

func TestDetachFindsTheSession(t *testing.T) {
	for name, c := range map[string]struct {
		list    string
		session string // in which gm runs
		args    []string
		want    string // the end of the call, or of the error
	}{
		"the named one":        {statusLines("a+", "b+"), "", []string{"--local", "b"}, " -- b\n"},
		"the only with client": {statusLines("a", "b+"), "", []string{"--local"}, " -- b\n"},
		"the one around":       {statusLines("a+", "b+"), "b", nil, " -- b\n"},
		"none with a client":   {statusLines("a"), "", []string{"--local"}, "no session here has a client"},
		"several":              {statusLines("a+", "b+"), "", []string{"--local"}, "several sessions have clients; here: a (attached, 3 h), b (attached, 3 h)"},
		"outside":              {"", "", nil, "no host given"},
	} {
		t.Run(name, func(t *testing.T) {
			newHome(t)
			if c.session != "" {
				t.Setenv("GM_SESSION", c.session)
				t.Setenv("GM_SOCKET", "/x/1-2-3")
			}
			server, calls := fakeServer(t, 0, map[string]string{"ls": c.list, "detach": "GM DONE b\n"})
			_, err := change(io.Discard, mustRead(t, append([]string{"detach", "--server=" + server}, c.args...)...))
			text, _ := os.ReadFile(calls)
			if err != nil {
				text = []byte(err.Error())
			}
			if !strings.HasSuffix(string(text), c.want) {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

// Without a terminal the user is not asked, and the error lists the sessions.
func TestAttachWithoutATerminal(t *testing.T) {
	newHome(t)
	server, _ := fakeServer(t, 0, map[string]string{"ls": statusLines("a", "b+")})
	o := mustRead(t, "attach", "--local", "--server="+server)
	err := o.withSessions(errors.New("no terminal"))
	if err == nil || err.Error() != "no terminal; here: a (detached, 3 h), b (attached, 3 h)" {
		t.Errorf("error %v", err)
	}
	o.name = "a"
	if err := o.withSessions(io.EOF); err != io.EOF {
		t.Errorf("with a name: %v", err)
	}
}

func TestAttachHereRefused(t *testing.T) {
	newHome(t)
	server, _ := fakeServer(t, 1, map[string]string{"attach": statusLines("a", "b") + "GM ERROR several sessions\nGM HINT name one\n"})
	o := mustRead(t, "attach", "--local", "--server="+server)
	_, err := launch(t.Context(), o, lookupIn(nil))
	if err == nil || !strings.HasPrefix(err.Error(), "several sessions; here: a (detached, 3 h), b (detached, 3 h)") {
		t.Errorf("error %v", err)
	}
	o.name = "a"
	_, err = launch(t.Context(), o, lookupIn(nil))
	if _, ok := errors.AsType[*sshboot.RefusedError](err); !ok || hintOf(err) != "name one" {
		t.Errorf("with a name: %v", err)
	}
}

func TestNotesFollowTheList(t *testing.T) {
	newHome(t)
	noteEntered("", "work")
	noteEntered("box", "")
	for _, name := range []string{"gone", "work"} {
		noteEntered("box", name)
	}
	o := options{destination: "box"}
	names := func() (names []string) {
		for _, n := range notes().Notes() {
			names = append(names, n.Name)
		}
		slices.Sort(names)
		return names
	}
	o.noteListed([]control.Status{{Name: "work", State: control.Detached}, {State: control.NoAnswer}})
	if got := names(); !slices.Equal(got, []string{"gone", "work"}) {
		t.Errorf("with a session that does not answer: %q", got)
	}
	o.noteListed([]control.Status{{Name: "work", State: control.Detached}, {Name: "other", State: control.Detached}})
	if got := names(); !slices.Equal(got, []string{"work"}) {
		t.Errorf("got %q", got)
	}
	o.noteEnded("work")
	if got := names(); got != nil {
		t.Errorf("got %q", got)
	}
}

// sshHost returns a host on this machine that answers gm ls with reply, once release is
// closed, and the options of gm that log in to it.
func sshHost(t *testing.T, release <-chan struct{}, arrived chan<- struct{}, reply string) (destination string, s *sshboottest.GoServer) {
	t.Helper()
	s = sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Status = new(uint32)
	s.Run = func(marker string, channel io.ReadWriter) {
		arrived <- struct{}{}
		<-release
		fmt.Fprintf(channel, "%s run\n%s", marker, reply)
	}
	return fmt.Sprintf("joe@127.0.0.1:%d", s.Port), s
}

// Hosts are listed at the same time: none answers before all were asked.
func TestListHostsAtTheSameTime(t *testing.T) {
	newHome(t)
	const n = 3
	release, arrived := make(chan struct{}), make(chan struct{}, n)
	args := []string{"ls", "--server=x", "-F", "none"}
	var knownHosts strings.Builder
	for i := range n {
		host, s := sshHost(t, release, arrived, statusLines(fmt.Sprint("session", i)))
		args = append(args, host)
		fmt.Fprintf(&knownHosts, "[127.0.0.1]:%d %s", s.Port, ssh.MarshalAuthorizedKey(s.Key.PublicKey()))
	}
	file := filepath.Join(t.TempDir(), "known_hosts")
	sshboottest.WriteFile(t, file, knownHosts.String(), 0o600)
	args = append(args, "--ssh-option=UserKnownHostsFile="+file)
	go func() {
		for range n {
			<-arrived
		}
		close(release)
	}()
	var b strings.Builder
	if status, err := list(&b, mustRead(t, args...)); err != nil || status != exitOK {
		t.Fatalf("status %d, %v", status, err)
	}
	for i := range n {
		if want := fmt.Sprintf("%s  session%d", args[4+i], i); !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// A host whose key is unknown cannot be asked about without a terminal. Its error names
// it, and the others are listed.
func TestListHostsReportsEachError(t *testing.T) {
	newHome(t)
	release, arrived := make(chan struct{}), make(chan struct{}, 2)
	close(release)
	host, s := sshHost(t, release, arrived, statusLines("work"))
	unknown, _ := sshHost(t, release, arrived, statusLines("hidden"))
	file := filepath.Join(t.TempDir(), "known_hosts")
	sshboottest.WriteFile(t, file, fmt.Sprintf("[127.0.0.1]:%d %s", s.Port, ssh.MarshalAuthorizedKey(s.Key.PublicKey())), 0o600)
	var b strings.Builder
	status, err := list(&b, mustRead(t, "ls", "--json", "--server=x", "-F", "none", "--ssh-option=UserKnownHostsFile="+file, host, unknown))
	var objects []map[string]any
	if err != nil || status != exitFailed || json.Unmarshal([]byte(b.String()), &objects) != nil || len(objects) != 2 {
		t.Fatalf("status %d, %v: %s", status, err, b.String())
	}
	if objects[0]["name"] != "work" || objects[1]["host"] != unknown || !strings.Contains(fmt.Sprint(objects[1]["error"]), "is not known") {
		t.Errorf("got %s", b.String())
	}
}

// Names for completions come from the notes: nothing is dialed.
func TestNamesOfAHost(t *testing.T) {
	newHome(t)
	for _, host := range []string{"box", "other"} {
		for _, name := range []string{"work", "1"} {
			noteEntered(host, name+host)
		}
	}
	var b strings.Builder
	ran := filepath.Join(t.TempDir(), "ran")
	status, err := list(&b, mustRead(t, "ls", "--names", "-F", "none", "--ssh-option=ProxyCommand=touch "+ran, "box"))
	if _, statErr := os.Stat(ran); statErr == nil {
		t.Error("the host was dialed")
	}
	if err != nil || status != exitOK || b.String() != "1box\nworkbox\n" {
		t.Errorf("status %d, %v: %q", status, err, b.String())
	}
}

func TestNotesFollowTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		begun bool
		end   sessionResult
		stays bool
	}{
		"ended":                    {false, sessionResult{reason: endClean}, false},
		"detached":                 {true, sessionResult{reason: endClean, detached: true}, true},
		"the server was lost":      {true, sessionResult{reason: endUnclean}, true},
		"UDP is blocked":           {true, sessionResult{reason: endNeverConnected}, false},
		"UDP is blocked, entering": {false, sessionResult{reason: endNeverConnected}, true},
	} {
		t.Run(name, func(t *testing.T) {
			newHome(t)
			noteEntered("box", "1")
			noteLeft(&settings{host: "box", sessionName: "1", begun: c.begun}, &c.end)
			if got := len(notes().Notes()) == 1; got != c.stays {
				t.Errorf("the note is there: %v", got)
			}
		})
	}
}

type listing []string

func (l listing) Close() error { return nil }

func (l listing) Query(context.Context, sshboot.Verb, []string) (reply sshboot.Reply, err error) {
	for line := range strings.Lines(statusLines(l...)) {
		reply.ParseLine(strings.TrimSpace(line))
	}
	return reply, nil
}

// A session that cannot be entered may have ended: the host is asked, and the notes follow.
func TestNotesFollowARefusal(t *testing.T) {
	refused := &sshboot.RefusedError{Host: "box", Reply: sshboot.Reply{Errors: []*hint.Error{{Err: errors.New("no such session")}}}}
	for name, c := range map[string]struct {
		err  error
		want int
	}{"refused": {refused, 1}, "empty": {sshboot.ErrNoSessions, 0}, "not reached": {io.EOF, 2}, "entered": {nil, 2}} {
		t.Run(name, func(t *testing.T) {
			newHome(t)
			noteEntered("box", "gone")
			noteEntered("box", "work")
			o := mustRead(t, "attach", "box", "gone")
			o.noteRefused(t.Context(), listing{"work", "other"}, c.err)
			if got := notes().Notes(); len(got) != c.want {
				t.Errorf("notes %v", got)
			}
		})
	}
}
