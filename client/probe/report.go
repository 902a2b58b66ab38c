package probe

import (
	"net/netip"
	"strings"
	"time"

	"gm/wire/probe"
)

// Report is the result of a run.
type Report struct {
	Host  Host
	Paths []Path // one for each address of the host, in the order of the Options
}

// Host is what the host's program has reported.
type Host struct {
	System    string       // "linux", as in GOOS
	Provider  string       // whose machine it is, "Amazon EC2"; empty if that is not known
	Port      uint16       // to which datagrams were sent
	Ports     string       // that sessions may use, "60001:60999" or one
	Addresses []netip.Addr // of its interfaces
	Client    netip.Addr   // from which the login came
	Firewall  Firewall
	loops     []probe.Loop
}

// ports returns the ports that sessions may use, in words.
func (h *Host) ports() string {
	low, high, several := strings.Cut(h.Ports, ":")
	switch {
	case several:
		return "ports " + low + " to " + high
	case low == "0": // the system chooses one
		return "all ports"
	}
	return "port " + low
}

// Firewall is a firewall on the host.
type Firewall struct {
	Name      string // "ufw", "nftables"; empty if none was found
	Read      bool   // its rules could be read
	Drops     bool   // they drop or reject UDP to the ports, or may
	Command   string // that opens the ports; empty if it is not known
	Temporary bool   // what Command opens is closed at the next boot
}

// lifetime returns for how long Command opens the ports, in words.
func (f *Firewall) lifetime() string {
	if f.Temporary {
		return " until the next boot"
	}
	return ""
}

// Path is the measurement of one address of the host.
type Path struct {
	Addr     netip.Addr
	Local    netip.AddrPort // here
	Observed netip.AddrPort // Local as the host sees it; zero if nothing has arrived there
	Moved    bool           // the host has seen several

	Up, Down  Count // of short datagrams: to the host, and its replies
	Unasked   Count // datagrams of the host that reply to nothing, if no reply has arrived
	Sizes     []Size
	RTTMin    time.Duration // 0 without a reply
	RTTMedian time.Duration
	Refusals  []Refusal
	Binding   Binding
	SendError error // of this machine, for the datagrams that it did not send

	host, here   dropCount
	refusedThere int // replies that the host's system did not send
}

// Count counts datagrams of one direction.
type Count struct {
	Sent, Arrived int
	Reordered     int // that were overtaken by a later one
}

// Loss returns the share that was lost, 0 to 1.
func (c Count) Loss() float64 {
	if c.Sent == 0 {
		return 0
	}
	return 1 - float64(c.Arrived)/float64(c.Sent)
}

// Size counts datagrams of one size, in bytes of UDP payload.
type Size struct {
	Bytes    int
	Up, Down Count
}

// Refusal is an ICMP error for datagrams to the host.
type Refusal struct {
	From  netip.Addr // its sender; zero if the system does not report it
	Kind  RefusalKind
	Count int
}

// RefusalKind is the kind of an ICMP error.
type RefusalKind string

const (
	PortUnreachable RefusalKind = "port unreachable"
	Prohibited      RefusalKind = "prohibited"
	HostUnreachable RefusalKind = "host unreachable"
	NetUnreachable  RefusalKind = "network unreachable"
	OtherRefusal    RefusalKind = "refused"
)

// Binding is how long a NAT or a firewall keeps the mapping of a silent socket, as replies
// show that were sent after a silence.
type Binding struct {
	Kept time.Duration // the longest silence after which a reply has arrived; 0 for none
	Lost time.Duration // the shortest after which none has; 0 if none was lost
}

// Translated reports whether a NAT has changed the address or the port of this end.
func (p *Path) Translated() bool { return p.Observed.IsValid() && p.Observed != p.Local }

// Works reports whether datagrams arrive in both directions.
func (p *Path) Works() bool { return p.Up.Arrived > 0 && p.Down.Arrived > 0 }

// Works reports whether a session can use UDP.
func (r *Report) Works() bool {
	for i := range r.Paths {
		if r.Paths[i].Works() {
			return true
		}
	}
	return false
}

// dropCount is how many packets a system has dropped because some datagrams were sent to it.
type dropCount struct {
	known   bool
	sent    int
	dropped uint64
}

// mostOf is the share of the datagrams of a burst from which on the counters mean them, and
// not other packets.
const mostOf = 0.7

// drops reports whether the system has received and dropped most of the datagrams.
func (d dropCount) drops() bool {
	return d.known && d.sent > 0 && float64(d.dropped) >= mostOf*float64(d.sent)
}

// passes reports whether the system has not dropped them.
func (d dropCount) passes() bool { return d.known && d.sent > 0 && !d.drops() }
