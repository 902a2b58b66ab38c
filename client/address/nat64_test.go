package address

import (
	"net/netip"
	"slices"
	"testing"
)

// rfc6052 are the examples of RFC 6052, section 2.4, table 2.
var rfc6052 = map[string]string{
	"2001:db8::/32":         "2001:db8:c000:221::",
	"2001:db8:100::/40":     "2001:db8:1c0:2:21::",
	"2001:db8:122::/48":     "2001:db8:122:c000:2:2100::",
	"2001:db8:122:300::/56": "2001:db8:122:3c0:0:221::",
	"2001:db8:122:344::/64": "2001:db8:122:344:c0:2:2100::",
	"2001:db8:122:344::/96": "2001:db8:122:344::192.0.2.33",
	"64:ff9b::/96":          "64:ff9b::192.0.2.33",
}

func TestEmbed(t *testing.T) {
	v4 := netip.MustParseAddr("192.0.2.33")
	for prefix, want := range rfc6052 {
		t.Run(prefix, func(t *testing.T) {
			p := netip.MustParsePrefix(prefix)
			got := embed(p, v4)
			if got != netip.MustParseAddr(want) {
				t.Errorf("%v, want %s", got, want)
			}
			if back := extract(p, got); back != v4 {
				t.Errorf("%v is %v", got, back)
			}
		})
	}
}

// TestNAT64PrefixesOfEveryLength synthesizes the answers of a DNS64.
func TestNAT64PrefixesOfEveryLength(t *testing.T) {
	for prefix := range rfc6052 {
		t.Run(prefix, func(t *testing.T) {
			p := netip.MustParsePrefix(prefix)
			answers := []netip.Addr{embed(p, nat64Known[0]), embed(p, nat64Known[1])}
			if got := NAT64Prefixes(answers); !slices.Equal(got, []netip.Prefix{p}) {
				t.Errorf("both answers: %v", got)
			}
			if got := NAT64Prefixes(answers[1:]); !slices.Equal(got, []netip.Prefix{p}) {
				t.Errorf("one answer: %v", got)
			}
		})
	}
}

func TestNAT64Prefixes(t *testing.T) {
	for name, c := range map[string]struct{ answers, want string }{
		"nothing":                 {"", ""},
		"IPv4 without a DNS64":    {"192.0.0.170 192.0.0.171", ""},
		"IPv4 in its IPv6 form":   {"::ffff:192.0.0.170", ""},
		"another address":         {"2001:db8::192.0.2.1", ""},
		"IPv4 beside":             {"192.0.0.170 64:ff9b::192.0.0.170", "64:ff9b::/96"},
		"bits 64 to 71 are set":   {"2001:db8:1:2:ff00::192.0.0.170", ""},
		"two networks":            {"64:ff9b::192.0.0.170 2001:db8::192.0.0.170", "64:ff9b::/96 2001:db8::/96"},
		"too many":                {"2001:db8:1::192.0.0.170 2001:db8:2::192.0.0.170 2001:db8:3::192.0.0.170", "2001:db8:1::/96 2001:db8:2::/96"},
		"a known one in a prefix": {"2001:db8:c000:aa::192.0.0.170 2001:db8:c000:aa::192.0.0.171", "2001:db8:c000:aa::/96"},
		"ambiguous":               {"2001:db8:c000:aa::192.0.0.170", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := NAT64Prefixes(addrs(c.answers)); !slices.Equal(got, prefixes(c.want)) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// FuzzNAT64Prefixes: each prefix that is found makes the answer a known address, and is
// within its limits.
func FuzzNAT64Prefixes(f *testing.F) {
	f.Add(netip.MustParseAddr("64:ff9b::192.0.0.170").AsSlice())
	f.Add(netip.MustParseAddr("2001:db8:c000:aa::192.0.0.170").AsSlice())
	f.Fuzz(func(t *testing.T, data []byte) {
		a, ok := netip.AddrFromSlice(data)
		if !ok {
			return
		}
		found := NAT64Prefixes([]netip.Addr{a})
		if len(found) > maxNAT64Prefixes {
			t.Errorf("%d prefixes", len(found))
		}
		for _, p := range found {
			if !p.Contains(a) || !slices.Contains(nat64Known, extract(p, a)) {
				t.Errorf("%v in %v", p, a)
			}
		}
	})
}
