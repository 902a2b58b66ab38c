//go:build unix

package server

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gm/wire/control"
)

func TestNotice(t *testing.T) {
	now := time.Unix(1e9, 0)
	idle := func(name, program string, since time.Duration) control.Status {
		return control.Status{Name: name, ID: "id-" + name, State: control.Detached, Program: program, From: "192.0.2.1", Since: now.Add(-since)}
	}
	with := func(s control.Status, change func(*control.Status)) control.Status {
		change(&s)
		return s
	}
	work, three := idle("work", "vim", 3*time.Hour+59*time.Minute), idle("3", "bash", 50*time.Hour)
	for _, test := range []struct {
		name     string
		sessions []control.Status
		want     string
	}{
		{"none", nil, ""},
		{"one", []control.Status{work}, "gm: 1 session here has no client: work (vim, 3 h). gm attach desk work\n"},
		{"newest first", []control.Status{three, work}, "gm: 2 sessions here have no client: work (vim, 3 h), 3 (bash, 2 d). gm attach desk NAME\n"},
		{"unknown program", []control.Status{idle("a", "", 5*time.Minute)}, "gm: 1 session here has no client: a (?, 5 min). gm attach desk a\n"},
		{"in use", []control.Status{with(work, func(s *control.Status) { s.State = control.Attached })}, ""},
		{"ended", []control.Status{with(work, func(s *control.Status) { s.State = control.Ended })}, ""},
		{"no answer", []control.Status{with(work, func(s *control.Status) { s.State = control.NoAnswer })}, ""},
		{"before its first client", []control.Status{with(work, func(s *control.Status) { s.From = "" })}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := noticeOf(test.sessions, "desk", now); got != test.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestNoticeLimit(t *testing.T) {
	var sessions []control.Status
	for i := range 100 {
		sessions = append(sessions, control.Status{Name: fmt.Sprint("s", i), State: control.Detached, From: "192.0.2.1"})
	}
	got := noticeOf(sessions, "desk", time.Unix(1e9, 0))
	if !strings.HasPrefix(got, "gm: 100 sessions here") || strings.Count(got, "(") != noticeNames || !strings.Contains(got, ", 92 more. gm attach desk NAME") {
		t.Errorf("got %q", got)
	}
}

// A list that does not come delays the login by noticeWait and no more.
func TestNoticeOfSlowSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if got := notice(make(chan []control.Status), "desk"); got != "" || time.Since(began) != noticeWait {
			t.Errorf("got %q after %v", got, time.Since(began))
		}
	})
}

func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "0 min", 0: "0 min", 59 * time.Second: "0 min", 59 * time.Minute: "59 min", time.Hour: "1 h",
		47*time.Hour + 59*time.Minute: "47 h", 48 * time.Hour: "2 d", 1000 * time.Hour: "41 d",
	} {
		t.Run(d.String(), func(t *testing.T) {
			if got := ago(d); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// A name that a shell or the terminal would understand otherwise is not shown.
func TestHostName(t *testing.T) {
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for called, want := range map[string]string{
		"desk": "desk", "alice@desk.example:22": "alice@desk.example:22", "": own, "a b": own, "$(reboot)": own, "\x1b[2J": own, "-oX=y": own,
	} {
		t.Run(called, func(t *testing.T) {
			if got := hostName(called); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// A session that hangs keeps neither the login nor the others from the notice.
func TestListOthers(t *testing.T) {
	r := testRegistry(t)
	own := listenAs(t, r, "own", statusOf("own"))
	listenAs(t, r, "work", statusOf("work"))
	release := make(chan struct{})
	defer close(release)
	listenAs(t, r, "hung", func(control.Request) control.Response {
		<-release
		return control.Response{}
	})
	sessions := <-listOthers(r, own.ID())
	if len(sessions) != 2 || sessions[0].Name != "work" || sessions[1].State != control.NoAnswer {
		t.Errorf("got %+v", sessions)
	}
}
