package forward

import (
	"net"
	"strconv"
	"strings"
)

// specError is an error in OpenSSH's words.
type specError string

func (e specError) Error() string { return string(e) }

// ParseLocal parses an argument of -L: [bind:]port:host:hostport, and Unix sockets at either
// side.
func ParseLocal(arg string) (Spec, error) {
	if s, ok := parseSpec(arg, Local, false); ok {
		return s, nil
	}
	return Spec{}, specError("Bad local forwarding specification '" + arg + "'")
}

// ParseRemote parses an argument of -R: that of -L, or [bind:]port alone, for SOCKS clients.
func ParseRemote(arg string) (Spec, error) {
	for _, socks := range []bool{false, true} {
		if s, ok := parseSpec(arg, Remote, socks); ok {
			return s, nil
		}
	}
	return Spec{}, specError("Bad remote forwarding specification '" + arg + "'")
}

// ParseDynamic parses an argument of -D: [bind:]port, or the path of a Unix socket.
func ParseDynamic(arg string) (Spec, error) {
	if s, ok := parseSpec(arg, Dynamic, true); ok {
		return s, nil
	}
	return Spec{}, specError("Bad dynamic forwarding specification '" + arg + "'")
}

// ParseStdio parses an argument of -W: host:port, or the path of a Unix socket.
func ParseStdio(arg string) (Address, error) {
	f, ok := splitSpec(arg)
	switch {
	case !ok:
	case len(f) == 1 && f[0].path:
		return Address{Path: f[0].text}, nil
	case len(f) == 2:
		if a, ok := hostPort(f[0].text, f[1].text); ok {
			return a, nil
		}
	}
	return Address{}, specError("Bad stdio forwarding specification '" + arg + "'")
}

// ParseCancel parses an argument of -KL, -KR and -KD: [bind:]port, or the path of a socket.
func ParseCancel(kind SpecKind, arg string) (Spec, error) {
	s, ok := parseSpec(arg, kind, true)
	if !ok {
		return Spec{}, specError("Bad forwarding close specification.")
	}
	return s, nil
}

// parseSpec parses a forward; socks reports whether it has no target.
func parseSpec(arg string, kind SpecKind, socks bool) (Spec, bool) {
	f, ok := splitSpec(strings.TrimLeft(arg, " \t\n\v\f\r"))
	if !ok || len(f) == 0 {
		return Spec{}, false
	}
	listen, connect := f, []specField(nil)
	if !socks {
		n := 1 // fields of the target
		if !f[len(f)-1].path {
			n = 2
		}
		if len(f) <= n {
			return Spec{}, false
		}
		listen, connect = f[:len(f)-n], f[len(f)-n:]
	}
	s := Spec{Kind: kind}
	if !s.setListen(listen) || s.Listen.Path == "" && s.Listen.Port == 0 && kind != Remote {
		return Spec{}, false
	}
	return s, socks || s.setConnect(connect)
}

func (s *Spec) setListen(f []specField) (ok bool) {
	switch {
	case len(f) == 1 && f[0].path:
		s.Listen.Path = f[0].text
		return len(f[0].text) <= maxPath
	case len(f) == 2:
		s.Listen.Host, s.HasBind = f[0].text, true
		f = f[1:]
	case len(f) != 1:
		return false
	}
	s.Listen.Port, ok = lookupPort(f[0].text)
	return ok
}

func (s *Spec) setConnect(f []specField) (ok bool) {
	if len(f) == 1 {
		s.Connect.Path = f[0].text
		return len(f[0].text) <= maxPath
	}
	s.Connect, ok = hostPort(f[0].text, f[1].text)
	return ok
}

const (
	maxHost = 1024 // NI_MAXHOST, less the NUL
	maxPath = 107  // of sockaddr_un, less the NUL
)

func hostPort(host, port string) (a Address, ok bool) {
	a.Host = host
	a.Port, ok = lookupPort(port)
	return a, ok && a.Port != 0 && len(host) <= maxHost
}

func lookupPort(text string) (int, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return n, n >= 0 && n <= maxPort
	}
	n, err := net.LookupPort("tcp", text)
	return n, err == nil && text != ""
}

// specField is a part of a forward between colons.
type specField struct {
	text string
	path bool // it has a slash, and was not in brackets
}

// maxFields is the number of fields of [bind:]port:host:hostport.
const maxFields = 4

// splitSpec splits a forward at colons. Brackets hold an IPv6 address together, and a backslash
// quotes a colon. A colon at the end is ignored, as in ssh.
func splitSpec(arg string) (list []specField, ok bool) {
	for arg != "" && len(list) < maxFields {
		var f specField
		if f, arg, ok = cutField(arg); !ok {
			return nil, false
		}
		list = append(list, f)
	}
	return list, arg == "" && len(list) > 0
}

func cutField(arg string) (f specField, rest string, ok bool) {
	if arg[0] == '[' {
		text, after, closed := strings.Cut(arg[1:], "]")
		if !closed || after != "" && after[0] != ':' {
			return f, "", false
		}
		return specField{text: text}, strings.TrimPrefix(after, ":"), true
	}
	var text []byte
	for i := 0; i < len(arg); i++ {
		switch arg[i] {
		case ':':
			return specField{string(text), f.path}, arg[i+1:], true
		case '\\':
			if i++; i == len(arg) {
				return f, "", false
			}
		case '/':
			f.path = true
		}
		text = append(text, arg[i])
	}
	return specField{string(text), f.path}, "", true
}
