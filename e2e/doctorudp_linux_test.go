//go:build e2e

package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// diagnosed is a user's host, a router and a host with sshd, and their addresses in both
// families.
type diagnosed struct {
	*site
	router *harness.Namespace
}

func newDiagnosed(t *testing.T) diagnosed {
	t.Helper()
	here, router, there := newRoutedBoth(t)
	return diagnosed{newSiteOn(t, here, there, sshboottest.Config{Cache: sharedCache}), router}
}

// TestDoctorFindsWhatStopsUDP has firewalls and routers that do to UDP what they do, and
// expects that the verdict names it.
func TestDoctorFindsWhatStopsUDP(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set     func(d diagnosed)
		cause   string
		ok      bool
		verdict string
	}{
		"nothing":             {func(diagnosed) {}, "", true, "UDP works over IPv4 and IPv6"},
		"the host drops":      {func(d diagnosed) { d.there.Filter("wall", "input", noUDP) }, "host-drops", false, "whose firewall (nftables) drops it"},
		"the host has states": {func(d diagnosed) { d.there.Filter("wall", "input", stateful...) }, "host-drops", false, "whose firewall (nftables) drops it"},
		"the host rejects":    {func(d diagnosed) { d.there.Filter("wall", "input", "meta l4proto udp reject") }, "host-rejects", false, "answers with ICMP errors"},
		"the router drops":    {func(d diagnosed) { d.router.Filter("wall", "forward", noUDP) }, "between-drops", false, "is dropped on the way"},
		"long ones are lost":  {func(d diagnosed) { d.router.Filter("wall", "forward", "meta length > 1000 "+noUDP) }, "large-lost", true, "are lost on the way there"},
		"IPv6 is dropped":     {func(d diagnosed) { d.router.Filter("wall", "forward", "meta nfproto ipv6 "+noUDP) }, "between-drops", true, "UDP to 2001:db8:2::9 is dropped on the way"},
		"a NAT forgets":       {func(d diagnosed) { forgetfulNAT(d.router) }, "binding-short", true, "a NAT on the way to 203.0.113.9 forgets a silent session"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDiagnosed(t)
			c.set(d)
			before := d.files()
			found := d.doctor(nil, "--nat=4s", "root@203.0.113.9")
			found.want(t, c.cause, c.ok, c.verdict)
			d.expectAsBefore(before)
			if strings.HasPrefix(c.cause, "host-") {
				if !strings.Contains(found.Advice, "until the next boot") {
					t.Errorf("advice %q", found.Advice)
				}
				d.expectOpens(found.Command)
			}
		})
	}
}

// stateful are the rules of most hosts: replies pass, and what the host has asked for.
var stateful = []string{
	"ct state established,related accept", "iif lo accept", "tcp dport 22 accept",
	"icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept", "drop",
}

// expectOpens runs the command of a verdict on the host, and expects that UDP works then.
func (d diagnosed) expectOpens(command string) {
	d.t.Helper()
	words := append(d.there.Enter(), "sh", "-c", command)
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil || !strings.HasPrefix(command, "nft ") {
		d.t.Fatalf("%q: %v: %s", command, err, out)
	}
	d.doctor(nil, "--nat=2s", "root@203.0.113.9").want(d.t, "", true, "UDP works over IPv4 and IPv6")
}

// TestDoctorOnThePortOfASession tests the port that a session has, which goes on.
func TestDoctorOnThePortOfASession(t *testing.T) {
	t.Parallel()
	d := newDiagnosed(t)
	y := d.open("-p", "60001", "root@203.0.113.9")
	y.Keys(10)
	y.While("keys by UDP alone", arrivesBy(d.there, true))
	d.doctor(nil, "-p", "60001", "--nat=2s", "root@203.0.113.9").want(t, "", true, "UDP works over IPv4 and IPv6")
	y.Keys(10)
	y.While("keys by UDP alone", arrivesBy(d.there, true))
	d.leave(y)
}
