package sshboot

import (
	"fmt"
	"net"
	"net/netip"
)

// bindAddress gives BindAddress, or an address of BindInterface, or none.
func bindAddress(c *Config) (netip.Addr, error) {
	if c.isSet("bindaddress") {
		return netip.ParseAddr(c.word("bindaddress"))
	}
	if !c.isSet("bindinterface") {
		return netip.Addr{}, nil
	}
	name := c.word("bindinterface")
	ifi, err := net.InterfaceByName(name)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("bind to %s: %w", name, err)
	}
	addrs, err := ifi.Addrs()
	if err != nil {
		return netip.Addr{}, fmt.Errorf("bind to %s: %w", name, err)
	}
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		if err == nil && !prefix.Addr().IsLinkLocalUnicast() {
			return prefix.Addr(), nil
		}
	}
	return netip.Addr{}, fmt.Errorf("bind to %s: it has no address", name)
}
