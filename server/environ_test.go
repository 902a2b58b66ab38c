//go:build unix

package server

import (
	"slices"
	"testing"
	"time"

	"gm/server/session"
	"gm/wire/state"
)

func TestChildEnvironment(t *testing.T) {
	env := []string{
		"LANG=C.UTF-8", "HOME=/h", "STY=1.x", "TERM=dumb", "COLORTERM=24bit",
		"MOSH_KEY=secret", "MOSH_SERVER_NETWORK_TMOUT=5", "MOSH_FOO=kept", "GM_SERVER_NETWORK_TMOUT=5", handoverVariable + "=1",
		"GM_SESSION=outer", "GM_SOCKET=/outer",
	}
	common := []string{"LANG=C.UTF-8", "HOME=/h", "MOSH_SERVER_NETWORK_TMOUT=5", "MOSH_FOO=kept", "GM_SERVER_NETWORK_TMOUT=5"}
	tests := []struct {
		colors int
		want   []string
	}{
		{0, []string{"TERM=xterm", "NCURSES_NO_UTF8_ACS=1"}},
		{8, []string{"TERM=xterm", "NCURSES_NO_UTF8_ACS=1"}},
		{256, []string{"COLORTERM=truecolor", "TERM=xterm-256color", "NCURSES_NO_UTF8_ACS=1"}},
		{1 << 24, []string{"COLORTERM=truecolor", "TERM=xterm-256color", "NCURSES_NO_UTF8_ACS=1"}},
	}
	for _, test := range tests {
		got := childEnvironment(env, nil, test.colors)
		if want := slices.Concat(common, test.want); !slices.Equal(got, want) {
			t.Errorf("%d colours: %q, want %q", test.colors, got, want)
		}
	}
	if len(env) != 12 || env[5] != "MOSH_KEY=secret" {
		t.Errorf("the server's own environment changed: %q", env)
	}
}

func TestEnvironment(t *testing.T) {
	env := []string{"A=1", "B=2", "A=3", "AA=4", "bare"}
	if got := getenv(env, "A"); got != "3" {
		t.Errorf("A is %q: the last one counts", got)
	}
	if got := getenv(env, "bare") + getenv(env, "C"); got != "" {
		t.Errorf("got %q for what is not set", got)
	}
	if got, want := setenv(env, "A=x=y"), []string{"B=2", "AA=4", "bare", "A=x=y"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSessionEnvironment(t *testing.T) {
	for _, test := range []struct {
		name string
		id   identity
		want []string
	}{
		{"session", identity{name: "work", path: "/run/s"}, []string{"A=1", "GM_SESSION=work", "GM_SOCKET=/run/s"}},
		{"without a socket", identity{name: "work"}, []string{"A=1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := sessionEnvironment([]string{"A=1"}, test.id); !slices.Equal(got, test.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestReadLimits(t *testing.T) {
	week, day := 7*24*time.Hour, 24*time.Hour
	for _, test := range []struct {
		name       string
		extensions state.Extension
		variable   string
		option     *lingerTime
		want       session.Timeouts
		warning    string
	}{
		{"gm", state.ExtSessions, "", nil, session.Timeouts{Linger: week, KeepEnded: day}, ""},
		{"mosh", 0, "", nil, session.Timeouts{}, ""},
		{"mosh with the variable", 0, "2d", nil, session.Timeouts{Linger: 2 * day}, ""},
		{"variable", state.ExtSessions, "12h", nil, session.Timeouts{Linger: 12 * time.Hour, KeepEnded: day}, ""},
		{"never", state.ExtSessions, "never", nil, session.Timeouts{KeepEnded: day}, ""},
		{"option before variable", state.ExtSessions, "12h", lingerOf(time.Hour), session.Timeouts{Linger: time.Hour, KeepEnded: day}, ""},
		{"bad variable", state.ExtSessions, "soon", nil, session.Timeouts{Linger: week, KeepEnded: day},
			`GM_SERVER_LINGER: bad duration "soon" of a session without a client: 7d, 12h, 90m or never`},
	} {
		t.Run(test.name, func(t *testing.T) {
			lookup := func(name string) (string, bool) { return test.variable, name == lingerVariable && test.variable != "" }
			got, warning := readLimits(options{extensions: test.extensions, session: sessionOptions{linger: test.option}}, lookup)
			if got != test.want || warning != test.warning {
				t.Errorf("got %+v, warning %q", got, warning)
			}
		})
	}
}

func TestReadTimeouts(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want session.Timeouts
	}{
		"none":          {nil, session.Timeouts{}},
		"mosh's":        {map[string]string{"MOSH_SERVER_NETWORK_TMOUT": "5", "MOSH_SERVER_SIGNAL_TMOUT": "70"}, session.Timeouts{Network: 5 * time.Second, Signal: 70 * time.Second}},
		"gm's":          {map[string]string{"GM_SERVER_NETWORK_TMOUT": "6", "GM_SERVER_SIGNAL_TMOUT": "0"}, session.Timeouts{Network: 6 * time.Second}},
		"gm's win":      {map[string]string{"MOSH_SERVER_NETWORK_TMOUT": "5", "GM_SERVER_NETWORK_TMOUT": "6"}, session.Timeouts{Network: 6 * time.Second}},
		"no numbers":    {map[string]string{"MOSH_SERVER_NETWORK_TMOUT": "soon", "GM_SERVER_SIGNAL_TMOUT": "-1"}, session.Timeouts{}},
		"out of bounds": {map[string]string{"MOSH_SERVER_NETWORK_TMOUT": "99999999999999999999"}, session.Timeouts{Network: (1<<31 - 1) * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			got := readTimeouts(func(name string) (string, bool) { v, ok := test.env[name]; return v, ok })
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
