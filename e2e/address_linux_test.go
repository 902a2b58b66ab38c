//go:build e2e

package e2e

import (
	"crypto/rand"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

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
		ours.Server = append(there.enter(), ours.Server...)
		s := &harness.Session{Server: harness.StartServer(t, ours, []string{"-p", "0"}, harness.Shell()), Client: harness.NewFamily(t)}
		at := netip.AddrPortFrom(netip.MustParseAddr(c.server), s.Server.Addr.Port())
		here.do(t, func() (err error) { // a relay takes answers from that address only
			s.Relay, err = simnet.NewRelay(at, simnet.RelayOptions{From: netip.MustParseAddr(c.client)})
			return err
		})
		t.Cleanup(s.Relay.Close)
		env := append(harness.Environment(t), s.Client.Env(), "MOSH_KEY="+s.Server.Key)
		s.Terminal = harness.NewTerminal(t, harness.TerminalOptions{Env: env}, append(here.enter(), s.ClientCommand(ours)...)...)
		s.Until("answer from "+c.server, harness.Patience, func(screen harness.Screen) bool { return screen.HasLine("$") })
		s.Line("exit")
		s.ExpectClean()
	}
}

// namespace is a network of its own, by its file.
type namespace string

// newHosts returns two hosts that a cable connects: one at 10.99.0.9 and fd99::9, the
// other at .1 and .2 of both networks.
func newHosts(t *testing.T) (one, two namespace) {
	t.Helper()
	pair := "gm-" + rand.Text()[:8]
	names := [2]string{pair + "-a", pair + "-b"}
	for _, name := range names {
		ip(t, "netns add "+name)
		t.Cleanup(func() { ip(t, "netns del "+name) })
	}
	ip(t, fmt.Sprintf("link add cable netns %s type veth peer name cable netns %s", names[0], names[1]))
	for i, addrs := range [2][]string{{"10.99.0.9/24", "fd99::9/64"}, {"10.99.0.1/24", "10.99.0.2/24", "fd99::1/64", "fd99::2/64"}} {
		for _, addr := range addrs {
			extra := ""
			if strings.Contains(addr, ":") {
				extra = " nodad"
			}
			ip(t, "-n "+names[i]+" addr add "+addr+" dev cable"+extra)
		}
		ip(t, "-n "+names[i]+" link set lo up")
		ip(t, "-n "+names[i]+" link set cable up")
	}
	return namespace("/run/netns/" + names[0]), namespace("/run/netns/" + names[1])
}

func ip(t *testing.T, args string) {
	t.Helper()
	if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s (root is needed)", args, err, out)
	}
}

// name is the namespace's name for ip(8).
func (n namespace) name() string { return filepath.Base(string(n)) }

// enter is the beginning of a command line that runs in n.
func (n namespace) enter() []string { return []string{"nsenter", "--net=" + string(n)} }

// do calls f in n: sockets that it makes stay there.
func (n namespace) do(t *testing.T, f func() error) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		file, err := os.Open(string(n))
		if err == nil {
			defer file.Close()
			err = unix.Setns(int(file.Fd()), unix.CLONE_NEWNET)
		}
		if err == nil {
			err = f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatalf("in %s: %v", n, err)
	}
}
