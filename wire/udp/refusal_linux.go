package udp

import "golang.org/x/sys/unix"

// ReportRefusals sets whether Read returns ICMP errors (ip(7), IP_RECVERR). A Write
// after such an error may fail too, without sending.
func (c *Conn) ReportRefusals(on bool) {
	raw, err := c.udp.SyscallConn()
	if err != nil {
		return
	}
	value := 0
	if on {
		value = 1
	}
	raw.Control(func(fd uintptr) {
		if !c.local.Addr().Is4() {
			set(fd, []option{{unix.IPPROTO_IPV6, unix.IPV6_RECVERR, value}})
		}
		set(fd, []option{{unix.IPPROTO_IP, unix.IP_RECVERR, value}})
	})
}
