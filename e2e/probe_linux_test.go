//go:build e2e

package e2e

import (
	"errors"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/client/probe"
	"gm/e2e/harness"
)

// probed is a client, a router and a host with addresses of both families.
type probed struct {
	t                   *testing.T
	here, router, there *harness.Namespace
	server              []string // the command line of the host's program
	addrs               []netip.Addr
}

func newProbed(t *testing.T) *probed {
	t.Helper()
	p := &probed{t: t, server: []string{plain, "server", "probe", "-p", "60001:60999"}}
	p.here, p.router, p.there = newRoutedBoth(t)
	p.addrs = []netip.Addr{netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("2001:db8:2::9")}
	return p
}

// newRoutedBoth is newRouted with IPv6 beside IPv4: the user's host is 2001:db8:1::2, the
// server's 2001:db8:2::9.
func newRoutedBoth(t *testing.T) (here, router, there *harness.Namespace) {
	t.Helper()
	here, router, there = newRouted(t)
	here.Address("lan", "2001:db8:1::2/64")
	router.Address("lan", "2001:db8:1::1/64")
	router.Address("wan", "2001:db8:2::1/64")
	there.Address("wan", "2001:db8:2::9/64")
	here.IP("-6 route add default via 2001:db8:1::1")
	there.IP("-6 route add default via 2001:db8:2::1")
	router.Sysctl("ipv6/conf/all/forwarding", "1")
	return here, router, there
}

// forgetfulNAT makes a router translate the addresses of IPv4, and forget a silent mapping
// after 3 s.
func forgetfulNAT(router *harness.Namespace) {
	router.NFT("add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }; add rule ip nat out oifname wan masquerade random")
	router.Sysctl("netfilter/nf_conntrack_udp_timeout", "3")
	router.Sysctl("netfilter/nf_conntrack_udp_timeout_stream", "3")
	router.Filter("nat-wall", "forward", "meta nfproto ipv4 iifname wan ct state new "+noUDP)
}

// channel is the standard streams of a program.
type channel struct {
	io.Reader
	io.WriteCloser
}

// measure runs the test with a silence of 4 s, and expects that the host's program ends.
func (p *probed) measure() *probe.Report {
	p.t.Helper()
	words := slices.Concat(p.there.Enter(), p.server)
	cmd := exec.CommandContext(p.t.Context(), words[0], words[1:]...)
	cmd.Env = append(os.Environ(), "SSH_CONNECTION=10.1.0.2 4000 203.0.113.9 22", "XDG_RUNTIME_DIR="+p.t.TempDir())
	cmd.Stderr = os.Stderr
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err1 != nil || err2 != nil {
		p.t.Fatal(err1, err2)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	var report *probe.Report
	p.here.Do(func() (err error) {
		report, err = probe.Run(p.t.Context(), channel{out, in}, probe.Options{Addresses: p.addrs, Silence: 4 * time.Second})
		return err
	})
	if err := cmd.Wait(); err != nil {
		p.t.Errorf("the host's program: %v", err)
	}
	return report
}

// expect expects causes of the findings for IPv4 and IPv6, and returns those.
func (p *probed) expect(r *probe.Report, want4, want6 probe.Cause) (f4, f6 probe.Finding) {
	p.t.Helper()
	for _, f := range r.Findings() {
		if f.Family == 4 && f.Cause == want4 {
			f4 = f
		}
		if f.Family == 6 && f.Cause == want6 {
			f6 = f
		}
	}
	if f4.Cause != want4 || f6.Cause != want6 {
		p.t.Errorf("want %s and %s: %+v\n%+v", want4, want6, r.Findings(), r.Paths)
	}
	return f4, f6
}

// TestProbeCauses has real firewalls and routers do to UDP what they do.
func TestProbeCauses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set          func(p *probed)
		want4, want6 probe.Cause
	}{
		"nothing":                       {func(p *probed) {}, probe.OK, probe.OK},
		"the host drops":                {func(p *probed) { p.there.Filter("wall", "input", noUDP) }, probe.HostDrops, probe.HostDrops},
		"the host drops early":          {func(p *probed) { p.there.Filter("wall", "prerouting", noUDP) }, probe.HostDrops, probe.HostDrops},
		"the host rejects":              {func(p *probed) { p.there.Filter("wall", "input", "meta l4proto udp reject") }, probe.HostRejects, probe.HostRejects},
		"the host sends nothing":        {func(p *probed) { p.there.Filter("wall", "output", noUDP) }, probe.HostRefuses, probe.HostRefuses},
		"the router drops":              {func(p *probed) { p.router.Filter("wall", "forward", "oifname wan "+noUDP) }, probe.BetweenDrops, probe.BetweenDrops},
		"the router drops the way back": {func(p *probed) { p.router.Filter("wall", "forward", "oifname lan "+noUDP) }, probe.ReturnDrops, probe.ReturnDrops},
		"the router rejects": {func(p *probed) {
			p.router.Filter("wall", "forward", "meta l4proto udp reject with icmpx admin-prohibited")
		}, probe.BetweenRejects, probe.BetweenRejects},
		"the router drops IPv6":       {func(p *probed) { p.router.Filter("wall", "forward", "meta nfproto ipv6 "+noUDP) }, probe.OK, probe.BetweenDrops},
		"the router drops large ones": {func(p *probed) { p.router.Filter("wall", "forward", "meta length > 1000 "+noUDP) }, probe.LargeLost, probe.LargeLost},
		"the router loses every other": {func(p *probed) {
			p.router.Filter("wall", "forward", "meta l4proto udp numgen random mod 100 < 50 drop")
		}, probe.Loss, probe.Loss},
		"this machine drops replies": {func(p *probed) { p.here.Filter("wall", "input", noUDP) }, probe.ClientDrops, probe.ClientDrops},
		"this machine sends nothing": {func(p *probed) { p.here.Filter("wall", "output", noUDP) }, probe.ClientRefuses, probe.ClientRefuses},
		"this machine has no IPv6":   {func(p *probed) { p.here.IP("-6 route del default") }, probe.OK, probe.NoRoute},
		"the host's rules accept some": {func(p *probed) {
			p.there.Filter("wall", "input", "udp dport 53 accept", "ct state established accept", noUDP)
		}, probe.HostDrops, probe.HostDrops},
		"a NAT that forgets": {func(p *probed) { forgetfulNAT(p.router) }, probe.BindingShort, probe.OK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProbed(t)
			c.set(p)
			r := p.measure()
			p.expect(r, c.want4, c.want6)
			if c.want4 == probe.BindingShort && (!r.Paths[0].Translated() || r.Paths[0].Observed.Addr() != netip.MustParseAddr("203.0.113.1")) {
				t.Errorf("observed at %v", r.Paths[0].Observed)
			}
		})
	}
}

// TestProbeCommand runs the command that the test names, after which UDP works.
func TestProbeCommand(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]string{
		"one chain": "add table inet filter; add chain inet filter input { type filter hook input priority 0; policy drop; }; add rule inet filter input meta l4proto { tcp, ipv6-icmp } accept",
		"a chain of each family": "add table ip a; add chain ip a in { type filter hook input priority 0; }; add chain ip a other; add rule ip a other drop; add rule ip a in meta l4proto udp jump other;" +
			"add table ip6 b; add chain ip6 b raw { type filter hook prerouting priority -300; }; add rule ip6 b raw meta l4proto udp reject",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProbed(t)
			p.there.NFT(rules)
			r := p.measure()
			if r.Works() || r.Host.Firewall.Name != "nftables" || !r.Host.Firewall.Read {
				t.Errorf("%+v", r)
			}
			words := append(p.there.Enter(), "sh", "-c", r.Host.Firewall.Command)
			if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", r.Host.Firewall.Command, err, out)
			}
			p.expect(p.measure(), probe.OK, probe.OK)
		})
	}
}

// TestProbeWithoutRights has the program of an account that cannot read any rules, of which
// none is for loopback: there are the counters alone.
func TestProbeWithoutRights(t *testing.T) {
	t.Parallel()
	p := newProbed(t)
	dir := harness.TempDir(t)
	text, err := os.ReadFile(plain)
	if err = errors.Join(err, os.Chmod(dir, 0o755), os.WriteFile(filepath.Join(dir, "gm"), text, 0o755)); err != nil {
		t.Fatal(err)
	}
	p.server = append([]string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", filepath.Join(dir, "gm")}, p.server[1:]...)
	p.there.Filter("wall", "input", "iifname wan "+noUDP)
	r := p.measure()
	f, _ := p.expect(r, probe.HostDrops, probe.HostDrops)
	if r.Host.Firewall.Read || f.Command != "" || !strings.Contains(f.Hint, "ports 60001 to 60999") {
		t.Errorf("%+v, %+v", r.Host.Firewall, f)
	}
}
