// Package sshconfig reads ssh_config(5) and the options of ssh for one host. Its results
// are those of ssh -G, against which its tests compare them.
package sshconfig

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gm/internal/sanitize"
)

// Config is what ssh_config(5) and the command line say of one host.
type Config struct {
	// Alias is the host as it was typed.
	Alias string
	// command is the user's command for the host, its words joined by blanks. It is
	// empty for the login shell.
	command string
	// isJump is set for a host on the way to the user's.
	isJump bool
	// userTyped is set if the user name is from the command line, which holds as it
	// stands.
	userTyped bool
	// values hold what was set, by keyword: for each the first that was set,
	// or all of them where lines add up.
	values map[string][]string
	Env    Environment
	notes  []note
}

// note is text about the configuration, for the user.
type note struct {
	Text  string
	Debug bool // only if LogLevel asks for it
}

// New makes a configuration in which nothing is set.
func New(alias string, env Environment) *Config {
	return &Config{Alias: alias, values: map[string][]string{}, Env: env}
}

// set gives the keyword its values unless it has some. Lines that add up are
// appended.
func (c *Config) set(k keyword, values []string) {
	switch k.kind {
	case kindIgnored:
	case kindMulti, kindMultiWord:
		for _, value := range values {
			c.add(k, value)
		}
	default:
		if !c.IsSet(k.name) && !c.IsSet(exclusive[k.name]) {
			c.values[k.name] = values
		}
	}
}

// exclusive are the keywords that exclude each other: the first wins.
var exclusive = map[string]string{"proxyjump": "proxycommand", "proxycommand": "proxyjump"}

// add appends one value, once. A dash before a word of several takes away what
// the rest of it matches.
func (c *Config) add(k keyword, value string) {
	if pattern, ok := strings.CutPrefix(value, "-"); ok && k.kind == kindMultiWord {
		c.values[k.name] = slices.DeleteFunc(c.values[k.name], func(old string) bool { return MatchPattern(old, pattern) })
		return
	}
	if !slices.Contains(c.values[k.name], value) {
		c.values[k.name] = append(c.values[k.name], value)
	}
}

// SetLine reads "keyword arguments" and sets it.
func (c *Config) SetLine(line string) error { return c.parseLine(line, true) }

// parseLine checks a line, and sets it if it is active.
func (c *Config) parseLine(line string, active bool) error {
	name, rest := cutKeyword(line)
	if name == "" {
		return nil
	}
	k, ok := lookupKeyword(name)
	switch {
	case !ok && matchAny(strings.ToLower(c.Word("ignoreunknown")), name):
		return nil
	case rest == "":
		return missingArgument(name)
	case !ok:
		return unknownKeywordError(name)
	}
	values, err := k.parse(rest)
	if err == nil && active {
		c.set(k, values)
	}
	return err
}

// IsSet says whether the keyword was given a value.
func (c *Config) IsSet(name string) bool { return len(c.values[name]) > 0 }

// List gives the values of a keyword, or its default.
func (c *Config) List(name string) []string {
	if values, ok := c.values[name]; ok {
		return values
	}
	if name == "updatehostkeys" && (c.ownKnownHosts() || c.Word("verifyhostkeydns") != "false") {
		return []string{"false"} // the user keeps these files, or trusts the DNS
	}
	k, _ := lookupKeyword(name)
	return strings.Fields(k.def)
}

// ownKnownHosts reports whether UserKnownHostsFile is something else than the usual
// file.
func (c *Config) ownKnownHosts() bool {
	files := c.values["userknownhostsfile"]
	return len(files) > 0 && !slices.Equal(files, []string{"~/.ssh/known_hosts"})
}

// sessionType returns the type of session in the sense of Match sessiontype.
func (c *Config) sessionType() string {
	switch {
	case c.isJump:
		return "none"
	case c.command != "":
		return "exec"
	}
	return "shell"
}

// Word gives the first value of a keyword, empty if it has none.
func (c *Config) Word(name string) string {
	if values := c.List(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

func (c *Config) Flag(name string) bool {
	value := c.Word(name)
	return value == "yes" || value == "true"
}

func (c *Config) Number(name string) int {
	n, _ := strconv.Atoi(c.Word(name)) // checked when it was set
	return n
}

func (c *Config) Duration(name string) time.Duration { return Seconds(c.Word(name)) }

// HostName is the name or address to dial.
func (c *Config) HostName() string {
	if c.IsSet("hostname") {
		return c.Word("hostname")
	}
	return c.Alias
}

// note keeps text about the configuration, each once, until showNotes.
func (c *Config) note(debug bool, format string, args ...any) {
	n := note{sanitize.Line(fmt.Sprintf(format, args...)), debug}
	if !slices.Contains(c.notes, n) {
		c.notes = append(c.notes, n)
	}
}

// TakeNotes returns the notes and forgets them.
func (c *Config) TakeNotes() []note {
	notes := c.notes
	c.notes = nil
	return notes
}

// Environ returns the variables to ask for in a session, NAME=VALUE: those of
// SetEnv, then those of our own environment that SendEnv names.
func (c *Config) Environ() []string {
	env := slices.Clone(c.List("setenv"))
	patterns := c.List("sendenv")
	for _, variable := range c.Env.All() {
		name, _, _ := strings.Cut(variable, "=")
		if slices.ContainsFunc(patterns, func(p string) bool { return MatchPattern(name, p) }) {
			env = append(env, variable)
		}
	}
	return env
}
