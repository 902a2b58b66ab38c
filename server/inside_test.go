//go:build unix

package server

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/server/registry"
	"gm/wire/control"
	"gm/wire/state"
)

// screenOf returns the text of a client's screen as one line.
func screenOf(c *realClient) string { return strings.ReplaceAll(c.text(), "\n", "") }

// The program has the name and the socket of its session, not of one around it.
func TestSessionVariables(t *testing.T) {
	u := newHostUser(t).with("GM_SESSION=outer", "GM_SOCKET=/outer")
	s := u.begin("-@", "gm-name=work", "--", "sh", "-c", "echo $GM_SESSION $GM_SOCKET; test -S $GM_SOCKET && echo is there; cat")
	c := s.connect(200, 24)
	c.see("is there")
	want := fmt.Sprintf("work %s/gm/sessions/%s", getenv(u.environ, "XDG_RUNTIME_DIR"), u.list()["work"].ID)
	if !strings.HasPrefix(c.text(), want) {
		t.Errorf("the variables are\n%s\nwant %s", c.text(), want)
	}
	c.quit()
	s.gone()
}

// A client in a session cannot enter that session, and detaches it without a name.
func TestVerbsInsideSession(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("-@", "gm-name=work", "--", "cat")
	c := s.connect(80, 24)
	c.typeKeys("x\r")
	c.see("x\nx")
	id := u.list()["work"].ID
	there, here := []string{"-@", "gm-inside=" + id}, u.with("GM_SOCKET=/any/where/"+id)
	for name, a := range map[string]answer{
		"by option":   u.run(append([]string{"attach"}, append(there, "work")...)...),
		"by variable": here.run("attach", "work"),
	} {
		if a.status != 1 || !slices.Equal(a.errors, []string{`session "work": this is the session that you are in`}) {
			t.Errorf("%s: status %d, %q", name, a.status, a.text)
		}
	}
	if a := u.run("detach"); a.status != 1 || !slices.Equal(a.errors, []string{"no session is named, and this is not inside of one"}) {
		t.Errorf("outside: status %d, %q", a.status, a.text)
	}
	if a := u.run("detach", "-@", "gm-inside=1-00000000-00000000"); a.status != 1 || !slices.Equal(a.errors, []string{"the session around this one is gone"}) {
		t.Errorf("in a session that is gone: status %d, %q", a.status, a.text)
	}
	if a := here.run("detach"); a.status != 0 || !slices.Equal(a.done, []string{"work"}) {
		t.Errorf("inside: status %d, %q", a.status, a.text)
	}
	c.end()
	if d := c.detachment(); d.Reason != state.DetachedByCommand {
		t.Errorf("the client got %+v", d)
	}
}

// A login names the sessions without a client, in a shell that has a greeting.
func TestLoginNotice(t *testing.T) {
	u := newHostUser(t)
	work := u.begin("-@", "gm-name=work", "--", "cat").connect(80, 24)
	work.typeKeys("x\r")
	work.see("x\nx")
	u.run("detach", "work")
	work.end()
	const notice = "gm: 1 session here has no client: work (cat, 0 min). gm attach desk work"
	hushed := filepath.Join(getenv(u.environ, "HOME"), ".hushlogin")
	for _, test := range []struct {
		name    string
		hush    bool
		user    *hostUser
		command []string
		want    bool
	}{
		{"hushed", true, u, nil, false},
		{"login", false, u, nil, true},
		{"off", false, u.with("GM_SERVER_NOTICE=no"), nil, false},
		{"off for the client", false, u, []string{"-@", "gm-notice=no"}, false},
		{"command", false, u, []string{"--", "sh"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !test.hush {
				os.Remove(hushed)
			}
			s := test.user.begin(append([]string{"-@", "gm-host=desk"}, test.command...)...)
			c := s.connect(100, 50)
			c.typeKeys("echo prompt$((1+1))\r")
			c.see("prompt2")
			if got := strings.Contains(screenOf(c), notice); got != test.want {
				t.Errorf("noticed: %v\n%s", got, c.text())
			}
			c.quit()
			s.gone()
		})
	}
}

// Without a directory for its socket a session is served, but the client is not told that
// others can enter it.
func TestSessionWithoutSocket(t *testing.T) {
	l := newLoop(loopConfig{socket: newFakeSocket(), identity: identity{name: "work"}, logger: t.Logf})
	ready := l.openControl(registry.Registry{})
	if ready.listed || len(ready.warnings) != 1 || l.identity.path != "" || l.control == nil {
		t.Errorf("%+v, socket %q", ready, l.identity.path)
	}
	if err := l.control.Restore(); err == nil {
		t.Error("a socket in no directory")
	}
	close(l.quit)
	l.control.Close()
	if a := l.ask(control.Request{Verb: control.VerbStatus}); a.Error != errOver.Error() {
		t.Errorf("after the end: %+v", a)
	}
}

func TestErrorWithName(t *testing.T) {
	for _, test := range []struct {
		err  error
		want refusal
	}{
		{errors.New("broken pipe"), refusal{`session "work": broken pipe`, ""}},
		{&refusal{"no", "do"}, refusal{`session "work": no`, "do"}},
	} {
		t.Run(test.err.Error(), func(t *testing.T) {
			err := withName("work", test.err)
			if err.Error() != test.want.text || hintOf(err) != test.want.hint {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestNamesAreBounded(t *testing.T) {
	var entries []registry.Entry
	for i := range 100 {
		entries = append(entries, registry.Entry{Status: control.Status{Name: fmt.Sprint("s", i)}})
	}
	entries = append([]registry.Entry{{}}, entries...) // one that does not answer
	if got := someNames(entries); got != "s0, s1, s2, s3, s4, s5, s6, s7, ..." {
		t.Errorf("got %q", got)
	}
}
