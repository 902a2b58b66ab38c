package sshconfig

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Destination is a host as the user typed it. An empty User and a zero Port are left to
// the configuration.
type Destination struct {
	User string
	Host string // a name of the configuration, a host name or an address, without brackets
	Port int
}

// ParseDestination parses [user@]host[:port] and ssh://[user@]host[:port]. An IPv6 address
// with a port is in brackets; without one the brackets are optional. As with ssh, names
// with characters that a shell would interpret are rejected.
func ParseDestination(s string) (Destination, error) {
	d, err := splitDestination(s)
	if err == nil {
		err = d.check()
	}
	if err != nil {
		return Destination{}, fmt.Errorf("destination %q: %w", s, err)
	}
	return d, nil
}

func splitDestination(s string) (Destination, error) {
	rest, isURI := strings.CutPrefix(s, "ssh://")
	if isURI {
		rest = strings.TrimSuffix(rest, "/")
	}
	var d Destination
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		d.User, rest = rest[:at], rest[at+1:]
		if d.User == "" {
			return d, errors.New("no user before @")
		}
	}
	if isURI {
		var err error
		if d.User, err = uriUser(d.User); err != nil {
			return d, err
		}
	}
	host, port, err := splitHostPort(rest)
	d.Host = host
	if isURI && strings.Contains(host, "/") {
		return d, errors.New("a path after the host")
	}
	if err == nil && port != "" {
		d.Port, err = ParsePort(port)
	}
	return d, err
}

// uriUser decodes the user of a URI and removes its connection parameters
// (draft-ietf-secsh-scp-sftp-ssh-uri, section 3.3).
func uriUser(user string) (string, error) {
	user, _, _ = strings.Cut(user, ";")
	return url.PathUnescape(user)
}

func splitHostPort(s string) (host, port string, err error) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		host, rest, closed := strings.Cut(inner, "]")
		port, hasPort := strings.CutPrefix(rest, ":")
		switch {
		case !closed:
			return "", "", errors.New("no ] after [")
		case rest == "":
			return host, "", nil
		case !hasPort || port == "":
			return "", "", errors.New("only :PORT may follow ]")
		}
		return host, port, nil
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return s, "", nil
	}
	host, port, found := strings.Cut(s, ":")
	if strings.Contains(port, ":") {
		return "", "", errors.New("an IPv6 address with a port needs brackets")
	}
	if found && port == "" {
		return "", "", errors.New("no port after the colon")
	}
	return host, port, nil
}

// ParsePort parses a port: a number in the forms that ssh accepts, or the name of a
// service.
func ParsePort(s string) (int, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimLeft(s, " \t"), "+"), 10, 16)
	if err == nil && n != 0 {
		return int(n), nil
	}
	if err != nil && s != "" && s == strings.ToLower(s) { // net ignores the case of services
		if port, err := net.LookupPort("tcp", s); err == nil && port != 0 {
			return port, nil
		}
	}
	return 0, fmt.Errorf("port %q is neither within 1..65535 nor the name of a service", s)
}

func (d Destination) check() error {
	if d.Host == "" {
		return errors.New("no host")
	}
	if !ValidHost(d.Host) {
		return fmt.Errorf("%q cannot be the name of a host", d.Host)
	}
	return checkUser(d.User)
}

func checkUser(user string) error {
	if !ValidUser(user) {
		return fmt.Errorf("%q cannot be the name of a user", user)
	}
	return nil
}

// checkTyped checks the user and the jump hosts that options of the command line set, as
// ParseDestination checks those of a destination. It is called before any configuration is
// read, because Match exec and ProxyCommand pass them to a shell. As with ssh, values of
// the configuration itself are not checked.
func (c *Config) checkTyped() error {
	if err := checkUser(c.Word("user")); err != nil {
		return fmt.Errorf("user: %w", err)
	}
	for jump := range strings.SplitSeq(c.Jump(), ",") {
		if c.Jump() == "" {
			break
		}
		if _, err := ParseDestination(strings.TrimSpace(jump)); err != nil {
			return fmt.Errorf("ProxyJump: %w", err)
		}
	}
	return nil
}

// ValidHost reports whether ssh would accept the name of a host: it has no leading dash,
// no control character, and no character that could end a word in the shell of a
// ProxyCommand or begin an option there.
func ValidHost(s string) bool {
	return !strings.HasPrefix(s, "-") && !strings.ContainsAny(s, "'`\"$\\;&<>|(){},") &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
}

func ValidUser(s string) bool {
	return !strings.HasPrefix(s, "-") && !strings.HasSuffix(s, "\\") && !strings.ContainsAny(s, "'`\";&<>|(){}") &&
		!strings.ContainsFunc(s, unicode.IsControl) && !dashAfterSpace(s)
}

func dashAfterSpace(s string) bool {
	space := false
	for _, r := range s {
		if space && r == '-' {
			return true
		}
		space = unicode.IsSpace(r)
	}
	return false
}
