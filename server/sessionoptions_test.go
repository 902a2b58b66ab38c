//go:build unix

package server

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gm/wire/control"
)

func lingerOf(d time.Duration) *lingerTime {
	l := lingerTime(d)
	return &l
}

// equal reports whether two sets of options are the same.
func (s sessionOptions) equal(o sessionOptions) bool {
	same := (s.linger == nil) == (o.linger == nil) && (s.linger == nil || *s.linger == *o.linger)
	s.linger, o.linger = nil, nil
	return same && s == o
}

func TestSessionOptions(t *testing.T) {
	for _, test := range []struct {
		settings string
		want     sessionOptions
	}{
		{"name=work", sessionOptions{name: "work"}},
		{"name=work name=play", sessionOptions{name: "play"}},
		{"role=share", sessionOptions{role: control.Share}},
		{"role=read-only role=take-over", sessionOptions{}},
		{"size=smallest", sessionOptions{size: control.SizeSmallest}},
		{"by=alice@laptop host=work.example inside=1234-ab", sessionOptions{by: "alice@laptop", host: "work.example", inside: "1234-ab"}},
		{"linger=7d", sessionOptions{linger: lingerOf(7 * 24 * time.Hour)}},
		{"linger=12h", sessionOptions{linger: lingerOf(12 * time.Hour)}},
		{"linger=90m", sessionOptions{linger: lingerOf(90 * time.Minute)}},
		{"linger=1s", sessionOptions{linger: lingerOf(time.Second)}},
		{"linger=never", sessionOptions{linger: lingerOf(0)}},
		{"notice=no", sessionOptions{noNotice: true}},
		{"notice=yes", sessionOptions{}},
		{"x11=2", sessionOptions{x11: true, screen: 2}},
		{"x11", sessionOptions{x11: true}},
		{"future=1 other", sessionOptions{}},
		{"by=" + strings.Repeat("x", 600), sessionOptions{by: strings.Repeat("x", maxOptionText)}},
	} {
		t.Run(test.settings, func(t *testing.T) {
			var args []string
			for _, s := range strings.Fields(test.settings) {
				args = append(args, "-@", "gm-"+s)
			}
			for _, verb := range []string{verbNew, verbAttach} {
				o, err := parseAny(append([]string{verb}, args...))
				if err != nil || len(o.warnings) > 0 || !o.session.equal(test.want) {
					t.Errorf("%s: got %+v, warnings %q, error %v", verb, o.session, o.warnings, err)
				}
			}
		})
	}
}

// parseAny parses the command line of any verb, without an environment.
func parseAny(args []string) (options, error) {
	noVariables := func(string) string { return "" }
	if args[0] == verbNew {
		return parseOptions(args, noVariables)
	}
	return parseVerb(args, noVariables)
}

// A bad value is a warning for new and an error for the other verbs.
func TestBadSessionOptions(t *testing.T) {
	for _, test := range []struct{ setting, want string }{
		{"name=a b", "has a character other than"},
		{"name=", "is empty"},
		{"name=-x", "begins with -"},
		{"name", "is empty"},
		{"role=owner", `bad role "owner" of a session`},
		{"role=", `bad role "" of a session`},
		{"size=huge", `bad size "huge" of a session`},
		{"linger=0", `bad duration "0" of a session without a client: 7d, 12h, 90m or never`},
		{"linger=0d", `bad duration "0d"`},
		{"linger=-1h", `bad duration "-1h"`},
		{"linger=1ms", `bad duration "1ms"`},
		{"linger=7days", `bad duration "7days"`},
		{"linger=106752d", `bad duration "106752d"`}, // more than 292 years
		{"linger=99999999999999999999d", `bad duration "99999999999999999999d"`},
		{"linger=", `bad duration ""`},
	} {
		t.Run(test.setting, func(t *testing.T) {
			o, err := parseAny([]string{verbNew, "-@", "gm-" + test.setting})
			if err != nil || len(o.warnings) != 1 || !strings.Contains(o.warnings[0], test.want) || !o.session.equal(sessionOptions{}) {
				t.Errorf("new: options %+v, warnings %q, error %v", o.session, o.warnings, err)
			}
			if _, err := parseAny([]string{verbAttach, "-@", "gm-" + test.setting}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("attach: error %v", err)
			}
		})
	}
}

func TestVerbs(t *testing.T) {
	for _, test := range []struct {
		line  string
		names []string
	}{
		{"attach", nil},
		{"attach work", []string{"work"}},
		{"attach -p 60005 -i 127.0.0.1 work", []string{"work"}},
		{"attach -- work", []string{"work"}},
		{"ls", nil},
		{"detach", nil},
		{"detach a b", []string{"a", "b"}},
		{"kill a -- b", []string{"a", "b"}},
	} {
		t.Run(test.line, func(t *testing.T) {
			args := strings.Fields(test.line)
			o, err := parseAny(args)
			if err != nil || o.verb != args[0] || !slices.Equal(o.names, test.names) {
				t.Errorf("got %q of %q, error %v", o.verb, o.names, err)
			}
			if o.portsSet != strings.Contains(test.line, "-p") {
				t.Errorf("ports are set: %v", o.portsSet)
			}
		})
	}
}

func TestBadVerbs(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"attach a b", `attach enters one session, but got "a" and "b"`},
		{"ls a", `ls takes no name of a session, but got "a"`},
		{"probe a", `probe takes no name of a session, but got "a"`},
		{"kill", "kill needs the name of a session"},
		{"kill -- -x", "begins with -"},
		{"attach -x", "unknown option -- 'x'"},
		{"attach -p", "option requires a value -- 'p'"},
		{"attach -p nine", `bad UDP port range "nine"`},
		{"attach -i nowhere", `bad IP address "nowhere"`},
	} {
		t.Run(test.line, func(t *testing.T) {
			if o, err := parseAny(strings.Fields(test.line)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, error %v", o, err)
			}
		})
	}
}

// Without an address of the SSH connection, attach listens on every address as new does.
func TestAttachWithoutSSHConnection(t *testing.T) {
	o, err := parseAny([]string{verbAttach, "-s", "work"})
	if err != nil || o.bind.IsValid() || len(o.warnings) != 1 {
		t.Errorf("binds %v, warnings %q, error %v", o.bind, o.warnings, err)
	}
}

func TestIsVerb(t *testing.T) {
	for word, want := range map[string]bool{"new": true, "attach": true, "ls": true, "detach": true, "kill": true, "probe": true, "": false, "list": false, "-v": false} {
		t.Run(word, func(t *testing.T) {
			if IsVerb(word) != want {
				t.Errorf("is a verb: %v", !want)
			}
		})
	}
}
