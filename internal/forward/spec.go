package forward

import "strconv"

// SpecKind is the kind of a forward.
type SpecKind int

// The kinds of forwards.
const (
	Local   SpecKind = iota // -L
	Remote                  // -R
	Dynamic                 // -D
)

func (k SpecKind) String() string { return [...]string{"local", "remote", "dynamic"}[k] }

// Spec is a forward as ssh's options -L, -R and -D and the keywords LocalForward, RemoteForward
// and DynamicForward describe it.
type Spec struct {
	Kind   SpecKind
	Listen Address
	// HasBind reports whether Listen.Host is a bind address, which may be empty.
	HasBind bool
	// Connect is the target; the zero Address of Dynamic, and of Remote with SOCKS clients.
	Connect Address
}

// IsSOCKS reports whether clients choose the targets by SOCKS.
func (s Spec) IsSOCKS() bool { return s.Connect == Address{} }

// String returns the forward as ssh -G prints it, without its keyword.
func (s Spec) String() string {
	switch text := s.listenText(); {
	case s.Kind == Dynamic:
		return text
	case s.IsSOCKS():
		return text + " [socks]:0"
	default:
		return text + " " + s.Connect.String()
	}
}

func (s Spec) listenText() string {
	if s.Listen.Path == "" && !s.HasBind {
		return strconv.Itoa(s.Listen.Port)
	}
	return s.Listen.String()
}

// targetText returns the target in OpenSSH's messages.
func (s Spec) targetText() string {
	switch {
	case s.IsSOCKS():
		return "socks:0"
	case s.Connect.Path != "":
		return s.Connect.Path
	}
	return s.Connect.Host + ":" + strconv.Itoa(s.Connect.Port)
}

// bind returns the bind address of a local listener. GatewayPorts holds if there is none.
func (s Spec) bind(gatewayPorts bool) string {
	switch {
	case s.HasBind:
		return s.Listen.Host
	case gatewayPorts:
		return "*"
	}
	return "localhost"
}

// RemoteBind returns the bind address of a listener at the server (RFC 4254, 7.1).
func (s Spec) RemoteBind() string {
	switch {
	case !s.HasBind:
		return "localhost"
	case s.Listen.Host == "*":
		return ""
	}
	return s.Listen.Host
}

func (s Spec) sameListener(t Spec) bool {
	return s.Listen.Path == t.Listen.Path && s.Listen.Port == t.Listen.Port && s.RemoteBind() == t.RemoteBind()
}
