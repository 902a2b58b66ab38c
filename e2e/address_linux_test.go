//go:build e2e

package e2e

import (
	"net/netip"
	"testing"

	"gm/e2e/harness"
	"gm/wire/simnet"
)

// TestManyAddresses has the server on a host with several addresses: it must
// answer from the one that the client chose, or a firewall on the way drops it.
func TestManyAddresses(t *testing.T) {
	t.Parallel()
	here, there := newHosts(t)
	for _, c := range []struct{ client, server string }{
		{"10.99.0.9", "10.99.0.1"}, {"10.99.0.9", "10.99.0.2"}, {"fd99::9", "fd99::1"}, {"fd99::9", "fd99::2"},
	} {
		ours := harness.Ours(racing)
		ours.Server = append(there.Enter(), ours.Server...)
		s := &harness.Session{Server: harness.StartServer(t, ours, []string{"-p", "0"}, harness.Shell()), Client: harness.NewFamily(t)}
		at := netip.AddrPortFrom(netip.MustParseAddr(c.server), s.Server.Addr.Port())
		here.Do(func() (err error) { // a relay takes answers from that address only
			s.Relay, err = simnet.NewRelay(at, simnet.RelayOptions{From: netip.MustParseAddr(c.client)})
			return err
		})
		t.Cleanup(s.Relay.Close)
		env := append(harness.Environment(t), s.Client.Env(), "MOSH_KEY="+s.Server.Key)
		s.Terminal = harness.NewTerminal(t, harness.TerminalOptions{Env: env}, append(here.Enter(), s.ClientCommand(ours)...)...)
		s.Until("answer from "+c.server, harness.Patience, func(screen harness.Screen) bool { return screen.HasLine("$") })
		s.Line("exit")
		s.ExpectClean()
	}
}

// newHosts returns two hosts that a cable connects: one at 10.99.0.9 and fd99::9, the
// other at .1 and .2 of both networks.
func newHosts(t *testing.T) (one, two *harness.Namespace) {
	t.Helper()
	one, two = harness.NewNamespace(t), harness.NewNamespace(t)
	harness.Plug("cable", one, []string{"10.99.0.9/24", "fd99::9/64"}, two, []string{"10.99.0.1/24", "10.99.0.2/24", "fd99::1/64", "fd99::2/64"})
	return one, two
}
