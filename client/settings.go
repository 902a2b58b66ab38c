package client

import (
	"fmt"
	"strings"

	"gm/client/predict"
	"gm/internal/shellquote"
	"gm/wire"
	"gm/wire/state"
)

// Names of the program.
const (
	programGM         = "gm"
	programMosh       = "mosh"
	programMoshClient = "mosh-client"
)

// settings holds the settings of a session, from the environment and the command
// line.
type settings struct {
	predict            predict.Mode
	overwrite          bool
	escape             escapeKey
	titlePrefix        string
	noInit             bool // stay on the main screen
	noPassages         bool // the terminal gets nothing past the screen
	term               string
	colorTerm          string
	noColor            bool            // NO_COLOR is set
	plain              bool            // for screen readers: see package plainrow
	printsDCS          bool            // the terminal prints device control strings
	iTerm2             bool            // the terminal is iTerm2, by its environment
	extensions         state.Extension // granted by the server
	sessionName        string          // as the server has announced it; empty if it has none
	host               string          // as the user named it; empty for this machine
	readOnly           bool            // keys have no effect
	historyLines       int             // of the session's history, for the terminal's scrollback
	begun              bool            // the session was begun for this client
	loginWords         []string        // the options that lead to the host
	loginProxy         string          // the jump host or ProxyCommand of the login, which UDP does not use
	ignoreRemoteStatus bool            // exit with 0 whatever the program's status, as mosh
}

// readSettings reads the environment (protocol, section 10.3). A variable GM_X has
// priority over MOSH_X.
func readSettings(program string, lookup func(string) (string, bool)) (settings, error) {
	env := environment{lookup}
	s := settings{
		predict:            predict.Adaptive,
		overwrite:          env.value("PREDICTION_OVERWRITE") == "yes",
		escape:             defaultEscapeKey(),
		titlePrefix:        titlePrefix(program),
		ignoreRemoteStatus: program != programGM,
		noInit:             env.given("NO_TERM_INIT"),
		noPassages:         env.value("PASSTHROUGH") == no,
		plain:              env.value("PLAIN") == yes,
	}
	s.colorTerm, _ = lookup("COLORTERM")
	noColor, _ := lookup("NO_COLOR")
	s.noColor = noColor != ""
	var named bool
	if s.term, named = lookup("TERM"); !named {
		s.term = unnamedTerm
	}
	terminal, _ := lookup("TERM_PROGRAM")
	s.printsDCS = terminal == "Apple_Terminal"
	login, _ := lookup("LC_TERMINAL") // as iTerm2 sets it for hosts
	s.iTerm2 = terminal == "iTerm.app" || terminal == "" && login == "iTerm2"
	if mode := env.value("PREDICTION_DISPLAY"); mode != "" {
		s.predict = predict.Mode(mode)
	}
	if !s.predict.Valid() {
		return settings{}, fmt.Errorf("unknown prediction mode %q (MOSH_PREDICTION_DISPLAY in the environment)", s.predict)
	}
	if key, ok := env.find("ESCAPE_KEY"); ok {
		s.escape = parseEscapeKey(key)
	}
	s.escape.doubles, s.escape.forwards = program == programGM, program == programGM
	if env.given("TITLE_NOPREFIX") {
		s.titlePrefix = ""
	}
	return s, nil
}

// canDetach reports whether the client can leave the session without ending it.
func (s *settings) canDetach() bool {
	return s.extensions.Has(state.ExtSessions) && s.sessionName != ""
}

// outlivesWindow reports whether the session goes on when the user's terminal is closed:
// it was given a name, or the client may only watch it.
func (s *settings) outlivesWindow() bool {
	return s.canDetach() && (s.readOnly || !wire.IsSessionNumber(s.sessionName))
}

func (s *settings) place() string {
	name := s.sessionName
	switch {
	case name == "":
		name = "the session"
	case wire.IsSessionNumber(name):
		name = "session " + name
	}
	if s.host == "" {
		return name
	}
	return name + " on " + s.host
}

// description returns the session's name, its host and the client's role in it, as far as
// they are known.
func (s *settings) description() (text string) {
	if text = s.sessionName; text == "" {
		return ""
	}
	if s.host != "" {
		text += " on " + s.host
	}
	if s.readOnly {
		text += ", read-only"
	}
	return text
}

func (s *settings) wayBack() string {
	words := append([]string{programGM}, s.loginWords...)
	for i, word := range words {
		words[i] = shellquote.Quote(word)
	}
	command := strings.Join(append(words, "attach"), " ")
	if s.readOnly {
		command += " --read-only"
	}
	if s.host == "" {
		command += " --local"
	} else {
		command += " " + shellquote.Quote(s.host)
	}
	if s.sessionName != "" {
		command += " " + shellquote.Quote(s.sessionName)
	}
	return command
}

func titlePrefix(program string) string {
	if program == programGM {
		return "[gm] "
	}
	return "[mosh] "
}

// environment looks up variables by their names without GM_ or MOSH_.
type environment struct {
	lookup func(string) (string, bool)
}

func (e environment) find(name string) (string, bool) {
	if v, ok := e.lookup("GM_" + name); ok {
		return v, true
	}
	return e.lookup("MOSH_" + name)
}

func (e environment) value(name string) string {
	v, _ := e.find(name)
	return v
}

func (e environment) given(name string) bool {
	_, ok := e.find(name)
	return ok
}

// localeVariables returns the locale variables that are set, as NAME=VALUE, in the
// order in which the mosh wrapper passes them.
func localeVariables(lookup func(string) (string, bool)) []string {
	names := strings.Fields(`LANG LANGUAGE LC_CTYPE LC_NUMERIC LC_TIME LC_COLLATE LC_MONETARY
		LC_MESSAGES LC_PAPER LC_NAME LC_ADDRESS LC_TELEPHONE LC_MEASUREMENT LC_IDENTIFICATION LC_ALL`)
	var set []string
	for _, name := range names {
		if v, ok := lookup(name); ok {
			set = append(set, name+"="+v)
		}
	}
	return set
}
