package doctor

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// steps are those of a report with every state.
func steps() []Step {
	return []Step{
		{Part: Login, Name: "tcp", Took: 12 * time.Millisecond, Text: "192.0.2.1 accepts connections to port 22"},
		{Part: Login, Name: "key exchange", State: Note, Took: 3400 * time.Millisecond, Text: "a text that is longer than a line of forty columns has room", Advice: "nothing"},
		{Part: Host, Name: "shell", State: Warning, Text: "prints:", Printed: "hello\x1b[31m\nworld", Advice: "print less", Cause: "shell-prints", Verdict: "the shell prints"},
		{Part: UDP, Name: "IPv4", State: Failure, Text: "dropped", Advice: "open it:", Command: "ufw allow 60001:60999/udp", Cause: "host-drops", Verdict: "UDP is dropped"},
	}
}

func reportOf(steps ...Step) *Report {
	r := &Report{Version: "1", Host: "hal", Steps: steps, Good: "all is well"}
	for i := range r.Steps {
		r.Steps[i].clean("/home/u")
	}
	return r
}

func print(r *Report, p *Printer) string {
	var b strings.Builder
	p.W = &b
	for _, s := range r.Steps {
		p.Busy("waiting")
		p.Step(s)
	}
	p.End(r)
	return b.String()
}

func TestPrint(t *testing.T) {
	const want = `Login
ok    tcp          192.0.2.1 accepts connections to port 22    12 ms
note  key exchange a text that is longer than a line of        3.4 s
                   forty columns has room
                   -> nothing

On the host
warn  shell        prints:
                   | hello?[31m
                   | world

UDP
FAIL  IPv4         dropped

Verdict: UDP is dropped.
         -> open it:
            ufw allow 60001:60999/udp
Also:    the shell prints.
         -> print less

This report has names, addresses and paths, but no keys and
passwords.
`
	if got := print(reportOf(steps()...), &Printer{Width: 68}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPrintFits(t *testing.T) {
	for _, width := range []int{0, 40, 80, 300} {
		for line := range strings.SplitSeq(print(reportOf(steps()...), &Printer{Width: width, Color: true}), "\n") {
			if n := columns(line); n > max(width, minWidth) {
				t.Errorf("%d columns of %d: %q", n, width, line)
			}
		}
	}
}

// On a terminal the line about a wait is wiped, and colours end with their word.
func TestPrintLive(t *testing.T) {
	got := print(reportOf(steps()...), &Printer{Width: 80, Color: true, Live: true})
	if strings.Count(got, "..    waiting") != 4 || strings.Count(got, "waiting\r\x1b[K") != 4 {
		t.Errorf("waits: %q", got)
	}
	if !strings.Contains(got, "\x1b[1;7mFAIL\x1b[m  IPv4") {
		t.Errorf("colours: %q", got)
	}
	if plain := print(reportOf(steps()...), &Printer{Width: 80}); strings.Contains(plain, "\x1b") {
		t.Errorf("sequences: %q", plain)
	}
}

func TestJSON(t *testing.T) {
	var got struct {
		OK                            bool
		Host, Verdict, Cause, Command string
		Steps                         []struct{ Part, Name, State, Cause string }
	}
	r := reportOf(steps()...)
	if err := json.Unmarshal(r.JSON(), &got); err != nil {
		t.Fatal(err)
	}
	if got.OK || got.Host != "hal" || got.Verdict != "UDP is dropped" || got.Cause != "host-drops" || got.Command == "" {
		t.Errorf("%+v", got)
	}
	if len(got.Steps) != 4 || got.Steps[2].State != "warning" || got.Steps[3].Part != "udp" {
		t.Errorf("%+v", got.Steps)
	}
	if bytes.ContainsRune(r.JSON(), '\x1b') {
		t.Error("an escape")
	}
}

func TestVerdict(t *testing.T) {
	all := steps()
	for name, c := range map[string]struct {
		steps  []Step
		want   string
		failed bool
	}{
		"none":      {nil, "all is well", false},
		"a note":    {all[:2], "all is well", false},
		"a warning": {all[:3], "the shell prints", false},
		"a failure": {all, "UDP is dropped", true},
		"no words":  {[]Step{{Name: "x", State: Failure, Text: "broke"}}, "x: broke", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := reportOf(c.steps...)
			if r.Verdict() != c.want || r.Failed() != c.failed {
				t.Errorf("%q, failed %v", r.Verdict(), r.Failed())
			}
		})
	}
}

// The home directory is not in a report, but commands stay as they are.
func TestClean(t *testing.T) {
	s := Step{Text: "key /home/u/.ssh/id and /home/user/x", Command: "rm /home/u/x", Printed: strings.Repeat("line\n", 100)}
	s.clean("/home/u")
	if s.Text != "key ~/.ssh/id and /home/user/x" || s.Command != "rm /home/u/x" || strings.Count(s.Printed, "line") != maxPrinted {
		t.Errorf("%+v", s)
	}
}
