package doctor

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gm/client/probe"
	"gm/internal/hint"
	"gm/sshboot"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
	"gm/vt"
	"gm/vt/cellwidth"
)

// wantStep compares a step with a state, a cause and a part of the verdict.
func wantStep(t *testing.T, s Step, state State, cause, verdict string) {
	t.Helper()
	if s.State != state || s.Cause != cause || !strings.Contains(s.verdict(), verdict) {
		t.Errorf("%v %q %q, want %v %q %q", s.State, s.Cause, s.verdict(), state, cause, verdict)
	}
	if state >= Warning && s.Advice == "" && s.Command == "" {
		t.Errorf("no advice: %+v", s)
	}
}

func TestShellStep(t *testing.T) {
	for name, c := range map[string]struct {
		i       sshboot.Inspection
		state   State
		cause   string
		verdict string
	}{
		"well":   {sshboot.Inspection{Shell: "/bin/bash", Took: time.Millisecond}, OK, "", "/bin/bash runs commands"},
		"prints": {sshboot.Inspection{Shell: "/bin/zsh", Printed: "hi\n"}, Warning, "shell-prints", "rsync"},
		"errors": {sshboot.Inspection{Printed: "hi", Errors: "bash: line 1"}, Warning, "shell-errors", "print errors"},
		"slow":   {sshboot.Inspection{Took: time.Minute}, Warning, "shell-slow", "take 60.0 s"},
	} {
		t.Run(name, func(t *testing.T) { wantStep(t, shellStep("hal", c.i), c.state, c.cause, c.verdict) })
	}
	for shell, file := range map[string]string{"/bin/bash": "bashrc", "/usr/bin/zsh": "zshenv", "fish": "config.fish", "/bin/tcsh": "cshrc", "/bin/sh": "startup files"} {
		if got := startupFile(shell); !strings.Contains(got, file) {
			t.Errorf("%s reads %s", shell, got)
		}
	}
}

func TestShellFailure(t *testing.T) {
	for cause, err := range map[string]error{
		"password-expired": &sshboot.ShellError{Printed: "Your password has expired."},
		"shell-hangs":      &sshboot.ShellError{Late: true, Printed: "Choose a project:"},
		"shell-ends":       &sshboot.ShellError{Status: 3},
		"shell":            &hint.Error{Err: errors.New("open a session"), Hint: "ask"},
	} {
		wantStep(t, shellFailure("hal", err), Failure, cause, "")
	}
	own, forced := shellFailure("hal", &sshboot.ShellError{Login: true}), shellFailure("hal", &sshboot.ShellError{})
	if !strings.Contains(own.Verdict, "a startup file") || strings.Contains(own.Advice, "ForceCommand") || !strings.Contains(forced.Advice, "ForceCommand") {
		t.Errorf("%+v, %+v", own, forced)
	}
}

func TestPlaceStep(t *testing.T) {
	for state, c := range map[sshboot.Place]struct{ cause, verdict string }{
		{State: sshboot.PlaceOK, Free: 5e9}:      {"", "5.0 GB free"},
		{State: sshboot.PlaceFull}:               {"disk-full", "is full"},
		{State: sshboot.PlaceNoExec}:             {"home-noexec", "noexec"},
		{State: sshboot.PlaceUnsafe}:             {"home-unsafe", "other accounts"},
		{State: sshboot.PlaceClosed}:             {"home-closed", "cannot write"},
		{State: sshboot.PlaceState("\x1b[ new")}: {"home-closed", "cannot write"},
	} {
		for _, other := range []sshboot.PlaceState{sshboot.PlaceOK, sshboot.PlaceClosed} {
			state.Dir = "/home/u/.cache/gm"
			i := sshboot.Inspection{Home: "/home/u", Places: []sshboot.Place{state, {Dir: "/tmp/gm", State: other}}, OpenDirs: []string{"/home/u"}}
			want := Warning
			switch {
			case state.State == sshboot.PlaceOK:
				want = OK
			case other != sshboot.PlaceOK:
				want = Failure
			}
			wantStep(t, placeStep("hal", i), want, c.cause, c.verdict)
		}
	}
	if s := placeStep("hal", sshboot.Inspection{}); s.Cause != "home" {
		t.Errorf("%+v", s)
	}
}

// One family that works is enough for sessions, so that nothing in the other is a failure.
func TestUDPStep(t *testing.T) {
	drops := probe.Finding{Cause: probe.HostDrops, Family: 4, Text: "it drops", Command: "ufw allow 1/udp", Hint: "this opens it"}
	for name, c := range map[string]struct {
		f       probe.Finding
		working []string
		want    State
		verdict string
	}{
		"nothing works":            {drops, nil, Failure, "go through SSH"},
		"the other family":         {drops, []string{"IPv6"}, Warning, "sessions on hal work, but it drops"},
		"another address":          {drops, []string{"IPv4"}, Note, ""},
		"lossy":                    {probe.Finding{Cause: probe.Loss, Family: 4, Works: true, Hint: "x"}, []string{"IPv4"}, Warning, "sessions on hal work"},
		"sizes that do not matter": {probe.Finding{Cause: probe.LargeLost, Family: 4, Works: true, Harmless: true}, []string{"IPv4"}, Note, ""},
		"no address":               {probe.Finding{Cause: probe.NoAddress, Family: 6}, []string{"IPv4"}, Note, ""},
	} {
		t.Run(name, func(t *testing.T) { wantStep(t, udpStep("hal", c.f, c.working), c.want, string(c.f.Cause), c.verdict) })
	}
	if s := udpStep("hal", drops, nil); s.Advice != "this opens it:" || s.Command != drops.Command {
		t.Errorf("%+v", s)
	}
}

func TestMeasured(t *testing.T) {
	p := probe.Path{
		Addr: netip.MustParseAddr("192.0.2.1"), RTTMedian: 12 * time.Millisecond, Up: probe.Count{Sent: 40, Arrived: 38}, Down: probe.Count{Sent: 38, Arrived: 38},
		Local: netip.MustParseAddrPort("10.0.0.1:1"), Observed: netip.MustParseAddrPort("192.0.2.9:1"),
		Sizes: []probe.Size{{Bytes: 1200, Up: probe.Count{Arrived: 1}, Down: probe.Count{Arrived: 1}}, {Bytes: 1400}}, Binding: probe.Binding{Kept: 10 * time.Second},
	}
	const want = "192.0.2.1: round trip 12 ms, 5% lost there and 0% back, datagrams up to 1200 bytes; through a NAT; still open after 10s of silence"
	if got := measured(&p); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// examined returns the report of an examiner that do has used.
func examined(c Config, do func(*examiner)) *Report {
	c.Show, c.Busy = func(Step) {}, func(string) {}
	e := newExaminer(c, "")
	do(e)
	return &e.report
}

func environmentOf(variables ...string) sshconfig.Environment {
	lookup := func(name string) (string, bool) {
		for _, v := range variables {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value, true
			}
		}
		return "", false
	}
	return sshconfig.Environment{Lookup: lookup, All: func() []string { return variables }}
}

// The key of a session is not in the report.
func TestEnvironment(t *testing.T) {
	env := environmentOf("MOSH_KEY=secret", "GM_PORT=60005", "LANG=de_DE.ISO-8859-1", "TMUX=/tmp/x", "SSH_CONNECTION=1 2 3 4", "TOKEN=secret")
	r := examined(Config{Env: env}, (*examiner).environment)
	text := string(r.JSON())
	for _, want := range []string{"GM_PORT=60005", "MOSH_KEY is set", "not UTF-8", "tmux, in a login by SSH"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(text, "secret") || r.Worst().Cause != "mosh-key" {
		t.Errorf("%s", text)
	}
}

func TestTerminalSteps(t *testing.T) {
	answers := Terminal{Answered: true, Name: "term 1", Attributes: "62;22;52", Synchronized: 2, Cols: 80, Rows: 24}
	answers.Capabilities.Features = vt.FeatureKittyKeys | vt.FeatureClipboard | vt.FeatureDirectColor
	answers.Capabilities.Widths = cellwidth.Known | cellwidth.PairedFlags
	all := answers
	for _, w := range cellwidth.Measured {
		all.Capabilities.Widths |= w
	}
	for name, c := range map[string]struct {
		terminal *Terminal
		env      []string
		want     []string
	}{
		"none":      {nil, nil, []string{"are no terminal: none is asked"}},
		"silent":    {&Terminal{}, []string{"TERM=vt100"}, []string{"does not answer queries"}},
		"dumb":      {&Terminal{}, nil, []string{`TERM is`}},
		"good":      {&answers, []string{"TERM=xterm"}, []string{"term 1, TERM=xterm, 80x24", "24 bits", "flags as Unicode has them; not emoji by U+FE0F", "kitty's protocol", "synchronized output; it does not report", "OSC 52"}},
		"as it is":  {&all, []string{"TERM=xterm"}, []string{"as Unicode has them: emoji"}},
		"old":       {&Terminal{Answered: true}, []string{"TERM=xterm"}, []string{"of unknown name", "DA2 none", "not measured", "as on a VT", "does not report its modes", "does not report OSC 52"}},
		"in a tmux": {&Terminal{Answered: true}, []string{"TERM=tmux", "TMUX=x"}, []string{"set-clipboard on"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := examined(Config{Env: environmentOf(c.env...), Terminal: c.terminal}, (*examiner).terminal)
			text := string(r.JSON())
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in %s", want, text)
				}
			}
		})
	}
}

func TestAgentStep(t *testing.T) {
	dead := &net.OpError{Op: "dial", Err: errors.New("no such file")}
	for cause, c := range map[string]struct {
		agent sshclient.Agent
		state State
	}{
		"no-agent":    {sshclient.Agent{}, Note},
		"agent":       {sshclient.Agent{Socket: "/tmp/a", Err: dead}, Warning},
		"agent-empty": {sshclient.Agent{Socket: "/tmp/a"}, Note},
		"":            {sshclient.Agent{Socket: "/tmp/a", Keys: 2}, OK},
	} {
		wantStep(t, agentStep(c.agent), c.state, cause, "")
	}
}

func TestTried(t *testing.T) {
	agent := offer{"publickey", "agent", "ed25519"}
	file := offer{"publickey", "~/.ssh/id", "rsa"}
	for want, offers := range map[string][]offer{
		"3 times ed25519 of the agent":                                                {agent, agent, agent},
		"ed25519 of the agent, ~/.ssh/id, password":                                   {agent, file, {"password", "password", ""}},
		"~/.ssh/id, ed25519 of the agent, ~/.ssh/id, ed25519 of the agent and 1 more": {file, agent, file, agent, file},
	} {
		if got := tried(offers); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
