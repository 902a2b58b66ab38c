//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestNarrowTunnels has a link on the way that carries no large packets: full datagrams
// are lost, with or without an ICMP message to their sender.
func TestNarrowTunnels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mtu  int
		icmp bool
		path string
	}{{1492, true, "udp"}, {1280, false, "udp"}, {1160, true, "udp"}, {1160, false, "udp"}, {1160, false, "auto"}} {
		t.Run(fmt.Sprintf("%d/icmp=%v/%s", c.mtu, c.icmp, c.path), func(t *testing.T) {
			t.Parallel()
			expectOutput(t, newTunnelled(t, c.mtu, c.icmp), "--path="+c.path)
		})
	}
}

// newTunnelled returns a site with a link of an MTU between user and host. TCP knows it,
// by the maximum segment size that the router sets.
func newTunnelled(t *testing.T, mtu int, icmp bool) *site {
	t.Helper()
	here, router, there := newRouted(t)
	for _, host := range []*harness.Namespace{router, there} {
		host.IP(fmt.Sprint("link set wan mtu ", mtu))
	}
	router.Filter("clamp", "forward", fmt.Sprintf("tcp flags syn tcp option maxseg size set %d", mtu-40))
	if !icmp {
		router.Filter("silence", "output", "meta l4proto icmp drop")
	}
	// The host's own device knows nothing of the tunnel, which begins at the next hop.
	there.IP("link set wan mtu 1500")
	router.Filter("hole", "forward", fmt.Sprintf("meta length > %d drop", mtu))
	return newSiteOn(t, here, there, sshboottest.Config{})
}

// lostTime is the time that a narrow tunnel may cost once, and that of a busy machine.
const lostTime = 2*time.Second + time.Second

// expectOutput has a program write frames of two datagrams each, until the size is found on
// each path.
func expectOutput(t *testing.T, s *site, args ...string) {
	t.Helper()
	args = append([]string{"--server=" + racing + " server", "--predict=never"}, args...)
	x := s.shell(racing, nil, append(args, "root@203.0.113.9")...)
	x.ExpectLine("$")
	start := time.Now()
	for i := 0; i < 3 || time.Since(start) < 4*time.Second; i++ {
		began := time.Now()
		x.Line(fmt.Sprintf("clear; head -c 1260 /dev/urandom | base64 -w 79; echo fr''ame %d", i))
		x.ExpectLine(fmt.Sprint("frame ", i))
		if took := time.Since(began); took > lostTime {
			t.Errorf("%q: frame %d came after %v", args, i, took)
		}
	}
	x.Line("exit")
	s.expectClean(x)
}

// TestThrottledUDP has a router drop all datagrams beyond 64 kbit/s. The output of a
// program that writes without end stops within moments of Ctrl-C.
func TestThrottledUDP(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	const limit = "meta l4proto udp limit rate over 8 kbytes/second burst 4 kbytes drop"
	s.there.Filter("throttle", "input", limit)
	s.here.Filter("throttle", "input", limit)
	x := s.shell(racing, nil, "--server="+racing+" server", "--predict=never", "root@10.99.0.1")
	x.ExpectLine("$")
	for range 3 {
		x.Line("yes | head -c 100000000; echo")
		x.ExpectLine("y")
		began := time.Now()
		x.Press("C-c")
		x.Expect("^C")
		x.Line("clear; echo stop''ped")
		x.ExpectLine("stopped")
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("stopped after %v", took)
		}
	}
	x.Line("exit")
	s.expectClean(x)
}
