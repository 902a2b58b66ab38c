package sshboot

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
)

// bindAddress gives BindAddress, or an address of BindInterface, or none.
func bindAddress(c *Config) (addr netip.Addr, err error) {
	switch {
	case c.isSet("bindaddress"):
		addr, err = netip.ParseAddr(c.word("bindaddress"))
	case c.isSet("bindinterface"):
		addr, err = interfaceAddress(c.word("bindinterface"))
	}
	if err != nil {
		return addr, &Error{Err: fmt.Errorf("bind to %s: %w", cmp.Or(c.word("bindaddress"), c.word("bindinterface")), err)}
	}
	return addr, nil
}

// interfaceAddress gives the first address of a network interface that is not
// good for its link alone.
func interfaceAddress(name string) (netip.Addr, error) {
	ifi, err := net.InterfaceByName(name)
	if err != nil {
		return netip.Addr{}, plainNetError(err)
	}
	addrs, err := ifi.Addrs()
	if err != nil {
		return netip.Addr{}, plainNetError(err)
	}
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		if err == nil && !prefix.Addr().IsLinkLocalUnicast() {
			return prefix.Addr(), nil
		}
	}
	return netip.Addr{}, errors.New("it has no address")
}
