package sshboot

import (
	"errors"
	"fmt"
	"net/netip"

	"gm/internal/hint"
	"gm/internal/hostlookup"
	"gm/sshboot/deploy"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
)

// address returns the address of the server's UDP port. It is the address of the TCP
// connection, or the host's own address if the login went through a proxy or
// --experimental-remote-ip requests it.
func (b boot) address(conn *sshclient.Conn, host deploy.Result, config *sshconfig.Config) (netip.Addr, error) {
	if conn.Addr.IsValid() && b.request.RemoteIP != "remote" {
		return conn.Addr, nil
	}
	if !host.Server.IsValid() {
		return netip.Addr{}, &hint.Error{
			Err:  fmt.Errorf("%s does not report its address (SSH_CONNECTION is not set there)", config.Alias),
			Hint: "UDP cannot go through a proxy: connect directly, or with --experimental-remote-ip=local",
		}
	}
	if err := checkServerAddress(host.Server, conn.FirstHop, config.HostName()); err != nil {
		return netip.Addr{}, &hint.Error{
			Err:  fmt.Errorf("%s reports the address %s: %w", config.Alias, host.Server, err),
			Hint: "UDP goes to the host itself, not through the jump host or the ProxyCommand: connect directly",
		}
	}
	return host.Server, nil
}

// checkServerAddress returns an error for an address reported by a host that would make gm
// send to this machine, to several hosts, or to a neighbour of this machine. first is the
// first address on the way to the host, and name is the host as the user named it: a host
// on this machine may report a loopback address.
func checkServerAddress(addr, first netip.Addr, name string) error {
	switch {
	case addr.IsUnspecified(), addr.Is4() && addr.As4()[0] == 0:
		return errors.New("it is not the address of a host")
	case addr.IsMulticast(), addr == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return errors.New("it is the address of several hosts")
	case addr.IsLinkLocalUnicast() && !first.IsLinkLocalUnicast():
		return errors.New("it is a link-local address of another network")
	case addr.IsLoopback() && !first.IsLoopback() && (first.IsValid() || !isLoopbackName(name)):
		return errors.New("here, it is the address of this machine")
	}
	return nil
}

func isLoopbackName(name string) bool {
	addr, err := hostlookup.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback() || hostlookup.IsLocalhost(name)
}
