//go:build !linux

package probe

import "net"

// queuesRefusals reports whether queuedRefusals returns all ICMP errors.
const queuesRefusals = false

// reportRefusals does nothing: a connected socket reports ICMP errors.
func reportRefusals(*net.UDPConn, bool) {}

// queuedRefusals returns nothing: the system does not report where ICMP errors come from.
func queuedRefusals(*net.UDPConn) []packet { return nil }
