package probe

import (
	"encoding/binary"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// queuesRefusals reports whether queuedRefusals returns all ICMP errors.
const queuesRefusals = true

// reportRefusals has the system queue ICMP errors (ip(7), IP_RECVERR).
func reportRefusals(conn *net.UDPConn, v4 bool) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		if v4 {
			unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_RECVERR, 1)
		} else {
			unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
		}
	})
}

// queuedRefusals removes and returns the ICMP errors that the system has queued.
func queuedRefusals(conn *net.UDPConn) (out []packet) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil
	}
	raw.Control(func(fd uintptr) {
		var data [1]byte
		var control [512]byte
		for {
			_, n, _, _, err := unix.Recvmsg(int(fd), data[:], control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
			if err != nil {
				return
			}
			if p, ok := parseErrors(control[:n]); ok {
				out = append(out, p)
			}
		}
	})
	return out
}

func parseErrors(control []byte) (p packet, ok bool) {
	for len(control) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			return packet{}, false
		}
		control = rest
		if h.Level == unix.IPPROTO_IP && h.Type == unix.IP_RECVERR || h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_RECVERR {
			return parseExtendedError(data)
		}
	}
	return packet{}, false
}

// sizeofExtendedErr is the size of struct sock_extended_err (linux/errqueue.h):
//
//	errno[4] origin[1] type[1] code[1] pad[1] info[4] data[4]
//
// The address of the sender of the ICMP error follows as a sockaddr.
const sizeofExtendedErr = 16

func parseExtendedError(b []byte) (p packet, ok bool) {
	if len(b) < sizeofExtendedErr {
		return packet{}, false
	}
	p.refusal = kindOfICMP(b[4], b[5], b[6])
	switch sender := b[sizeofExtendedErr:]; {
	case len(sender) < 8:
	case binary.NativeEndian.Uint16(sender) == unix.AF_INET:
		p.from = netip.AddrFrom4([4]byte(sender[4:8]))
	case binary.NativeEndian.Uint16(sender) == unix.AF_INET6 && len(sender) >= 24:
		p.from = netip.AddrFrom16([16]byte(sender[8:24])).Unmap()
	}
	return p, p.refusal != ""
}

// kindOfICMP returns the kind of an ICMP error by its origin in Linux, its type and its code
// (RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1). It is empty for errors that do
// not mean that datagrams are refused.
func kindOfICMP(origin, typ, code byte) RefusalKind {
	var kinds [16]RefusalKind
	switch {
	case origin == unix.SO_EE_ORIGIN_ICMP && typ == 3 && code != 4: // 4: a datagram is too long
		kinds = [16]RefusalKind{
			0: NetUnreachable, 1: HostUnreachable, 3: PortUnreachable, 6: NetUnreachable, 7: HostUnreachable,
			9: Prohibited, 10: Prohibited, 11: NetUnreachable, 12: HostUnreachable, 13: Prohibited,
		}
	case origin == unix.SO_EE_ORIGIN_ICMP6 && typ == 1:
		kinds = [16]RefusalKind{0: NetUnreachable, 1: Prohibited, 3: HostUnreachable, 4: PortUnreachable, 5: Prohibited, 6: Prohibited}
	default:
		return ""
	}
	if int(code) < len(kinds) && kinds[code] != "" {
		return kinds[code]
	}
	return OtherRefusal
}
