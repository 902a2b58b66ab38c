// Package sshconfig reads ssh_config(5) and the options of ssh for one host. It resolves
// them as ssh -G does, which the tests compare.
package sshconfig

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gm/internal/sanitize"
)

// Config is the configuration of one host: ssh_config(5) and the options of the command
// line.
type Config struct {
	// Alias is the host as the user typed it.
	Alias string
	// command is the command to run on the host, its words joined by blanks. It is
	// empty for the login shell.
	command string
	// isJump is set for a jump host.
	isJump bool
	// userTyped is set if the user name is from the command line. Tokens in it are
	// not expanded.
	userTyped bool
	// values holds the values of each keyword that is set: those of the first line,
	// or of all lines for a keyword of kindMulti or kindMultiWord.
	values map[string][]string
	// places holds where each of them was first set.
	places map[string]string
	place  string // of the line that is parsed
	Env    Environment
	notes  []note
}

// note is a message about the configuration for the user.
type note struct {
	Text  string
	Debug bool // only if LogLevel asks for it
}

// commandLine is the place of options.
const commandLine = "command line"

func New(alias string, env Environment) *Config {
	return &Config{Alias: alias, values: map[string][]string{}, places: map[string]string{}, place: commandLine, Env: env}
}

// set sets the values of a keyword. The first line wins, except that lines of kindMulti
// and kindMultiWord accumulate.
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
	if _, known := c.places[k.name]; !known && c.IsSet(k.name) {
		c.places[k.name] = c.place
	}
}

// exclusive maps each keyword to the one that it excludes: the first of the two wins.
var exclusive = map[string]string{"proxyjump": "proxycommand", "proxycommand": "proxyjump"}

// add appends a value unless the keyword has it already. For kindMultiWord, -PATTERN
// removes the values that match PATTERN.
func (c *Config) add(k keyword, value string) {
	if pattern, ok := strings.CutPrefix(value, "-"); ok && k.kind == kindMultiWord {
		c.values[k.name] = slices.DeleteFunc(c.values[k.name], func(old string) bool { return MatchPattern(old, pattern) })
		return
	}
	if !slices.Contains(c.values[k.name], value) {
		c.values[k.name] = append(c.values[k.name], value)
	}
}

// SetLine parses a line "keyword arguments" and sets the keyword.
func (c *Config) SetLine(line string) error { return c.parseLine(line, true) }

func (c *Config) parseLine(line string, active bool) error {
	name, rest := CutKeyword(line)
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
	values, err := k.values(rest)
	if err == nil && active {
		c.set(k, values)
	}
	return err
}

// IsSet reports whether a line has set the keyword.
func (c *Config) IsSet(name string) bool { return len(c.values[name]) > 0 }

// List returns the values of a keyword, or its default.
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

func (c *Config) ownKnownHosts() bool {
	files := c.values["userknownhostsfile"]
	return len(files) > 0 && !slices.Equal(files, []string{"~/.ssh/known_hosts"})
}

func (c *Config) sessionType() string {
	switch {
	case c.isJump:
		return "none"
	case c.IsSet("sessiontype") && c.Word("sessiontype") != "default":
		return c.Word("sessiontype")
	case c.command != "":
		return "exec"
	}
	return "shell"
}

// Word returns the first value of a keyword, or "" if it has none.
func (c *Config) Word(name string) string {
	if values := c.List(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Flag reports whether the value of a keyword is yes.
func (c *Config) Flag(name string) bool {
	value := c.Word(name)
	return value == "yes" || value == "true"
}

// Number returns the value of a keyword of kindNumber or kindPort.
func (c *Config) Number(name string) int {
	n, _ := strconv.Atoi(c.Word(name)) // checked when it was set
	return n
}

// Duration returns the value of a keyword of kindDuration, 0 for none.
func (c *Config) Duration(name string) time.Duration { return Seconds(c.Word(name)) }

// HostName returns the name or address to dial.
func (c *Config) HostName() string {
	if c.IsSet("hostname") {
		return c.Word("hostname")
	}
	return c.Alias
}

func (c *Config) note(debug bool, format string, args ...any) {
	n := note{sanitize.Line(fmt.Sprintf(format, args...)), debug}
	if !slices.Contains(c.notes, n) {
		c.notes = append(c.notes, n)
	}
}

// TakeNotes returns the recorded messages and clears them.
func (c *Config) TakeNotes() []note {
	notes := c.notes
	c.notes = nil
	return notes
}

// Environ returns the variables to request in a session, as NAME=VALUE: those of SetEnv,
// then the variables of gm's environment that match SendEnv.
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
