package sshconfig

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// User returns the name with which to log in.
func (c *Config) User() string {
	if c.IsSet("user") {
		return c.Word("user")
	}
	return c.Env.User
}

// expandUser replaces the tokens and variables of User, as OpenSSH 10 does, unless the
// user name is from the command line. %r and %C, which depend on it, and unknown tokens
// are left unchanged, as by older versions.
func (c *Config) expandUser() error {
	user := c.values["user"]
	if c.userTyped || len(user) == 0 {
		return nil
	}
	expanded, err := c.expand(user[0], map[byte]string{'r': "%r", 'C': "%C"}, true)
	switch {
	case err == nil:
		c.values["user"] = []string{expanded}
	case strings.Contains(user[0], "${"):
		return fmt.Errorf("user %s: %w", user[0], err)
	}
	return nil
}

func (c *Config) token(name byte) (string, bool) {
	switch name {
	case '%':
		return "%", true
	case 'C':
		sum := sha1.Sum([]byte(c.Env.Hostname + c.HostName() + strconv.Itoa(c.Number("port")) + c.User() + c.Jump()))
		return hex.EncodeToString(sum[:]), true
	case 'd':
		return c.Env.Home, true
	case 'h':
		return c.HostName(), true
	case 'i':
		return c.Env.UID, true
	case 'j':
		return c.Jump(), true
	case 'k':
		if c.IsSet("hostkeyalias") {
			return c.Word("hostkeyalias"), true
		}
		return c.Alias, true
	case 'L':
		short, _, _ := strings.Cut(c.Env.Hostname, ".")
		return short, true
	case 'l':
		return c.Env.Hostname, true
	case 'n':
		return c.Alias, true
	case 'p':
		return strconv.Itoa(c.Number("port")), true
	case 'r':
		return c.User(), true
	case 'u':
		return c.Env.User, true
	}
	return "", false
}

// ExpandTokens replaces the tokens in s.
func (c *Config) ExpandTokens(s string) (string, error) { return c.ExpandTokensWith(s, nil) }

// ExpandTokensWith replaces the tokens in s, of which those in further have the given
// values.
func (c *Config) ExpandTokensWith(s string, further map[byte]string) (string, error) {
	return c.expand(s, further, false)
}

func (c *Config) expandAll(s string) (string, error) { return c.expand(s, nil, true) }

func (c *Config) expand(s string, further map[byte]string, variables bool) (string, error) {
	var out strings.Builder
	for s != "" {
		switch {
		case s[0] == '%':
			value, err := c.tokenAt(s[1:], further)
			if err != nil {
				return "", err
			}
			out.WriteString(value)
			s = s[2:]
		case variables && strings.HasPrefix(s, "${"):
			value, rest, err := c.variableAt(s[2:])
			if err != nil {
				return "", err
			}
			out.WriteString(value)
			s = rest
		default:
			out.WriteByte(s[0])
			s = s[1:]
		}
	}
	return out.String(), nil
}

func (c *Config) tokenAt(s string, further map[byte]string) (string, error) {
	if s == "" {
		return "", errors.New("a single % at the end")
	}
	value, ok := further[s[0]]
	if !ok {
		value, ok = c.token(s[0])
	}
	if !ok {
		return "", fmt.Errorf("unknown token %%%c", s[0])
	}
	return value, nil
}

// variableAt returns the value of the variable whose name begins s and ends at a brace,
// and the rest of s. A variable that is not set is an error.
func (c *Config) variableAt(s string) (value, rest string, err error) {
	name, rest, closed := strings.Cut(s, "}")
	if !closed {
		return "", "", errors.New("${ is not closed")
	}
	value, ok := c.Env.Lookup(name)
	if !ok {
		return "", "", fmt.Errorf("environment variable %q is not set", name)
	}
	return value, rest, nil
}

// ExpandEnv replaces each ${NAME}. A variable that is not set is an error.
func (c *Config) ExpandEnv(s string) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, "${")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		value, rest, err := c.variableAt(rest)
		if err != nil {
			return "", err
		}
		out.WriteString(value)
		s = rest
	}
}

// ExpandPath replaces variables and tokens in s, then ~ at its beginning.
func (c *Config) ExpandPath(s string) (string, error) {
	s, err := c.expandAll(s)
	return c.Env.expandHome(s), err
}

// Paths returns the expanded files of a keyword, without "none" and without those that
// cannot be expanded, which checkPaths has reported.
func (c *Config) Paths(name string) []string {
	var paths []string
	for _, value := range c.List(name) {
		if path, err := c.ExpandPath(value); err == nil && !strings.EqualFold(value, "none") {
			paths = append(paths, path)
		}
	}
	return paths
}

func (c *Config) checkPaths() error {
	for _, name := range []string{"identityfile", "certificatefile", "userknownhostsfile", "globalknownhostsfile", "identityagent", "revokedhostkeys"} {
		for _, value := range c.List(name) {
			if _, err := c.ExpandPath(value); err != nil {
				return fmt.Errorf("%s %s: %w", name, value, err)
			}
		}
	}
	return nil
}

// Jump returns the value of ProxyJump, "" for none.
func (c *Config) Jump() string {
	if jump := c.Word("proxyjump"); !strings.EqualFold(jump, "none") {
		return jump
	}
	return ""
}
