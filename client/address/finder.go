package address

import (
	"context"
	"net"
	"net/netip"
	"time"

	"gm/internal/hostlookup"
	"gm/wire/udp"
)

// lookupTimeout bounds the lookups of Find.
const lookupTimeout = 10 * time.Second

// Finder finds the addresses of a host.
type Finder struct {
	Host Host
	// Name is looked up for more addresses. It is empty if the name means something else
	// on this network, such as behind a jump host.
	Name string

	// Functions of the system, which tests replace.
	lookup   func(ctx context.Context, name string) ([]netip.Addr, error)
	prefixes func() []netip.Prefix
	source   func(to netip.Addr) netip.Addr
}

// NewFinder returns a Finder that queries the system.
func NewFinder(h Host, name string) *Finder {
	source := func(to netip.Addr) netip.Addr { return udp.LocalTo(netip.AddrPortFrom(to, 9)) }
	return &Finder{Host: h, Name: name, lookup: hostlookup.Lookup, prefixes: localPrefixes, source: source}
}

// Known returns the candidates without waiting for a lookup. If only IPv6 has a route, they
// are those for the Well-Known Prefix. It must not be called during Find.
func (f *Finder) Known() []netip.Addr {
	n := Network{Prefixes: f.prefixes(), Source: f.source}
	if f.mayNeedNAT64() {
		n.NAT64 = []netip.Prefix{wellKnown}
	}
	return f.Host.Candidates(n)
}

// Find returns the candidates after a lookup of the host's name, and of the prefixes of
// the network's NAT64 if only IPv6 has a route. If the lookup fails, the name has the
// addresses of the last Find. Find may be called by one goroutine at a time.
func (f *Finder) Find(ctx context.Context) []netip.Addr {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	prefixes := make(chan []netip.Prefix, 1)
	go func() { prefixes <- f.nat64(ctx) }()
	if f.Name != "" && !f.Host.Bound.IsValid() {
		if addrs, err := f.lookup(ctx, f.Name); err == nil {
			f.Host.Resolved = unmapped(addrs)
		}
	}
	return f.Host.Candidates(Network{Prefixes: f.prefixes(), NAT64: <-prefixes, Source: f.source})
}

// Learn sets Announced and Observed of the Host, unless they are nil or zero. It must not
// be called during Find.
func (f *Finder) Learn(announced []netip.Addr, observed netip.Addr) {
	if announced != nil {
		f.Host.Announced = announced
	}
	if observed.IsValid() {
		f.Host.Observed = observed
	}
}

// A route to these addresses is one to the Internet. Nothing is sent to them.
var (
	anywhere4 = netip.AddrFrom4([4]byte{192, 0, 0, 170})
	anywhere6 = netip.MustParseAddr("2001:db8::1")
)

// nat64 returns the prefixes of the network's NAT64, or the Well-Known Prefix if their
// lookup fails. It returns nil unless IPv6 alone has a route and is allowed.
func (f *Finder) nat64(ctx context.Context) []netip.Prefix {
	if !f.mayNeedNAT64() {
		return nil
	}
	if addrs, err := f.lookup(ctx, nat64Name); err == nil {
		if found := NAT64Prefixes(addrs); len(found) > 0 {
			return found
		}
	}
	return []netip.Prefix{wellKnown}
}

func (f *Finder) mayNeedNAT64() bool {
	return f.Host.Families != IPv4 && !f.source(anywhere4).IsValid() && f.source(anywhere6).IsValid()
}

func unmapped(addrs []netip.Addr) (out []netip.Addr) {
	for _, a := range addrs {
		out = append(out, a.Unmap())
	}
	return out
}

func localPrefixes() (prefixes []netip.Prefix) {
	addrs, _ := net.InterfaceAddrs() // Android does not permit it
	for _, a := range addrs {
		p, err := netip.ParsePrefix(a.String())
		if err == nil && !p.Addr().IsLoopback() && !p.Addr().IsLinkLocalUnicast() {
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}
