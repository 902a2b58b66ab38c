package sshconfig

import (
	"strconv"
	"strings"
)

// ForwardKind is the option that requests a forwarding.
type ForwardKind byte

const (
	ForwardLocal   ForwardKind = 'L'
	ForwardRemote  ForwardKind = 'R'
	ForwardDynamic ForwardKind = 'D'
	ForwardStdio   ForwardKind = 'W'
)

// maxForwardHost bounds the host of a forwarding, in bytes (NI_MAXHOST).
const maxForwardHost = 1025

// forwardKeywords maps the keywords of forwardings to their options.
var forwardKeywords = map[string]ForwardKind{
	"localforward": ForwardLocal, "remoteforward": ForwardRemote, "dynamicforward": ForwardDynamic,
}

// parseForwardLine returns the arguments of a forwarding keyword in the form of -L, -R or -D.
func parseForwardLine(name string, args []string) ([]string, error) {
	kind := forwardKeywords[name]
	if len(args) == 0 || args[0] == "" {
		return nil, configError("Missing argument.")
	}
	text, most := args[0], 1
	if kind != ForwardDynamic {
		most = 2
		switch {
		case len(args) > 1 && args[1] != "":
			text += ":" + args[1]
		case kind == ForwardLocal:
			return nil, configError("Missing target argument.")
		}
	}
	if !ValidForward(kind, text) {
		return nil, configError("Bad forwarding specification.")
	}
	if len(args) > most {
		return nil, configErrorf("keyword %s extra arguments at end of line", name)
	}
	return []string{text}, nil
}

// addForward adds the forwarding text, the argument of the option kind.
func (c *Config) addForward(kind ForwardKind, text string) error {
	for name, k := range forwardKeywords {
		if k == kind && ValidForward(kind, text) {
			c.add(keyword{name: name, kind: kindMulti}, text)
			return nil
		}
	}
	return ForwardError(kind, text)
}

// ForwardError returns ssh's error for a forwarding that is not valid.
func ForwardError(kind ForwardKind, text string) error {
	names := map[ForwardKind]string{ForwardLocal: "local", ForwardRemote: "remote", ForwardDynamic: "dynamic", ForwardStdio: "stdio"}
	return configErrorf("Bad %s forwarding specification '%s'", names[kind], text)
}

// ValidForward reports whether text is a forwarding as ssh accepts it after the option kind.
func ValidForward(kind ForwardKind, text string) bool {
	_, _, ok := forwardEnds(kind, text)
	return ok
}

// forwardEnds returns the two ends of a forwarding in the form of ssh -G: a path, a port, or
// [HOST]:PORT. The second one is empty for ForwardDynamic and ForwardStdio.
func forwardEnds(kind ForwardKind, text string) (listen, connect string, ok bool) {
	fields, ok := forwardFields(text)
	if !ok {
		return "", "", false
	}
	n := len(fields)
	remote := kind == ForwardRemote
	switch {
	case kind == ForwardStdio:
		listen, ok = endOf(fields, false)
		return listen, "", ok && (n == 2 || fields[0].isPath)
	case kind == ForwardDynamic:
		listen, ok = endOf(fields, false)
		return listen, "", ok
	case remote && (n == 1 || n == 2 && !fields[1].isPath):
		listen, ok = endOf(fields, true)
		return listen, "[socks]:0", ok
	}
	split := n - 2 // the fields of the first end
	if fields[n-1].isPath {
		split = n - 1
	}
	if split < 1 {
		return "", "", false
	}
	listen, okListen := endOf(fields[:split], remote)
	connect, okConnect := endOf(fields[split:], false)
	return listen, connect, okListen && okConnect
}

// forwardField is a field of a forwarding between colons.
type forwardField struct {
	text   string
	isPath bool
}

// forwardFields splits a forwarding at its colons. A field may be in brackets; one with a
// slash is a path, in which a backslash escapes a colon.
func forwardFields(s string) (fields []forwardField, ok bool) {
	s = strings.TrimLeft(s, " \t")
	for {
		var f forwardField
		rest, more := "", false
		if inner, bracketed := strings.CutPrefix(s, "["); bracketed {
			host, after, closed := strings.Cut(inner, "]")
			if !closed || after != "" && after[0] != ':' {
				return nil, false
			}
			f.text, f.isPath = host, strings.Contains(host, "/")
			rest, more = strings.CutPrefix(after, ":")
		} else {
			f.text, rest, more = cutUnescaped(s)
			f.isPath = strings.Contains(f.text, "/")
		}
		fields = append(fields, f)
		if !more {
			return fields, len(fields) <= 4
		}
		s = rest
	}
}

// cutUnescaped cuts s at its first colon without a backslash before it, and removes the
// backslashes of the colons before it.
func cutUnescaped(s string) (before, after string, found bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == ':':
			i++
			b.WriteByte(':')
		case s[i] == ':':
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), "", false
}

// endOf returns the end of a forwarding that fields are: a path, a port, or a host and a
// port. anyPort allows port 0.
func endOf(fields []forwardField, anyPort bool) (string, bool) {
	n := len(fields)
	if n == 1 && fields[0].isPath {
		return fields[0].text, fields[0].text != ""
	}
	if n != 1 && n != 2 {
		return "", false
	}
	port := fields[n-1].text
	if _, err := ParsePort(port); err != nil && !(anyPort && port == "0") {
		return "", false
	}
	if n == 1 {
		return portNumber(port), true
	}
	host := fields[0].text
	return "[" + host + "]:" + portNumber(port), !fields[0].isPath && len(host) < maxForwardHost
}

// portNumber returns the number of a valid port, which may be the name of a service.
func portNumber(port string) string {
	n, _ := ParsePort(port) // 0 for "0"
	return strconv.Itoa(n)
}
