//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// site is a user on one host and an sshd on another, in networks of their own.
type site struct {
	*host
	here, there *harness.Namespace
}

// newSite returns a site whose hosts a cable connects, as newHosts describes.
func newSite(t *testing.T, c sshboottest.Config) *site {
	t.Helper()
	here, there := newHosts(t)
	return newSiteOn(t, here, there, c)
}

// newSiteOn returns a site of two hosts. sshd listens on port 22 of all addresses.
func newSiteOn(t *testing.T, here, there *harness.Namespace, c sshboottest.Config) *site {
	t.Helper()
	c.Listener, c.Launcher = there.Listen(":22"), there.Enter()
	// The path of a socket in the home of a test with a long name is too long, and /tmp is for all.
	c.Env = append(c.Env, "XDG_STATE_HOME="+harness.TempDir(t))
	s := &site{newHost(t, c), here, there}
	s.prefix = here.Enter()
	s.know(s.Server)
	return s
}

// know adds the host keys of servers to the user's known_hosts, under any name.
func (s *site) know(servers ...*sshboottest.Server) {
	s.t.Helper()
	var b strings.Builder
	for _, server := range servers {
		for _, key := range server.HostKeys {
			fmt.Fprintf(&b, "* %s", ssh.MarshalAuthorizedKey(key))
		}
	}
	if err := os.WriteFile(filepath.Join(s.home, ".ssh", "known_hosts"), []byte(b.String()), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// open opens a session with a typewriter. args end with the destination.
func (s *site) open(args ...string) *harness.Typist {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "keys")
	args = slices.Concat([]string{"--server=" + racing + " server", "--predict=never"}, args, []string{"--"}, harness.Typewriter(file))
	return harness.NewTypist(s.t, s.gm(racing, nil, args...), file)
}

// expectPath waits until the panel of statistics has a text, and closes it.
func expectPath(y *harness.Typist, text string) {
	y.Type("\x1e?")
	y.Expect("Any key closes this.")
	y.Expect(text)
	y.Type("q")
	y.ExpectNot("Any key closes this.")
}

// leave ends a session.
func (s *site) leave(y *harness.Typist) {
	s.t.Helper()
	y.ExpectAll()
	y.Type("\x1e.")
	s.expectClean(y.Terminal)
}

// window is the number of the last keys that arrivesBy looks at: a second of typing.
const window = 25

// arrivesBy returns a condition for a typist: the last keys have arrived at n by UDP
// alone, or by TCP alone. A few other packets may be probes.
func arrivesBy(n *harness.Namespace, udp bool) func() bool {
	var samples []harness.Received
	return func() bool {
		samples = append(samples, n.Received())
		if len(samples) <= window {
			return false
		}
		last := samples[len(samples)-1].Minus(samples[len(samples)-1-window])
		if udp {
			return last.UDP >= window/2 && last.TCP <= window/8
		}
		return last.TCP >= window/2 && last.UDP <= window/8
	}
}

// authorize lets the user log in to a server with the key file.
func (s *site) authorize(server *sshboottest.Server) {
	s.t.Helper()
	server.Authorize(s.t, sshboottest.ReadPublicKey(s.t, filepath.Join(s.home, ".ssh", "id_ed25519.pub")))
}

// newRouted returns a user's host at 10.1.0.2, its router at 10.1.0.1 and 203.0.113.1, and
// a server's host at 203.0.113.9.
func newRouted(t *testing.T) (here, router, there *harness.Namespace) {
	t.Helper()
	here, router, there = harness.NewNamespace(t), harness.NewNamespace(t), harness.NewNamespace(t)
	harness.Plug("lan", here, []string{"10.1.0.2/24"}, router, []string{"10.1.0.1/24"})
	harness.Plug("wan", router, []string{"203.0.113.1/24"}, there, []string{"203.0.113.9/24"})
	here.IP("route add default via 10.1.0.1")
	there.IP("route add default via 203.0.113.1")
	router.Sysctl("ipv4/ip_forward", "1")
	return here, router, there
}
