//go:build unix

package server

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func TestHostAddresses(t *testing.T) {
	interfaces := []net.Addr{&net.UnixAddr{}, &net.IPNet{}}
	for _, text := range []string{
		"127.0.0.1/8", "10.0.0.7/8", "192.0.2.7/24", "169.254.1.1/16", "::1/128", "fe80::1/64", "fd00::7/64", "2001:db8::7/64", "224.0.0.1/4", "0.0.0.0/0",
	} {
		ip, network, err := net.ParseCIDR(text)
		if err != nil {
			t.Fatal(err)
		}
		interfaces = append(interfaces, &net.IPNet{IP: ip, Mask: network.Mask})
	}
	const others = "192.0.2.7 2001:db8::7 10.0.0.7 fd00::7"
	for first, want := range map[string]string{
		"":             others,
		"192.0.2.7":    others,
		"fd00::7":      "fd00::7 192.0.2.7 2001:db8::7 10.0.0.7",
		"127.0.0.1":    "127.0.0.1 " + others,
		"198.51.100.1": "198.51.100.1 " + others,
		"fe80::1%eth0": "fe80::1 " + others,
	} {
		t.Run(first, func(t *testing.T) {
			addr, _ := netip.ParseAddr(first)
			got := strings.Trim(fmt.Sprint(hostAddresses(addr, interfaces)), "[]")
			if got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestHostAddressesAreLimited(t *testing.T) {
	var many []net.Addr
	for i := range 100 {
		many = append(many, &net.IPNet{IP: net.IPv4(10, 0, 0, byte(i)), Mask: net.CIDRMask(8, 32)})
	}
	addrs := hostAddresses(netip.MustParseAddr("192.0.2.1"), many)
	if len(addrs) != 8 || addrs[0].String() != "192.0.2.1" || addrs[7].String() != "10.0.0.6" {
		t.Errorf("%v", addrs)
	}
}

func TestSSHAddress(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.7 5000 192.0.2.1 22": "192.0.2.1", "::1 1 ::ffff:192.0.2.1 22": "192.0.2.1", "": "invalid IP", "a b c": "invalid IP", "a b c d": "invalid IP",
	} {
		t.Run(text, func(t *testing.T) {
			if got := sshAddress(text); got.String() != want {
				t.Errorf("%v", got)
			}
		})
	}
}

// The announcement lists the address that the session is bound to if there is one.
func TestAnnouncedAddresses(t *testing.T) {
	u := newHostUser(t).with("SSH_CONNECTION=127.0.0.2 5000 127.0.0.1 22")
	for name, test := range map[string]struct {
		args  []string
		first string
		alone bool
	}{
		"bound":         {[]string{"-i", "127.0.0.1"}, "127.0.0.1", true},
		"SSH's":         {[]string{"-s"}, "127.0.0.1", true},
		"both families": {[]string{"-s", "-@", "gm-families=all"}, "127.0.0.1", false},
		"all":           {nil, "127.0.0.1", false},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(append([]string{"new", "-p", "0", "-@", pathNames, "-@", "gm-pipe"}, test.args...), "--", "cat")
			r := u.startRelay("MOSH CONNECT ", args...)
			r.sessionPid()
			interfaces := hostAddresses(netip.Addr{}, interfaceAddrs(t))
			want := []netip.Addr{netip.MustParseAddr(test.first)}
			if !test.alone {
				want = append(want, interfaces...)
				want = want[:min(len(want), 8)]
			}
			if !slices.Equal(r.Addresses, want) {
				t.Errorf("%v, want %v", r.Addresses, want)
			}
		})
	}
}

func interfaceAddrs(t *testing.T) []net.Addr {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	return addrs
}

// A session for both families is reached by an address other than that of -s.
func TestBothFamilies(t *testing.T) {
	u := newHostUser(t).with("SSH_CONNECTION=::1 5000 ::1 22")
	for name, args := range map[string][]string{"before": {"-@", "gm-families=all", "-s"}, "after": {"-s", "-@", "gm-families=all"}} {
		t.Run(name, func(t *testing.T) {
			r := u.startRelay("MOSH CONNECT ", append(append([]string{"new", "-p", "0", "-@", pathNames, "-@", "gm-pipe"}, args...), "--", "cat")...)
			r.sessionPid()
			c := (&realServer{t: t, Announcement: r.Announcement}).connect(80, 24) // 127.0.0.1
			c.typeKeys("x\r")
			c.see("x\nx")
			c.quit()
		})
	}
}
