//go:build unix

package server

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/control"
	"gm/wire/state"
)

// hostUser is a user of the server on this host, with a home and a runtime directory.
type hostUser struct {
	t       testing.TB
	environ []string
}

func newHostUser(t testing.TB) *hostUser {
	t.Helper()
	return &hostUser{t, serverCommand(t).Env}
}

// with returns the user with further variables.
func (u *hostUser) with(variables ...string) *hostUser {
	return &hostUser{u.t, append(slices.Clone(u.environ), variables...)}
}

// begin begins a session that is asked for by a client with the extension sessions, or
// enters one.
func (u *hostUser) begin(args ...string) *realServer {
	u.t.Helper()
	s := u.beginStock(append([]string{"-@", "gm=screen,exit,sessions"}, args...)...)
	if s.Session == "" {
		u.t.Fatalf("no session in %q", s.stdout)
	}
	return s
}

// beginStock begins a session as mosh's client asks for it.
func (u *hostUser) beginStock(args ...string) *realServer {
	u.t.Helper()
	cmd := exec.Command(serverBinary, append([]string{"new", "-i", "127.0.0.1", "-p", "0"}, args...)...)
	cmd.Env = u.environ
	return startCommand(u.t, cmd)
}

// answer is the output of a verb.
type answer struct {
	text     string
	sessions []control.Status
	errors   []string
	hints    []string
	done     []string
	status   int
	wire.Announcement
}

// run runs "gm server args".
func (u *hostUser) run(args ...string) (a answer) {
	u.t.Helper()
	cmd := exec.Command(serverBinary, append([]string{"server"}, args...)...)
	cmd.Env = u.environ
	out, _ := cmd.Output()
	a.text, a.status = string(out), cmd.ProcessState.ExitCode()
	for line := range strings.Lines(a.text) {
		line = strings.TrimSuffix(line, "\n")
		if s, ok, err := control.ParseLine(line); err != nil {
			u.t.Error(err)
		} else if ok {
			a.sessions = append(a.sessions, s)
		}
		for prefix, list := range map[string]*[]string{"GM ERROR ": &a.errors, "GM HINT ": &a.hints, "GM DONE ": &a.done} {
			if text, ok := strings.CutPrefix(line, prefix); ok {
				*list = append(*list, text)
			}
		}
		a.ParseLine(line)
	}
	return a
}

// list returns the sessions by their names.
func (u *hostUser) list() map[string]control.Status {
	u.t.Helper()
	a := u.run("ls")
	if a.status != 0 || len(a.errors) > 0 {
		u.t.Fatalf("ls: status %d, output %q", a.status, a.text)
	}
	sessions := map[string]control.Status{}
	for _, s := range a.sessions {
		sessions[s.Name] = s
	}
	return sessions
}

// attach enters a session and connects a client.
func (u *hostUser) attach(args ...string) *realClient {
	u.t.Helper()
	a := u.run(append([]string{"attach", "-@", "gm=screen,exit,sessions"}, args...)...)
	if a.status != 0 || a.Port == 0 {
		u.t.Fatalf("attach %q: status %d, output %q", args, a.status, a.text)
	}
	s := &realServer{t: u.t, Announcement: a.Announcement}
	return s.connect(80, 24)
}

func (c *realClient) detachment() state.Detachment {
	screen, _ := c.wire.Remote()
	return screen.Detachment
}

// seeWith waits until text is on the screen, and serves the other client meanwhile.
func (c *realClient) seeWith(other *realClient, text string) {
	c.t.Helper()
	c.waitFor(fmt.Sprintf("%q does not come", text), func() bool {
		other.turn(time.Now().Add(5 * time.Millisecond))
		return strings.Contains(c.text(), text)
	})
}

func TestSessionsAreListed(t *testing.T) {
	u := newHostUser(t)
	if sessions := u.list(); len(sessions) != 0 {
		t.Fatalf("listed %v before the first", sessions)
	}
	work := u.begin("-@", "gm-name=work", "-@", "gm-by=alice@desk", "--", "cat")
	c := work.connect(70, 20)
	c.typeKeys("x\r")
	c.see("x\nx")
	first, second := u.begin("--", "cat"), u.begin("--", "sh", "-c", "sleep 1000")
	if first.Session != "1" || second.Session != "2" || work.Session != "work" {
		t.Errorf("the names are %q, %q and %q", first.Session, second.Session, work.Session)
	}
	sessions := u.list()
	s := sessions["work"]
	if len(sessions) != 3 || s.State != control.Attached || s.Pid != work.pid || s.Program != "cat" || s.Cols != 70 || s.Rows != 20 || s.Version == "" {
		t.Errorf("%d sessions, work is %+v", len(sessions), s)
	}
	if len(s.Clients) != 1 || s.Clients[0].By != "alice@desk" || s.Clients[0].From != "127.0.0.1" {
		t.Errorf("its clients are %+v", s.Clients)
	}
	if s := sessions["2"]; s.State != control.Detached || s.Program != "sh" || s.From != "" {
		t.Errorf("a session before its first client is %+v", s)
	}
	c.quit()
	work.gone()
	if _, there := u.list()["work"]; there {
		t.Error("a session that has ended is listed")
	}
	if third := u.begin("--", "cat"); third.Session != "3" {
		t.Errorf("the next number is %q", third.Session)
	}
}

// A session that was killed leaves its socket, which the next list removes.
func TestKilledServerIsSwept(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("--", "cat")
	if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.gone()
	if sessions := u.list(); len(sessions) != 0 {
		t.Errorf("listed %v", sessions)
	}
	if files, err := filepath.Glob(filepath.Join(s.sockets, "gm/sessions/*-*")); err != nil || len(files) > 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

// Processes that begin a session of the same name at once end up in one.
func TestSessionOfOneName(t *testing.T) {
	u := newHostUser(t)
	const n = 8
	var all sync.WaitGroup
	keys := make(chan string, n)
	for range n {
		all.Go(func() {
			a := u.run("new", "-i", "127.0.0.1", "-p", "0", "-@", "gm=sessions", "-@", "gm-name=work", "--", "cat")
			if a.status != 0 || a.Session != "work" {
				t.Errorf("status %d, output %q", a.status, a.text)
			}
			keys <- a.Key.String()
		})
	}
	all.Wait()
	close(keys)
	seen := map[string]bool{}
	for k := range keys {
		seen[k] = true
	}
	sessions := u.run("ls").sessions
	if len(seen) != n || len(sessions) != 1 {
		t.Errorf("%d different keys of %d, %d sessions", len(seen), n, len(sessions))
	}
	u.run("kill", "work")
}

// A client that enters a session gets its screen, and the former one the reason.
func TestAttachTakesOver(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("-@", "gm-name=work", "--", "cat")
	former := s.connect(80, 24)
	former.typeKeys("before\r")
	former.see("before\nbefore")
	c := u.attach("-@", "gm-by=bob@laptop", "work")
	c.seeWith(former, "before\nbefore")
	former.end()
	if d := former.detachment(); d.Reason != state.DetachedTakenOver || d.By != "bob@laptop" || d.From != "127.0.0.1" {
		t.Errorf("the former client got %+v", d)
	}
	c.typeKeys("after\r")
	c.see("after\nafter")
	a := u.run("new", "-@", "gm=screen,exit,sessions", "-@", "gm-name=work") // as a client that begins it
	again := (&realServer{t: t, Announcement: a.Announcement}).connect(80, 24)
	again.seeWith(c, "after\nafter")
	c.end()
	again.quit()
	s.gone()
}

func TestAttachShares(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("-@", "gm-name=work", "--", "cat")
	first := s.connect(80, 24)
	first.see("")
	first.typeKeys("one\r")
	first.see("one\none")
	second, reader := u.attach("-@", "gm-role=share", "work"), u.attach("-@", "gm-role=read-only", "work")
	reader.typeKeys("nothing\r")
	second.typeKeys("two\r")
	for _, c := range []*realClient{first, second, reader} {
		c.waitFor("not all clients have the screen", func() bool {
			for _, other := range []*realClient{first, second, reader} {
				other.turn(time.Now().Add(5 * time.Millisecond))
			}
			return strings.Contains(c.text(), "two\ntwo")
		})
		if strings.Contains(c.text(), "nothing") {
			t.Errorf("the keys of a reader have an effect:\n%s", c.text())
		}
	}
	if clients := u.list()["work"].Clients; len(clients) != 3 || clients[1].Role != control.Share || clients[2].Role != control.ReadOnly {
		t.Errorf("the clients are %+v", clients)
	}
}

// Without a name the only session without a client is entered.
func TestAttachWithoutName(t *testing.T) {
	u := newHostUser(t)
	if a := u.run("attach"); a.status != 1 || !slices.Equal(a.errors, []string{"there is no session"}) || len(a.sessions) > 0 {
		t.Errorf("without sessions: status %d, %q", a.status, a.text)
	}
	one := u.begin("-@", "gm-name=one", "--", "cat")
	c := one.connect(80, 24)
	c.typeKeys("x\r")
	c.see("x\nx")
	if a := u.run("attach"); a.status != 1 || len(a.sessions) != 1 || a.errors[0] != "no session is without a client" || a.hints[0] != "name the one to enter: one" {
		t.Errorf("without a free one: status %d, %q", a.status, a.text)
	}
	if a := u.run("detach", "one"); a.status != 0 || !slices.Equal(a.done, []string{"one"}) {
		t.Errorf("detach: status %d, %q", a.status, a.text)
	}
	c.end()
	c = u.attach()
	c.see("x\nx")
	u.run("detach", "one")
	c.end()
	two := u.begin("-@", "gm-name=two", "--", "cat").connect(80, 24)
	two.typeKeys("y\r")
	two.see("y\ny")
	u.run("detach", "two")
	two.end()
	if a := u.run("attach"); a.status != 1 || len(a.sessions) != 2 || a.errors[0] != "2 sessions are without a client" || a.hints[0] != "name the one to enter: one, two" {
		t.Errorf("with two: status %d, %q", a.status, a.text)
	}
	u.run("kill", "one", "two")
}

// kill returns when the server of the session has ended.
func TestKill(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("-@", "gm-name=work", "--", "sh", "-c", "trap '' HUP; while kill -0 $PPID; do sleep 1; done 2>/dev/null")
	c := s.connect(80, 24)
	c.waitFor("no screen", func() bool { return c.wire.Heard() != time.Time{} })
	killed := make(chan answer, 1)
	go func() { killed <- u.run("kill", "-@", "gm-by=bob@laptop", "work", "nope") }()
	c.end()
	a := <-killed
	if a.status != 1 || !slices.Equal(a.done, []string{"work"}) || !slices.Equal(a.errors, []string{`session "nope": there is no such session`}) {
		t.Errorf("status %d, %q", a.status, a.text)
	}
	if screen, _ := c.wire.Remote(); !strings.Contains(screen.ExitStatus.Stopped, "killed by bob@laptop") {
		t.Errorf("the client got %+v", screen.ExitStatus)
	}
	if _, there := u.list()["work"]; there {
		t.Error("it is still listed")
	}
	s.gone()
}

// A session that does not answer is listed as such, and cannot be entered or begun again.
func TestHungSession(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("-@", "gm-name=work", "--", "cat")
	if err := syscall.Kill(s.pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Kill(s.pid, syscall.SIGKILL) })
	eventually(t, "the session is not listed as one that does not answer", func() bool { // once the signal has taken effect
		sessions := u.run("ls").sessions
		return len(sessions) == 1 && sessions[0].State == control.NoAnswer && sessions[0].Pid == s.pid
	})
	for _, args := range [][]string{{"attach", "work"}, {"kill", "work"}} {
		a := u.run(args...)
		want := fmt.Sprintf(`session "work": process %d: no answer`, s.pid)
		if a.status != 1 || !slices.Equal(a.errors, []string{want}) || !slices.Equal(a.hints, []string{fmt.Sprintf("kill -9 %d ends it", s.pid)}) {
			t.Errorf("%q: status %d, %q", args, a.status, a.text)
		}
	}
	if a := u.run("new", "-p", "0", "-@", "gm-name=work"); a.status != 1 || a.Port != 0 {
		t.Errorf("begun again: %q", a.text)
	}
	if other := u.begin("--", "cat"); other.Session != "1" {
		t.Errorf("another session is %q", other.Session)
	}
}

// The program's file may be gone: a running session needs only its socket.
func TestDeletedProgramFile(t *testing.T) {
	u := newHostUser(t)
	copied := filepath.Join(t.TempDir(), "gm-server")
	binary, err := os.ReadFile(serverBinary)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, binary, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "new", "-i", "127.0.0.1", "-p", "0", "-@", "gm=sessions", "-@", "gm-name=work", "--", "cat")
	cmd.Env = u.environ
	s := startCommand(t, cmd)
	if err := os.Remove(copied); err != nil {
		t.Fatal(err)
	}
	c := u.attach("work")
	c.typeKeys("x\r")
	c.see("x\nx")
	c.quit()
	s.gone()
}

// A session of mosh's client has a number, but its announcement is mosh's.
func TestSessionOfStockClient(t *testing.T) {
	u := newHostUser(t)
	s := u.beginStock("--", "cat")
	if s.stdout != fmt.Sprintf("MOSH CONNECT %d %v\n", s.Port, s.Key) {
		t.Errorf("announced as %q", s.stdout)
	}
	stock := s.connect(80, 24)
	stock.typeKeys("x\r")
	stock.see("x\nx")
	if st := u.list()["1"]; st.State != control.Attached || !st.EndsAt.IsZero() {
		t.Errorf("listed as %+v", st)
	}
	c := u.attach("1")
	c.seeWith(stock, "x\nx")
	stock.end()
	killed := make(chan answer, 1)
	go func() { killed <- u.run("kill", "1") }()
	c.end()
	if a := <-killed; !slices.Equal(a.done, []string{"1"}) {
		t.Errorf("killed: %q", a.text)
	}
	s.gone()
}
