//go:build !linux

package udp

import "net"

// receiveTogether enlarges the receive buffer. It reports whether the system receives several
// datagrams at once.
func receiveTogether(udp *net.UDPConn) bool {
	udp.SetReadBuffer(bulkQueue)
	return false
}

func segmentSize([]byte) int { return 0 }
