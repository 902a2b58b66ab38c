package udp

import (
	"encoding/binary"
	"net"

	"golang.org/x/sys/unix"
)

// receiveTogether makes a socket receive several datagrams at once (udp(7), UDP_GRO), and
// enlarges its receive buffer. It reports whether the system does so; Linux does since 5.0.
func receiveTogether(udp *net.UDPConn) bool {
	udp.SetReadBuffer(bulkQueue)
	raw, err := udp.SyscallConn()
	if err != nil {
		return false
	}
	failed := raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_GRO, 1) })
	return failed == nil && err == nil
}

// segmentSize returns the size of datagrams that were received at once; 0 if there is one.
func segmentSize(control []byte) int {
	for len(control) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			return 0
		}
		if h.Level == unix.SOL_UDP && h.Type == unix.UDP_GRO && len(data) >= 4 {
			return int(binary.NativeEndian.Uint32(data))
		}
		control = rest
	}
	return 0
}
