//go:build unix

package server

import (
	"slices"
	"testing"
	"time"

	"gm/server/session"
)

func TestChildEnvironment(t *testing.T) {
	env := []string{
		"LANG=C.UTF-8", "HOME=/h", "STY=1.x", "TERM=dumb", "COLORTERM=24bit",
		"MOSH_KEY=secret", "MOSH_SERVER_NETWORK_TMOUT=5", "MOSH_FOO=kept", "GM_SERVER_NETWORK_TMOUT=5", handoverVariable + "=1",
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
	if len(env) != 10 || env[5] != "MOSH_KEY=secret" {
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
