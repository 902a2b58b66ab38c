//go:build e2e

package e2e

import (
	"testing"

	"gm/sshboot/sshboottest"
)

// newTranslated returns a user's host with IPv6, and with IPv4 too, behind a router that is
// a NAT64, and a server's host with IPv4 alone at 203.0.113.9.
func newTranslated(t *testing.T) *site {
	t.Helper()
	here, router, there := newRouted(t)
	here.Address("lan", "2001:db8:1::2/64")
	router.Address("lan", "2001:db8:1::1/64")
	here.IP("route add default via 2001:db8:1::1")
	there.Sysctl("ipv6/conf/all/disable_ipv6", "1")
	router.TranslateIPv6("203.0.113.64")
	there.IP("route add 203.0.113.64/32 via 203.0.113.1")
	return newSiteOn(t, here, there, sshboottest.Config{})
}

// TestNAT64 begins a session on a network with IPv6 alone, to the address that a DNS64
// returns for the host.
func TestNAT64(t *testing.T) {
	t.Parallel()
	s := newTranslated(t)
	s.here.IP("addr del 10.1.0.2/24 dev lan")
	y := s.open("root@64:ff9b::203.0.113.9")
	y.While("keys by UDP alone", arrivesBy(s.there, true))
	s.leave(y)
}

// TestMoveBehindNAT64 moves a session from IPv4 to a network with IPv6 alone, which needs an
// address that gm synthesizes, and back.
func TestMoveBehindNAT64(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"auto", "udp"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s := newTranslated(t)
			y := s.open("--path="+path, "root@203.0.113.9")
			y.While("keys by UDP alone", arrivesBy(s.there, true))
			s.here.IP("addr del 10.1.0.2/24 dev lan")
			y.Keys(10)
			y.ExpectAll()
			y.While("keys by UDP alone", arrivesBy(s.there, true))
			expectPath(y, "udp [64:ff9b::cb00:7109]")
			s.here.Address("lan", "10.1.0.2/24")
			s.here.IP("route add default via 10.1.0.1")
			s.here.IP("addr del 2001:db8:1::2/64 dev lan")
			y.Keys(10)
			s.leave(y)
		})
	}
}
