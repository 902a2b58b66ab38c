package forward

import (
	"net"
	"strconv"
	"strings"
)

// Address is a TCP address or the path of a Unix socket.
type Address struct {
	Host string // name or IP address; not of a Unix socket
	Port int
	Path string // of a Unix socket; empty for TCP
}

// String returns the address as ssh -G prints the target of a forward.
func (a Address) String() string {
	if a.Path != "" {
		return a.Path
	}
	return "[" + a.Host + "]:" + strconv.Itoa(a.Port)
}

func (a Address) network() string {
	if a.Path != "" {
		return "unix"
	}
	return "tcp"
}

func (a Address) netAddress() string {
	if a.Path != "" {
		return a.Path
	}
	return net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
}

func connectTarget(a Address, originator string) []byte {
	if a.Path != "" {
		return target(kindUnix, a.Path)
	}
	return target(kindTCP, a.Host, strconv.Itoa(a.Port), originator)
}

func parseConnectTarget(f []string) (a Address, ok bool) {
	switch {
	case f[0] == kindTCP && len(f) == 4:
		a.Host = f[1]
		a.Port, ok = parsePort(f[2], 1)
		return a, ok
	case f[0] == kindUnix && len(f) == 2:
		return Address{Path: f[1]}, f[1] != ""
	}
	return a, false
}

// originator returns the address of a connection's other end; empty for Unix sockets.
func originator(conn net.Conn) string {
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort().String()
	}
	return ""
}

// Permits limits the targets of connections: patterns of PermitRemoteOpen and PermitOpen
// (ssh_config(5), sshd_config(5)). Nil permits all.
type Permits []string

// permits reports whether a connection to a TCP address is permitted. Hosts are compared byte
// for byte, as in sshd; "*" is any.
func (p Permits) permits(a Address) bool {
	if p == nil {
		return true
	}
	for _, pattern := range p {
		host, port, ok := splitPattern(pattern)
		if pattern == "any" || ok && (host == "*" || host == a.Host) && (port == "*" || port == strconv.Itoa(a.Port)) {
			return true
		}
	}
	return false
}

// splitPattern splits host:port, where an IPv6 address is in brackets.
func splitPattern(pattern string) (host, port string, ok bool) {
	at := strings.LastIndexByte(pattern, ':')
	if at < 0 {
		return "", "", false
	}
	host, port = pattern[:at], pattern[at+1:]
	if n := len(host); n > 2 && host[0] == '[' && host[n-1] == ']' {
		return host[1 : n-1], port, true
	}
	return host, port, host != "" && !strings.Contains(host, ":")
}
