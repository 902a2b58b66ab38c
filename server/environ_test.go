//go:build unix

package server

import (
	"slices"
	"testing"
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
