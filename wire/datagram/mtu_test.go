package datagram

import (
	"net/netip"
	"testing"
)

func TestMTU(t *testing.T) {
	for addr, want := range map[string]int{
		"192.0.2.1": 1252, "::ffff:192.0.2.1": 1252, "2001:db8::1": 1216, "fe80::1%eth0": 1216,
	} {
		if got := MTU(netip.MustParseAddr(addr)); got != want {
			t.Errorf("MTU(%s) = %d, want %d", addr, got, want)
		}
	}
}
