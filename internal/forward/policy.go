package forward

// Policy is what the server's sshd has forbidden on the connection that began the session. The
// zero Policy forbids nothing.
type Policy struct {
	NoConnect bool // TCP connections for the client
	NoListen  bool // TCP listeners
	// NoUnixConnect and NoUnixListen are the same for Unix sockets, on which sshd decides apart.
	NoUnixConnect bool
	NoUnixListen  bool
	NoAgent       bool
	NoX11         bool
	// PermitOpen limits the TCP targets of connections; nil permits all.
	PermitOpen Permits
	// LoopbackOnly makes listeners use loopback addresses, whatever the client asks for, as
	// sshd does without GatewayPorts.
	LoopbackOnly bool
}

// permits reports whether a connection to an address is permitted.
func (p *Policy) permits(a Address) bool {
	if a.Path != "" {
		return !p.NoUnixConnect
	}
	return !p.NoConnect && p.PermitOpen.permits(a)
}

// permitsListen reports whether a listener of a kind is permitted.
func (p *Policy) permitsListen(kind string) bool {
	switch kind {
	case kindUnix:
		return !p.NoUnixListen
	case kindAgent:
		return !p.NoAgent
	case kindX11:
		return !p.NoX11
	}
	return !p.NoListen
}
