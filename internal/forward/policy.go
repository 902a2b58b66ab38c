package forward

// Policy has the limits that sshd sets to the connection that began the session. The
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

func (p *Policy) permits(a Address) bool {
	if a.Path != "" {
		return !p.NoUnixConnect
	}
	return !p.NoConnect && p.PermitOpen.permits(a)
}

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
