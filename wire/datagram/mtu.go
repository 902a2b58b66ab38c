package datagram

import "net/netip"

// Largest UDP payloads (protocol, section 3).
const (
	MTUv4    = 1280 - 28
	MTUv6    = 1280 - 64
	MTUSmall = 500 // after EMSGSIZE

	// MaxMTU is the largest payload of an IPv4 packet.
	MaxMTU = 65535 - 28
)

// MTU returns the largest UDP payload sent to addr.
func MTU(addr netip.Addr) int {
	if addr.Unmap().Is4() {
		return MTUv4
	}
	return MTUv6
}
