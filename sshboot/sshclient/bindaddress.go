package sshclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"gm/internal/hint"
	"gm/sshboot/sshconfig"
)

// lookupFunc returns the addresses of a host.
type lookupFunc func(ctx context.Context, host string) ([]netip.Addr, error)

// bindAddresses returns the local addresses for connections: those of BindAddress, which
// may be a name, or those of BindInterface, or none if neither is set.
func bindAddresses(ctx context.Context, c *sshconfig.Config, lookup lookupFunc) (addrs []netip.Addr, err error) {
	switch {
	case c.IsSet("bindaddress"):
		addrs, err = lookup(ctx, c.Word("bindaddress"))
	case c.IsSet("bindinterface"):
		addrs, err = interfaceAddresses(c.Word("bindinterface"))
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		err = errors.New(dns.Err)
	}
	if err != nil {
		return nil, &hint.Error{Err: fmt.Errorf("bind to %s: %w", bindName(c), err)}
	}
	return addrs, nil
}

func bindName(c *sshconfig.Config) string {
	return cmp.Or(c.Word("bindaddress"), c.Word("bindinterface"))
}

// localAddr returns the first of addrs in the family of remote, for a [net.Dialer]. It
// returns nil without an error if addrs is empty.
func localAddr(addrs []netip.Addr, remote netip.Addr) (net.Addr, error) {
	if len(addrs) == 0 {
		return nil, nil
	}
	for _, addr := range addrs {
		if addr = addr.Unmap(); addr.Is4() == remote.Unmap().Is4() {
			return net.TCPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)), nil
		}
	}
	return nil, fmt.Errorf("%s cannot be reached from %s", remote, addrs[0])
}

// interfaceAddresses returns the addresses of a network interface, link-local ones last.
func interfaceAddresses(name string) ([]netip.Addr, error) {
	ifi, err := net.InterfaceByName(name)
	if err != nil {
		return nil, plainNetError(err)
	}
	networks, err := ifi.Addrs()
	if err != nil {
		return nil, plainNetError(err)
	}
	var addrs, links []netip.Addr
	for _, network := range networks {
		prefix, err := netip.ParsePrefix(network.String())
		switch {
		case err != nil:
		case prefix.Addr().IsLinkLocalUnicast():
			links = append(links, prefix.Addr().WithZone(name))
		default:
			addrs = append(addrs, prefix.Addr())
		}
	}
	if addrs = slices.Concat(addrs, links); len(addrs) == 0 {
		return nil, errors.New("it has no address")
	}
	return addrs, nil
}
