package address

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func addrs(text string) (out []netip.Addr) {
	for word := range strings.FieldsSeq(text) {
		out = append(out, netip.MustParseAddr(word))
	}
	return out
}

func addr(text string) netip.Addr {
	if text == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(text)
}

func prefixes(text string) (out []netip.Prefix) {
	for word := range strings.FieldsSeq(text) {
		out = append(out, netip.MustParsePrefix(word))
	}
	return out
}

// routed returns a network with routes for the families named in text.
func routed(text string) Network {
	return Network{Source: func(to netip.Addr) netip.Addr {
		if to.Is4() && strings.Contains(text, "4") || to.Is6() && strings.Contains(text, "6") {
			return to
		}
		return netip.Addr{}
	}}
}

func TestCandidates(t *testing.T) {
	for name, c := range map[string]struct {
		login, resolved, announced string
		observed, bound            string
		families                   Families
		ours, nat64, routes        string
		want                       string
	}{
		"the login's alone": {login: "192.0.2.1", want: "192.0.2.1"},
		"no address at all": {login: "", want: ""},
		"the name's alone":  {login: "", resolved: "192.0.2.1 2001:db8::1", want: "2001:db8::1 192.0.2.1"},
		"both families of the name": {login: "192.0.2.1", resolved: "192.0.2.1 2001:db8::1",
			want: "192.0.2.1 2001:db8::1"},
		"families in turn": {login: "2001:db8::1", resolved: "2001:db8::2 2001:db8::3 192.0.2.2 192.0.2.3",
			want: "2001:db8::1 192.0.2.2 2001:db8::2 192.0.2.3 2001:db8::3"},
		"the name before the interfaces": {login: "192.0.2.1", announced: "192.0.2.9 2001:db8::9", resolved: "192.0.2.2 2001:db8::2",
			want: "192.0.2.1 2001:db8::2 192.0.2.2 2001:db8::9 192.0.2.9"},
		"each once": {login: "192.0.2.1", announced: "192.0.2.1 192.0.2.2 192.0.2.2", resolved: "192.0.2.2 192.0.2.1",
			want: "192.0.2.1 192.0.2.2"},
		"at most six": {login: "192.0.2.1", resolved: "192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6 192.0.2.7 192.0.2.8",
			want: "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6"},
		"IPv4 alone": {login: "192.0.2.1", resolved: "2001:db8::1 192.0.2.2", families: IPv4, want: "192.0.2.1 192.0.2.2"},
		"IPv6 alone": {login: "2001:db8::1", resolved: "2001:db8::2 192.0.2.2", families: IPv6, want: "2001:db8::1 2001:db8::2"},
		"the login's, though of the other family": {login: "2001:db8::1", resolved: "192.0.2.2", families: IPv4,
			want: "2001:db8::1 192.0.2.2"},
		"a server bound to one": {login: "192.0.2.1", bound: "10.0.0.1", resolved: "2001:db8::1", announced: "10.0.0.1", want: "192.0.2.1"},

		"private ones after a public login": {login: "192.0.2.1", announced: "10.0.0.1 100.64.0.1 fd00::1 172.17.0.1", want: "192.0.2.1"},
		"private ones after a private login": {login: "10.0.0.1", announced: "10.0.0.1 192.168.3.1 fd00::1",
			want: "10.0.0.1 fd00::1 192.168.3.1"},
		"private ones of the name": {login: "192.0.2.1", resolved: "10.0.0.1", want: "192.0.2.1 10.0.0.1"},
		"private ones of our link": {login: "192.0.2.1", announced: "192.0.2.2 10.0.0.1 192.168.7.1", ours: "192.168.7.33/24 10.9.0.1/16",
			want: "192.0.2.1 192.168.7.1 192.0.2.2"},
		"a tunnel of one address is no link":  {login: "192.0.2.1", announced: "10.0.0.1", ours: "10.0.0.1/32", want: "192.0.2.1"},
		"private ones behind the same NAT":    {login: "192.0.2.1", announced: "10.0.0.1", observed: "192.0.2.1", want: "192.0.2.1 10.0.0.1"},
		"private ones behind another NAT":     {login: "192.0.2.1", announced: "10.0.0.1", observed: "192.0.2.2", want: "192.0.2.1"},
		"loopback after a public login":       {login: "192.0.2.1", announced: "127.0.0.1 ::1", resolved: "127.0.1.1 ::1", want: "192.0.2.1"},
		"loopback after a loopback login":     {login: "127.0.0.1", resolved: "::1 127.0.0.1", want: "127.0.0.1 ::1"},
		"addresses that no host has":          {login: "192.0.2.1", announced: "0.0.0.0 :: 0.1.2.3 224.0.0.1 ff02::1 255.255.255.255 240.0.0.1 ::ffff:192.0.2.2", want: "192.0.2.1"},
		"link-local ones":                     {login: "192.0.2.1", announced: "fe80::1 169.254.1.1", resolved: "fe80::2%eth0", want: "192.0.2.1"},
		"a link-local login":                  {login: "fe80::1%eth0", announced: "fe80::1 192.168.1.1", want: "fe80::1%eth0 192.168.1.1"},
		"without a route for IPv6":            {login: "192.0.2.1", resolved: "2001:db8::1 192.0.2.2", routes: "4", want: "192.0.2.1 192.0.2.2 2001:db8::1"},
		"without a route for the login's":     {login: "192.0.2.1", resolved: "2001:db8::1 192.0.2.2", routes: "6", want: "2001:db8::1 192.0.2.1 192.0.2.2"},
		"without any route":                   {login: "192.0.2.1", resolved: "2001:db8::1", routes: "-", want: "192.0.2.1 2001:db8::1"},
		"NAT64":                               {login: "192.0.2.1", resolved: "2001:db8::1", routes: "6", nat64: "64:ff9b::/96", want: "64:ff9b::c000:201 2001:db8::1 192.0.2.1"},
		"NAT64 beside IPv4":                   {login: "192.0.2.1", nat64: "64:ff9b::/96", want: "192.0.2.1"},
		"private ones and the known prefix":   {login: "10.0.0.1", routes: "6", nat64: "64:ff9b::/96", want: "10.0.0.1"},
		"private ones and the network's own":  {login: "10.0.0.1", routes: "6", nat64: "2001:db8:64::/96", want: "2001:db8:64::a00:1 10.0.0.1"},
		"NAT64 and IPv4 alone":                {login: "192.0.2.1", routes: "6", nat64: "64:ff9b::/96", families: IPv4, want: "192.0.2.1"},
		"the login's among too many":          {login: "192.0.2.1", routes: "6", resolved: "2001:db8::1 2001:db8::2 2001:db8::3 2001:db8::4 2001:db8::5 2001:db8::6", want: "2001:db8::1 2001:db8::2 2001:db8::3 2001:db8::4 2001:db8::5 192.0.2.1"},
		"an IPv4 login with IPv6 of the name": {login: "192.0.2.1", resolved: "2001:db8::1", routes: "46", want: "192.0.2.1 2001:db8::1"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.routes == "" {
				c.routes = "46"
			}
			n := routed(c.routes)
			n.Prefixes, n.NAT64 = prefixes(c.ours), prefixes(c.nat64)
			h := Host{Login: addr(c.login), Bound: addr(c.bound), Resolved: addrs(c.resolved), Announced: addrs(c.announced), Observed: addr(c.observed), Families: c.families}
			var got []string
			for _, a := range h.Candidates(n) {
				got = append(got, a.String())
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, " "), c.want)
			}
		})
	}
}

// TestCandidatesOfManyAddresses: the list is bounded, and the login's address is in it,
// whatever the sources and the routes are.
func TestCandidatesOfManyAddresses(t *testing.T) {
	var many []netip.Addr
	for i := range 200 {
		many = append(many, netip.MustParseAddr(fmt.Sprintf("192.0.2.%d", i)), netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", i)))
	}
	login := addr("198.51.100.1")
	for _, routes := range []string{"4", "6", "46", "-"} {
		t.Run(routes, func(t *testing.T) {
			n := routed(routes)
			n.NAT64 = prefixes("64:ff9b::/96 2001:db8:64::/96")
			got := Host{Login: login, Resolved: many, Announced: many}.Candidates(n)
			if len(got) != MaxCandidates || !slices.Contains(got, login) {
				t.Errorf("%v", got)
			}
		})
	}
}
