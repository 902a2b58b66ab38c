//go:build unix

package server

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"gm/server/session"
	"gm/wire/state"
)

const (
	// handoverVariable marks the second process of a server, which serves the session.
	handoverVariable = "GM_SERVER_HANDOVER"

	// relayVariable marks the process of a relay. It has the number of the descriptor that
	// leads to the session.
	relayVariable = "GM_SERVER_RELAY"

	// sessionVariable and socketVariable have the name of the session that a program
	// runs in, and the path of its socket.
	sessionVariable = "GM_SESSION"
	socketVariable  = "GM_SOCKET"

	// lingerVariable is the time that a session without a client stays, and
	// noticeVariable "no" if logins are not to mention such sessions.
	lingerVariable = "GM_SERVER_LINGER"
	noticeVariable = "GM_SERVER_NOTICE"
)

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
// describes the terminal and a UTF-8 locale, and lacks the session's key, and the name of
// a session around this one. Other
// variables stay, since scripts read them: MOSH_SERVER_NETWORK_TMOUT among others, as
// with mosh-server. client holds the locale variables that the client sent, colors the
// number of colors of the user's terminal.
func childEnvironment(env, client []string, colors int) []string {
	env = without(env, func(name string) bool {
		switch name {
		case "STY", "COLORTERM", "MOSH_KEY", handoverVariable, relayVariable, sessionVariable, socketVariable:
			return true
		}
		return false
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

// withoutTerminal returns the environment of a program that has no terminal.
func withoutTerminal(env []string) []string {
	return without(env, func(name string) bool {
		switch name {
		case "TERM", "COLORTERM", "NCURSES_NO_UTF8_ACS", "SSH_TTY":
			return true
		}
		return false
	})
}

// sessionEnvironment adds the variables of a session to the environment of its program. A
// session without a socket has none.
func sessionEnvironment(env []string, id identity) []string {
	if id.path == "" {
		return env
	}
	return setenv(setenv(env, sessionVariable+"="+id.name), socketVariable+"="+id.path)
}

// keepEnded is how long a session whose program has ended waits for a client.
const keepEnded = 24 * time.Hour

// stdioTimeout is how long a session without a terminal waits for a client that is silent. No
// other client can enter it.
const stdioTimeout = 24 * time.Hour

// readLimits returns the timeouts of a session. One that no client can enter later ends as
// with mosh, unless the environment has a time for it. warning is about a bad time.
func readLimits(o options, lookup func(string) (string, bool)) (t session.Timeouts, warning string) {
	t = readTimeouts(lookup)
	if o.session.stdio && t.Network == 0 {
		t.Network = stdioTimeout
	}
	var linger lingerTime
	if o.extensions.Has(state.ExtSessions) {
		linger, t.KeepEnded = defaultLinger, keepEnded
	}
	if text, set := lookup(lingerVariable); set && text != "" {
		if parsed, err := parseLinger(text); err == nil {
			linger = parsed
		} else {
			warning = lingerVariable + ": " + err.Error()
		}
	}
	if o.session.linger != nil {
		linger = *o.session.linger
	}
	t.Linger = time.Duration(linger)
	return t, warning
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
