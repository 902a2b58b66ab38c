// Package hostlookup finds the addresses of hosts as getaddrinfo does. Go's resolver, in
// a program without cgo, reads the hosts file and queries DNS, but ignores the other
// sources of nsswitch.conf(5), such as mDNS.
package hostlookup

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// system is the set of functions with which names are looked up. Tests replace some.
type system struct {
	// run runs a program of the system and returns its output.
	run func(ctx context.Context, args ...string) (output []byte, err error)
	// resolve is Go's resolver.
	resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	cname   func(ctx context.Context, host string) (string, error)
}

// localhostTimeout bounds the system's lookup of a name that is known to be this
// machine.
const localhostTimeout = 2 * time.Second

// Lookup returns the addresses of a host in the order of preference. For an unknown host
// the error is a [net.DNSError] with IsNotFound set.
func Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return local().addresses(ctx, host)
}

func (s system) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	if IsLocalhost(host) {
		ctx, cancel := context.WithTimeout(ctx, localhostTimeout)
		defer cancel()
		addrs, _, _ := s.lookup(ctx, host)
		return withLoopback(addrs), nil
	}
	addrs, _, err := s.lookup(ctx, host)
	return addrs, err
}

// Resolver is the system's resolver with the methods of [net.Resolver].
type Resolver struct{}

// LookupHost returns the addresses of a host as text.
func (Resolver) LookupHost(ctx context.Context, host string) (texts []string, err error) {
	addrs, err := Lookup(ctx, host)
	for _, addr := range addrs {
		texts = append(texts, addr.String())
	}
	return texts, err
}

// LookupCNAME returns the canonical name of a host.
func (Resolver) LookupCNAME(ctx context.Context, host string) (string, error) {
	s := local()
	if _, name, err := s.lookup(ctx, host); err != nil || name != "" {
		return name, err
	}
	return s.cname(ctx, host)
}

// lookup queries the system. The name is empty if the canonical one is not known.
func (s system) lookup(ctx context.Context, host string) (addrs []netip.Addr, name string, err error) {
	found, err := s.getent(ctx, "ahosts", host)
	if err == nil || isNotFound(err) {
		return found.addrs, found.name, err
	}
	if addrs, err = s.resolve(ctx, host); err == nil {
		return addrs, "", nil
	}
	if found, other := s.getent(ctx, "hosts", host); other == nil { // some systems lack ahosts
		return found.addrs, "", nil
	}
	if found, other := s.ping(ctx, host); other == nil {
		return found, "", nil
	}
	return nil, "", err
}

func isNotFound(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

// IsLocalhost reports whether RFC 6761, section 6.3, reserves the name for this machine.
func IsLocalhost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// withLoopback returns the addresses of a name of this machine and adds the loopback
// address of each missing family. It adds none if the system maps the name to another
// machine.
func withLoopback(addrs []netip.Addr) []netip.Addr {
	if slices.ContainsFunc(addrs, func(a netip.Addr) bool { return !a.Unmap().IsLoopback() }) {
		return addrs
	}
	for _, loopback := range []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()} {
		if !slices.ContainsFunc(addrs, func(a netip.Addr) bool { return a.Unmap().Is4() == loopback.Is4() }) {
			addrs = append(addrs, loopback)
		}
	}
	return addrs
}

func local() system {
	return system{
		run: run,
		resolve: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		cname: net.DefaultResolver.LookupCNAME,
	}
}
