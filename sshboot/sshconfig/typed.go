package sshconfig

import (
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// Forwarding is a forwarding that the configuration requests.
type Forwarding struct {
	Kind ForwardKind
	Text string // the argument of -L, -R or -D
}

// Forwardings returns the requested forwardings of ports and sockets, none if
// ClearAllForwardings is set.
func (c *Config) Forwardings() (all []Forwarding) {
	if c.Flag("clearallforwardings") {
		return nil
	}
	for _, name := range []string{"localforward", "dynamicforward", "remoteforward"} {
		for _, text := range c.List(name) {
			all = append(all, Forwarding{forwardKeywords[name], text})
		}
	}
	return all
}

// ForwardAgent returns the socket of the agent to forward: a path, $NAME of the environment
// variable that has the path, or "" for the one in IdentityAgent or SSH_AUTH_SOCK. ok
// reports whether an agent is to be forwarded.
func (c *Config) ForwardAgent() (socket string, ok bool) {
	switch value := c.Word("forwardagent"); value {
	case "no":
		return "", false
	case "yes":
		return "", true
	default:
		return value, true
	}
}

// BindMask returns StreamLocalBindMask, the umask of the sockets of forwardings.
func (c *Config) BindMask() fs.FileMode {
	mask, _ := strconv.ParseUint(c.Word("streamlocalbindmask"), 8, 16) // was checked
	return fs.FileMode(mask)
}

// EscapeChar returns the escape character. ok is false if there is none.
func (c *Config) EscapeChar() (char byte, ok bool) {
	value := c.Word("escapechar")
	switch {
	case value == "none":
		return 0, false
	case strings.HasPrefix(value, `\^`) && len(value) == 3:
		return value[2] & 31, true
	}
	return value[0], true
}

// ControlPersist reports whether a shared connection stays without sessions, and for how
// long: 0 means for ever.
func (c *Config) ControlPersist() (idle time.Duration, ok bool) {
	value := c.Word("controlpersist")
	return Seconds(value), value != "no"
}

// Expanded returns the value of a keyword with its tokens and variables replaced, "" if it
// is not set or "none".
func (c *Config) Expanded(name string) (string, error) {
	value := c.Word(name)
	if value == "" || strings.EqualFold(value, "none") {
		return "", nil
	}
	return c.ExpandPath(value)
}
