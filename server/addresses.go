//go:build unix

package server

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"gm/wire"
)

// addresses returns the addresses of this host at which a client may reach the session:
// that in SSH_CONNECTION, then those of the interfaces. For a session that listens on one
// address it returns that alone.
func (o *options) addresses() []netip.Addr {
	if o.bind.IsValid() && !o.bind.IsUnspecified() {
		return []netip.Addr{o.bind}
	}
	interfaces, _ := net.InterfaceAddrs() // without them the first one is left
	return hostAddresses(sshAddress(os.Getenv("SSH_CONNECTION")), interfaces)
}

func sshClient() netip.Addr {
	client, _, _ := strings.Cut(os.Getenv("SSH_CONNECTION"), " ")
	addr, _ := netip.ParseAddr(client) // the zero Addr if it is malformed
	return addr.Unmap()
}

// sshAddress returns the address of this host in SSH_CONNECTION, which is "CLIENT PORT
// SERVER PORT". It is invalid if the variable has another form.
func sshAddress(connection string) netip.Addr {
	words := strings.Fields(connection)
	if len(words) != 4 {
		return netip.Addr{}
	}
	addr, _ := netip.ParseAddr(words[2]) // the zero Addr if it is malformed
	return addr.Unmap()
}

// hostAddresses returns at most wire.MaxAddresses addresses, each once: first, of any kind,
// then the global unicast ones of the interfaces, public before private ones.
func hostAddresses(first netip.Addr, interfaces []net.Addr) (addrs []netip.Addr) {
	var internet, private []netip.Addr
	for _, i := range interfaces {
		prefix, ok := i.(*net.IPNet)
		if !ok {
			continue
		}
		addr, _ := netip.AddrFromSlice(prefix.IP) // the zero Addr if it is malformed
		switch addr = addr.Unmap(); {
		case !addr.IsGlobalUnicast():
		case addr.IsPrivate():
			private = append(private, addr)
		default:
			internet = append(internet, addr)
		}
	}
	for _, addr := range slices.Concat([]netip.Addr{first.WithZone("")}, internet, private) {
		if addr.IsValid() && !slices.Contains(addrs, addr) && len(addrs) < wire.MaxAddresses {
			addrs = append(addrs, addr)
		}
	}
	return addrs
}
