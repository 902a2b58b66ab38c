package deploy

import (
	"bufio"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"

	"gm/internal/shellquote"
	"gm/sshboot/payload"
	"gm/sshboot/prompt"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

type sink struct{ strings.Builder }

func (*sink) Close() error { return nil }

func newStarter() *Bootstrap {
	return &Bootstrap{
		Host:      "host",
		Account:   "joe@host",
		Launch:    Launch{marker: "MARK"},
		Binaries:  Binaries{Set: func() (payload.Set, error) { return nil, errors.New("none") }},
		Ask:       &prompttest.ScriptedUser{},
		Limits:    DefaultLimits,
		closeConn: func() {},
	}
}

const connectLine = "MOSH CONNECT 60001 " + sshboottest.TestKey

func TestReadLines(t *testing.T) {
	for _, c := range []struct {
		name, in string
		port     uint16
		output   string
	}{
		{"clean", "MARK at 10.0.0.1 1 10.0.0.2 22\nMARK run /p\n" + connectLine + "\n", 60001, ""},
		{"carriage returns", "MARK run /p\r\n\r\n" + connectLine + "\r\n", 60001, ":\n"},
		{"noise before", "x\n" + connectLine + "\n" + strings.Repeat("y", 3*maxLine) + "\nzMARK run\nlog\n" + connectLine, 60001, "log"},
		{"nothing", "", 0, ""},
		{"no marker", connectLine + "\n", 0, ""},
		{"another marker", "MARC run\n" + connectLine + "\n", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStarter()
			if _, err := s.readLines(t.Context(), strings.NewReader(c.in), &sink{}); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if s.result.Announcement.Port != c.port || !strings.Contains(s.output.suffix(), strings.TrimPrefix(c.output, ":\n")) {
				t.Errorf("%s: port %d, output %q", c.name, s.result.Announcement.Port, s.output.suffix())
			}
		})
	}
}

func TestReadLinesReportsBadAnswers(t *testing.T) {
	for in, want := range map[string]string{
		"MARK run\nMOSH CONNECT 70000 " + sshboottest.TestKey + "\n": "read MOSH CONNECT",
		"MARK run\nMOSH CONNECT 60001 short\n":                       "read MOSH CONNECT",
		"MARK need gzip - Linux x86_64\n":                            "none",
		"MARK fail disk \x1b[31mfull\n":                              "host: disk ?[31mfull",
		strings.Repeat("noise\n", maxOutput/6+1):                     "the shell of joe@host printed 4 MB",
		"MARK run\n" + strings.Repeat("noise\n", maxOutput/6+1):      "host sends more output than a server has",
	} {
		t.Run(want, func(t *testing.T) {
			_, err := newStarter().readLines(t.Context(), strings.NewReader(in), &sink{})
			sshboottest.WantError(t, err, want)
			if strings.Contains(err.Error(), sshboottest.TestKey) {
				t.Errorf("the key is in %q", err)
			}
		})
	}
}

func TestServerAddress(t *testing.T) {
	for in, want := range map[string]netip.Addr{
		"10.0.0.1 1 10.0.0.2 22": netip.MustParseAddr("10.0.0.2"), "::1 1 ::ffff:10.0.0.2 22": netip.MustParseAddr("10.0.0.2"),
		"fe80::1%eth0 1 fe80::2%eth0 22": netip.MustParseAddr("fe80::2%eth0"), "": {}, "a b c d": {}, "1 2 3": {},
	} {
		t.Run(in, func(t *testing.T) {
			if got := ServerAddress(in); got != want {
				t.Errorf("ServerAddress(%q) = %v", in, got)
			}
		})
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	var tail tail
	for range 100 {
		io.WriteString(&tail, strings.Repeat("x", 99)+"\n")
	}
	io.WriteString(&tail, "the end")
	if got := tail.suffix(); len(got) > 2*maxTail+len(":\n") || !strings.HasSuffix(got, "the end") || cap(tail.text) > 3*maxTail {
		t.Errorf("%d bytes kept, capacity %d", len(got), cap(tail.text))
	}
}

func TestReadBoundedLine(t *testing.T) {
	r := bufio.NewReaderSize(strings.NewReader(strings.Repeat("a", maxLine*2)+"\nb\r\nc"), maxLine)
	for _, want := range []string{strings.Repeat("a", maxLine), "b", "c"} {
		if got, _ := readBoundedLine(r); got != want {
			t.Errorf("%d bytes %.10q, want %d", len(got), got, len(want))
		}
	}
}

// everyProgram returns the programs of a release with names and without content.
func everyProgram() (set payload.Set) {
	for _, p := range payload.Platforms() {
		set = append(set, payload.Payload{Platform: p, Hash: "0123456789abcdef"})
	}
	return set
}

func TestCommandLineFitsDropbear(t *testing.T) {
	l := Launch{marker: newMarker(), Known: everyProgram(), Deploy: Auto}
	line, err := l.commandLine()
	if err != nil || len(line) > 7000 {
		t.Errorf("%d bytes, %v", len(line), err)
	}
	l.Args = []string{strings.Repeat("'", maxCommandLine)}
	if _, err := l.commandLine(); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("too long a command: %v", err)
	}
	for _, l := range []Launch{{Args: []string{"a\x00b"}}, {Command: "a\nb"}} {
		if _, err := l.commandLine(); err == nil {
			t.Errorf("%+v: no error", l)
		}
	}
	if strings.ContainsAny(oneLine(bootstrapScript+serverScript+uninstallScript), "'!\\\n") {
		t.Error("the scripts need no quoting: they hold no quote, backslash or exclamation mark")
	}
}

func TestMarkersDiffer(t *testing.T) {
	if a, b := newMarker(), newMarker(); a == b || shellquote.Quote(a) != a {
		t.Errorf("markers %q, %q", a, b)
	}
}

func FuzzReadLines(f *testing.F) {
	f.Add("MARK at 1 2 3 4\nMARK need gzip - Linux x86_64\nMARK run\nGM EXTENSIONS a\n" + connectLine + "\n")
	f.Add("xMARK fail \x1b\nMARK \nMARK")
	f.Fuzz(func(t *testing.T, in string) {
		s := newStarter()
		_, err := s.readLines(t.Context(), strings.NewReader(in), &sink{})
		if port := s.result.Announcement.Port; port != 0 && (err != nil || !strings.Contains(in, "MARK run")) {
			t.Errorf("port %d, %v without the marker", port, err)
		}
	})
}

// Each line of a reply has the time of the server: kill waits for each session.
func TestReplyLinesTakeTheirTime(t *testing.T) {
	s := newStarter()
	s.stage = prompt.StageServer
	for line, want := range map[string]bool{"GM DONE work": true, "GM ERROR x": true, "GM LATER x": false, "log": false} {
		if got, err := s.handleLine(t.Context(), line, &sink{}); got != want || err != nil {
			t.Errorf("%q: %v, %v", line, got, err)
		}
	}
}

// The server's input is the channel's only if it may become a pipe.
func TestCommandLineOfAPipe(t *testing.T) {
	for name, c := range map[string]struct {
		launch Launch
		pipe   bool
		option bool
	}{
		"new":             {Launch{Pipe: true}, true, true},
		"attach":          {Launch{Pipe: true, Verb: VerbAttach}, true, true},
		"relay":           {Launch{Verb: VerbRelay}, true, false},
		"own server":      {Launch{Pipe: true, Command: "mosh-server"}, true, true},
		"not asked for":   {Launch{}, false, false},
		"terminal":        {Launch{Pipe: true, terminal: true}, false, false},
		"relay, terminal": {Launch{Verb: VerbRelay, terminal: true}, false, false},
		"kill":            {Launch{Pipe: true, Verb: VerbKill}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.launch.Args = []string{"last"}
			line, err := c.launch.commandLine()
			if err != nil || strings.Contains(line, "@INPUT@") {
				t.Fatalf("%v: %s", err, line)
			}
			started := "exec \"$@\" "
			if c.launch.Command != "" {
				started = "mosh-server "
			}
			_, call, _ := strings.Cut(line, started)
			call, _, _ = strings.Cut(call, ";")
			if pipe := !strings.Contains(call, "</dev/null"); pipe != c.pipe {
				t.Errorf("input is the channel: %v, want %v: %s", pipe, c.pipe, call)
			}
			if option := strings.Contains(call, "-@"); option != c.option {
				t.Errorf("gm-pipe: %v, want %v: %s", option, c.option, call)
			}
		})
	}
}
