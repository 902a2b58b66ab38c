package address

import (
	"net/netip"
	"slices"
)

// MaxCandidates is the largest number of candidates.
const MaxCandidates = 6

// Host holds the addresses of a host, by their source. IPv4 addresses are never in their
// IPv6 form.
type Host struct {
	// Login is the address that the login used, or that the host reported of itself if
	// the login went through a proxy; zero if it has not.
	Login netip.Addr
	// Bound is the only address that the server receives on; zero for all.
	Bound netip.Addr
	// Resolved are the addresses of the host's name.
	Resolved []netip.Addr
	// Announced are the addresses that the host reported of its interfaces.
	Announced []netip.Addr
	// Observed is this machine's address as the server sees it; zero if not known.
	Observed netip.Addr
	// Families are the address families that the user allows.
	Families Families
}

// Families is a set of address families. The zero value is both.
type Families uint8

const (
	Both Families = iota
	IPv4
	IPv6
)

func (f Families) allows(a netip.Addr) bool {
	switch f {
	case IPv4:
		return a.Is4()
	case IPv6:
		return a.Is6()
	}
	return true
}

// Network describes this machine's network.
type Network struct {
	Prefixes []netip.Prefix // of its interfaces, each with the interface's address
	NAT64    []netip.Prefix // by which its IPv6 reaches IPv4 (RFC 6052)
	// Source returns the address that datagrams to the given one leave from; zero if there
	// is no route.
	Source func(to netip.Addr) netip.Addr
}

// Candidates returns the addresses for datagrams in the order of preference, at most
// MaxCandidates.
//
// The login's address is the first. The others alternate between the families (RFC 8305,
// section 4): first addresses on a link of this machine, then those of the host's name,
// then those of its interfaces. Addresses without a route come last. An IPv4 address without a
// route follows its forms for the network's NAT64.
func (h Host) Candidates(n Network) []netip.Addr {
	var list []netip.Addr
	if h.Login.IsValid() {
		list = append(list, h.Login)
	}
	if !h.Bound.IsValid() {
		list = append(list, alternateFamilies(h.otherAddresses(n), h.Login.Is6())...)
	}
	var near, far []netip.Addr
	for _, a := range list {
		if n.Source(a).IsValid() {
			near = append(near, a)
			continue
		}
		if a.Is4() {
			near = append(near, n.throughNAT64(a)...)
		}
		far = append(far, a)
	}
	near, far = h.onlyAllowed(near), h.onlyAllowed(far)
	if len(far) > 0 && far[0] == h.Login { // it must be among them
		near = near[:min(len(near), MaxCandidates-1)]
	}
	list = append(near, far...)
	return list[:min(len(list), MaxCandidates)]
}

func (h Host) onlyAllowed(addrs []netip.Addr) (out []netip.Addr) {
	for _, a := range addrs {
		if !slices.Contains(out, a) && (a == h.Login || h.Families.allows(a)) {
			out = append(out, a)
		}
	}
	return out
}

func (h Host) otherAddresses(n Network) []netip.Addr {
	var linked, others []netip.Addr
	for _, a := range h.Resolved {
		if h.usable(a) {
			others = append(others, a)
		}
	}
	for _, a := range h.Announced {
		switch {
		case !h.usable(a):
		case n.onLink(a):
			linked = append(linked, a)
		case !isPrivate(a) || isPrivate(h.Login) || h.Login == h.Observed:
			others = append(others, a)
		}
	}
	return append(linked, others...)
}

// usable reports whether a can be an address of the host. Addresses of the name or the
// interfaces must not lead to this machine or to several hosts, so that loopback needs a
// login over loopback.
func (h Host) usable(a netip.Addr) bool {
	switch {
	case !a.IsValid(), a.IsUnspecified(), a.IsMulticast(), a.Is4In6(), a.IsLinkLocalUnicast():
		return false
	case a.Is4() && (a.As4()[0] == 0 || a.As4()[0] >= 240):
		return false
	case a.IsLoopback():
		return h.Login.IsLoopback()
	}
	return true
}

// shared is the address space between a carrier and its customers (RFC 6598), also used
// by overlay networks.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// isPrivate reports whether a means different hosts on different networks.
func isPrivate(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || shared.Contains(a)
}

func (n Network) onLink(a netip.Addr) bool {
	return slices.ContainsFunc(n.Prefixes, func(p netip.Prefix) bool { return p.Contains(a) && !p.IsSingleIP() })
}

func alternateFamilies(addrs []netip.Addr, v4 bool) (out []netip.Addr) {
	var families [2][]netip.Addr
	for _, a := range addrs {
		i := 0
		if a.Is4() != v4 {
			i = 1
		}
		families[i] = append(families[i], a)
	}
	for i := range max(len(families[0]), len(families[1])) {
		for _, family := range families {
			if i < len(family) {
				out = append(out, family[i])
			}
		}
	}
	return out
}
