//go:build unix

package server

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"gm/server/session"
)

// handoverVariable marks the second process of a server, which serves the session.
const handoverVariable = "GM_SERVER_HANDOVER"

// getenv returns the value of the last variable of that name in env.
func getenv(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if n, value, _ := strings.Cut(env[i], "="); n == name {
			return value
		}
	}
	return ""
}

// setenv returns env with the variable "NAME=value" in place of any of its name.
func setenv(env []string, variable string) []string {
	name, _, _ := strings.Cut(variable, "=")
	return append(without(env, func(n string) bool { return n == name }), variable)
}

func without(env []string, match func(name string) bool) []string {
	kept := make([]string, 0, len(env)+4)
	for _, v := range env {
		if name, _, _ := strings.Cut(v, "="); !match(name) {
			kept = append(kept, v)
		}
	}
	return kept
}

// childEnvironment returns the program's environment, made from the server's: it
// describes the terminal and a UTF-8 locale, and lacks the session's key. Other
// variables stay, since scripts read them: MOSH_SERVER_NETWORK_TMOUT among others, as
// with mosh-server. client holds the locale variables that the client sent, colors the
// number of colors of the user's terminal.
func childEnvironment(env, client []string, colors int) []string {
	env = without(env, func(name string) bool {
		return name == "STY" || name == "COLORTERM" || name == "MOSH_KEY" || name == handoverVariable
	})
	term := "TERM=xterm"
	if colors >= 256 {
		term = "TERM=xterm-256color"
		env = setenv(env, "COLORTERM=truecolor")
	}
	env = setenv(env, term)
	env = setenv(env, "NCURSES_NO_UTF8_ACS=1")
	return withUTF8(env, client)
}

// readTimeouts reads the timeouts from the environment. GM_SERVER_NETWORK_TMOUT is used
// before MOSH_SERVER_NETWORK_TMOUT, and so on. A value that is not a number of seconds
// is ignored.
func readTimeouts(lookup func(string) (string, bool)) session.Timeouts {
	seconds := func(name string) time.Duration {
		gms, _ := lookup("GM_" + name)
		moshs, _ := lookup("MOSH_" + name)
		n, _ := strconv.ParseUint(cmp.Or(gms, moshs), 10, 31)
		return time.Duration(n) * time.Second
	}
	return session.Timeouts{Network: seconds("SERVER_NETWORK_TMOUT"), Signal: seconds("SERVER_SIGNAL_TMOUT")}
}
