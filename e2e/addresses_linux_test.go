//go:build e2e

package e2e

import (
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestFamilies moves a session from IPv4 to IPv6 and back.
func TestFamilies(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	y := s.open("--path=udp", "root@10.99.0.1")
	y.Keys(10)
	s.here.IP("addr del 10.99.0.9/24 dev cable")
	y.Keys(25)
	y.ExpectAll()
	s.here.Address("cable", "10.99.0.9/24")
	s.here.IP("addr del fd99::9/64 dev cable")
	y.Keys(25)
	s.leave(y)
}

// TestIPv6Alone logs in from a host without IPv4.
func TestIPv6Alone(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	s.here.IP("addr del 10.99.0.9/24 dev cable")
	y := s.open("root@fd99::1")
	y.While("keys by UDP alone", arrivesBy(s.there, true))
	s.leave(y)
}

// TestBothPathsMove changes the address that both paths leave from.
func TestBothPathsMove(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	y := s.open("root@10.99.0.1")
	y.Keys(25)
	s.here.IP("addr del 10.99.0.9/24 dev cable")
	s.here.IP("addr del fd99::9/64 dev cable")
	y.Keys(5)
	s.here.Address("cable", "10.99.0.44/24", "fd99::44/64")
	y.Keys(25)
	s.leave(y)
}

// TestInterfaces takes the cable away over which a session began: the host has another
// address, on the network of the user's second interface.
func TestInterfaces(t *testing.T) {
	t.Parallel()
	here, there := newHosts(t)
	harness.Plug("wireless", here, []string{"10.98.0.9/24"}, there, []string{"10.98.0.1/24"})
	s := newSiteOn(t, here, there, sshboottest.Config{})
	y := s.open("root@10.99.0.1")
	y.Keys(10)
	here.IP("link set cable down")
	y.Keys(25)
	y.ExpectAll()
	here.IP("link set cable up")
	here.IP("link set wireless down")
	y.Keys(25)
	s.leave(y)
}

// TestVPN has a tunnel take over the route to the host, and go again.
func TestVPN(t *testing.T) {
	t.Parallel()
	here, there := newHosts(t)
	harness.Plug("vpn", here, []string{"10.8.0.9/24"}, there, []string{"10.8.0.1/24"})
	s := newSiteOn(t, here, there, sshboottest.Config{})
	y := s.open("root@10.99.0.1")
	y.Keys(10)
	here.IP("route add 10.99.0.1/32 via 10.8.0.1 dev vpn src 10.8.0.9")
	y.Keys(25)
	y.ExpectAll()
	here.IP("link set vpn down")
	y.Keys(25)
	s.leave(y)
}

// TestNATRebinds has a router forget the connections that it translates: the server sees
// other ports, and the SSH connection is gone.
func TestNATRebinds(t *testing.T) {
	t.Parallel()
	here, router, there := newRouted(t)
	router.NFT("add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }; add rule ip nat out oifname wan masquerade random")
	s := newSiteOn(t, here, there, sshboottest.Config{})
	y := s.open("root@203.0.113.9")
	for range 3 {
		y.Keys(15)
		router.ForgetConnections()
	}
	y.Keys(15)
	s.leave(y)
}

// TestHairpin reaches a host on the user's own network by the router's public address, of
// which only the SSH port leads back: datagrams go straight.
func TestHairpin(t *testing.T) {
	t.Parallel()
	here, router, there := harness.NewNamespace(t), harness.NewNamespace(t), harness.NewNamespace(t)
	harness.Plug("wire", here, []string{"10.1.0.2/24"}, there, []string{"10.1.0.3/24"})
	harness.Plug("uphere", here, []string{"10.2.0.2/24"}, router, []string{"10.2.0.1/24"})
	harness.Plug("upthere", there, []string{"10.3.0.2/24"}, router, []string{"10.3.0.1/24", "203.0.113.1/32"})
	here.IP("route add default via 10.2.0.1")
	there.IP("route add default via 10.3.0.1")
	router.Sysctl("ipv4/ip_forward", "1")
	router.NFT("add table ip nat; add chain ip nat in { type nat hook prerouting priority -100; }; add chain ip nat out { type nat hook postrouting priority 100; };" +
		"add rule ip nat in ip daddr 203.0.113.1 tcp dport 22 dnat to 10.3.0.2; add rule ip nat out ip daddr 10.3.0.2 masquerade")
	s := newSiteOn(t, here, there, sshboottest.Config{})
	y := s.open("root@203.0.113.1")
	y.While("keys by UDP alone", arrivesBy(there, true))
	s.leave(y)
}
