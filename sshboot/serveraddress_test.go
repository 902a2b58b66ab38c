package sshboot

import (
	"net/netip"
	"testing"

	"gm/sshboot/deploy"
)

func TestCheckServerAddress(t *testing.T) {
	for _, c := range []struct {
		addr, first, name string
		ok                bool
	}{
		{"192.0.2.1", "198.51.100.1", "host", true}, {"10.0.0.1", "198.51.100.1", "host", true}, {"2001:db8::1", "", "host", true},
		{"127.0.0.1", "198.51.100.1", "host", false}, {"127.9.9.9", "10.0.0.1", "127.9.9.9", false}, {"::1", "198.51.100.1", "localhost", false},
		{"127.0.0.1", "127.0.0.1", "host", true}, {"::1", "127.0.0.1", "host", true}, {"127.0.0.1", "::1", "host", true},
		{"127.0.0.1", "", "host", false}, {"127.0.0.1", "", "127.0.0.1", true}, {"::1", "", "LOCALHOST", true}, {"127.0.0.1", "", "localhost.example.org", false},
		{"0.0.0.0", "127.0.0.1", "host", false}, {"0.1.2.3", "127.0.0.1", "host", false}, {"::", "127.0.0.1", "host", false},
		{"224.0.0.1", "192.0.2.9", "host", false}, {"239.255.255.250", "", "host", false}, {"ff02::1", "", "host", false}, {"ff0e::1", "", "host", false},
		{"255.255.255.255", "192.0.2.9", "host", false},
		{"169.254.169.254", "192.0.2.9", "host", false}, {"fe80::1", "192.0.2.9", "host", false}, {"fe80::1%eth0", "", "host", false}, {"fe80::1%eth0", "fe80::2%eth0", "host", true},
	} {
		t.Run(c.addr, func(t *testing.T) {
			first, _ := netip.ParseAddr(c.first)
			if err := checkServerAddress(deploy.ServerAddress("x 1 "+c.addr+" 22"), first, c.name); (err == nil) != c.ok {
				t.Errorf("%s from %s, called %s: %v", c.addr, c.first, c.name, err)
			}
		})
	}
	if err := checkServerAddress(deploy.ServerAddress("x 1 ::ffff:127.0.0.1 22"), netip.MustParseAddr("192.0.2.1"), "host"); err == nil {
		t.Error("a mapped loopback address passes")
	}
}
