package wire

import "net/netip"

// Largest UDP payloads (mosh-protocol, section 3).
const (
	MTUv4    = 1280 - 28
	MTUv6    = 1280 - 64
	MTUSmall = 500 // after EMSGSIZE

	// maxMTU is what fits an IPv4 packet of any size.
	maxMTU = 65535 - 28
)

// MTU gives the largest payload towards addr.
func MTU(addr netip.Addr) int {
	if addr.Unmap().Is4() {
		return MTUv4
	}
	return MTUv6
}
