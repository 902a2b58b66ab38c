package client

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"gm/client/predict"
	"gm/vt"
	"gm/wire/state"
)

func lookupIn(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}
}

func TestReadSettings(t *testing.T) {
	plain := settings{predict: predict.Adaptive, escape: defaultEscapeKey(), titlePrefix: "[gm] "}
	tests := []struct {
		name   string
		env    map[string]string
		change func(*settings)
	}{
		{"nothing", nil, func(*settings) {}},
		{"mosh's", map[string]string{
			"MOSH_PREDICTION_DISPLAY": "never", "MOSH_PREDICTION_OVERWRITE": "yes", "MOSH_ESCAPE_KEY": "~",
			"MOSH_TITLE_NOPREFIX": "", "MOSH_NO_TERM_INIT": "",
		}, func(s *settings) {
			*s = settings{predict: predict.Never, overwrite: true, escape: parseEscapeKey("~"), noInit: true}
		}},
		{"gm's have priority", map[string]string{
			"MOSH_PREDICTION_DISPLAY": "never", "GM_PREDICTION_DISPLAY": "always",
			"MOSH_ESCAPE_KEY": "~", "GM_ESCAPE_KEY": "",
		}, func(s *settings) {
			s.predict, s.escape = predict.Always, escapeKey{}
		}},
		{"overwriting needs yes", map[string]string{"MOSH_PREDICTION_OVERWRITE": "no"}, func(*settings) {}},
		{"the terminal", map[string]string{"TERM": "xterm", "COLORTERM": "truecolor"}, func(s *settings) {
			s.term, s.colorTerm = "xterm", "truecolor"
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := plain
			test.change(&want)
			want.escape.doubles, want.escape.forwards = true, true
			got, err := readSettings(programGM, lookupIn(test.env))
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
			}
		})
	}
}

func TestIgnoreRemoteStatus(t *testing.T) {
	for program, want := range map[string]bool{programGM: false, programMosh: true, programMoshClient: true} {
		if s, err := readSettings(program, lookupIn(nil)); err != nil || s.ignoreRemoteStatus != want {
			t.Errorf("%s: ignored %v, %v; want %v", program, s.ignoreRemoteStatus, err, want)
		}
	}
}

func TestEscapeKeyTwice(t *testing.T) {
	for program, want := range map[string]string{programGM: "\x1e", programMosh: "\x1e\x1e", programMoshClient: "\x1e\x1e"} {
		t.Run(program, func(t *testing.T) {
			s, err := readSettings(program, lookupIn(nil))
			if err != nil {
				t.Fatal(err)
			}
			if out, last := escapes(s.escape, "\x1e\x1e"); out != want || last != commandDone {
				t.Errorf("%q, command %d", out, last)
			}
			if out, _ := escapes(s.escape, "\x1e\x1e\x1e\x1ex"); out != want+want+"x" {
				t.Errorf("twice: %q", out)
			}
			if out, last := escapes(s.escape, "\x1b[54;5u\x1b[54;5u."); last != commandNone || out != strings.Replace(want, "\x1e", "\x1b[54;5u", 2)+"." {
				t.Errorf("by CSI u: %q, command %d", out, last)
			}
		})
	}
}

func TestTerminalThatPrintsDCS(t *testing.T) {
	for terminal, want := range map[string]bool{"": false, "Apple_Terminal": true, "iTerm.app": false} {
		if s, _ := readSettings(programGM, lookupIn(map[string]string{"TERM_PROGRAM": terminal})); s.printsDCS != want {
			t.Errorf("TERM_PROGRAM=%s: %v, want %v", terminal, s.printsDCS, want)
		}
	}
}

func TestReadSettingsTitlePrefix(t *testing.T) {
	for program, want := range map[string]string{programGM: "[gm] ", programMosh: "[mosh] ", programMoshClient: "[mosh] "} {
		if s, err := readSettings(program, lookupIn(nil)); err != nil || s.titlePrefix != want {
			t.Errorf("%s: %q, %v; want %q", program, s.titlePrefix, err, want)
		}
	}
}

func TestReadSettingsRefuses(t *testing.T) {
	if _, err := readSettings(programGM, lookupIn(map[string]string{"MOSH_PREDICTION_DISPLAY": "bogus"})); err == nil {
		t.Error("an unknown prediction mode is accepted")
	}
}

func TestLocaleVariables(t *testing.T) {
	env := map[string]string{"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8", "LANGUAGE": "", "HOME": "/"}
	want := []string{"LANG=de_DE.UTF-8", "LANGUAGE=", "LC_ALL=C.UTF-8"}
	if got := localeVariables(lookupIn(env)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTerminalColors(t *testing.T) {
	tests := map[string]int{
		"": -1, "dumb": -1, "vt100": -1, "xterm-mono": -1,
		"xterm": 8, "linux": 8, "screen": 8, "xterm-color": 8,
		"xterm-16color": 16, "rxvt-88color": 88,
		"xterm-256color": 256, "tmux-256color": 256, "xterm-kitty": 256, "alacritty": 256, "vte-256color": 256,
		"xterm-direct": 1 << 24,
	}
	for term, want := range tests {
		if got := vt.TermColors(term); got != want {
			t.Errorf("vt.TermColors(%q) = %d, want %d", term, got, want)
		}
	}
}

func TestSessionsThatOutliveTheWindow(t *testing.T) {
	for _, c := range []struct {
		name            string
		s               settings
		detach, outlive bool
	}{
		{"without the extension", settings{sessionName: "work"}, false, false},
		{"without a name", settings{extensions: state.ExtSessions}, false, false},
		{"with a name", settings{extensions: state.ExtSessions, sessionName: "work"}, true, true},
		{"with a number", settings{extensions: state.ExtSessions, sessionName: "12"}, true, false},
		{"a name of digits with a zero in front", settings{extensions: state.ExtSessions, sessionName: "012"}, true, true},
		{"with a number, read-only", settings{extensions: state.ExtSessions, sessionName: "12", readOnly: true}, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.s.canDetach() != c.detach || c.s.outlivesWindow() != c.outlive {
				t.Errorf("can detach: %v, with the window: %v", c.s.canDetach(), c.s.outlivesWindow())
			}
		})
	}
}
