//go:build e2e

package e2e

import (
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// noUDP is a rule of a firewall.
const noUDP = "meta l4proto udp drop"

// TestUDPBlocked has a firewall drop UDP in one direction from the start, and pass it
// later: the session begins on the SSH connection and moves to UDP.
func TestUDPBlocked(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"server", "client"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, sshboottest.Config{})
			wall := map[string]*harness.Namespace{"server": s.there, "client": s.here}[at]
			wall.Filter("wall", "input", noUDP)
			y := s.open("root@10.99.0.1")
			y.Keys(10)
			y.ExpectAll()
			expectPath(y, "path        ssh (udp unanswered")
			wall.Unfilter("wall")
			y.While("keys by UDP alone", arrivesBy(s.there, true))
			s.leave(y)
		})
	}
}

// TestUDPBlockedLater has a firewall drop UDP during a session, and pass it again.
func TestUDPBlockedLater(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	y := s.open("root@10.99.0.1")
	y.While("keys by UDP alone", arrivesBy(s.there, true))
	s.there.Filter("wall", "input", noUDP)
	y.While("keys by SSH alone", arrivesBy(s.there, false))
	s.there.Unfilter("wall")
	y.While("keys by UDP alone", arrivesBy(s.there, true))
	s.leave(y)
}

// TestSSHLostWhileUDPIsBlocked changes the client's address, which ends the only path:
// another login in the background continues the session.
func TestSSHLostWhileUDPIsBlocked(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	s.there.Filter("wall", "input", noUDP)
	y := s.open("root@10.99.0.1")
	y.Keys(10)
	s.here.IP("addr del 10.99.0.9/24 dev cable")
	s.here.Address("cable", "10.99.0.77/24")
	y.Keys(10)
	harness.Until(t, "another login", harness.Patience, func() bool { return s.Accepted() > 1 }, nil)
	y.Keys(10)
	y.ExpectAll()
	s.leave(y)
}

// TestSSHKilledWhileUDPIsBlocked ends the connection at the server.
func TestSSHKilledWhileUDPIsBlocked(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	s.there.Filter("wall", "input", noUDP)
	y := s.open("root@10.99.0.1")
	y.Keys(10)
	s.Drop()
	y.Keys(30)
	y.ExpectAll()
	s.leave(y)
}

// TestForcedPath names the path by an option.
func TestForcedPath(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"udp", "ssh"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, sshboottest.Config{})
			y := s.open("--path="+path, "root@10.99.0.1")
			y.While("keys by "+path+" alone", arrivesBy(s.there, path == "udp"))
			expectPath(y, "path        "+path+" (")
			s.leave(y)
		})
	}
}

// TestStrictHost reaches a host behind another one of which nothing but the SSH port is
// open, and whose sshd permits one session and no forwarding.
func TestStrictHost(t *testing.T) {
	t.Parallel()
	here, bastion, inner := harness.NewNamespace(t), harness.NewNamespace(t), harness.NewNamespace(t)
	harness.Plug("outer", here, []string{"10.1.0.9/24"}, bastion, []string{"10.1.0.1/24"})
	harness.Plug("inner", bastion, []string{"10.2.0.1/24"}, inner, []string{"10.2.0.9/24"})
	bastion.Filter("wall", "input", "iifname outer tcp dport != 22 drop", "iifname outer meta l4proto udp drop")
	s := newSiteOn(t, here, inner, sshboottest.Config{Options: []string{"MaxSessions 1", "AllowTcpForwarding no"}})
	jump := sshboottest.StartConfig(t, sshboottest.Config{Listener: bastion.Listen(":22"), Launcher: bastion.Enter()})
	s.authorize(jump)
	s.know(s.Server, jump)
	y := s.open("-J", "root@10.1.0.1", "root@10.2.0.9")
	y.Keys(50)
	y.ExpectAll()
	expectPath(y, "path        ssh (")
	s.leave(y)
}
