package harness

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// nat64 is a translator between IPv6 and IPv4 (RFC 7915) for the TCP and UDP packets of one
// host, without fragments and ICMP.
type nat64 struct {
	device *os.File // TUN
	v4     netip.Addr
	v6     netip.Addr // of the host; the source of the newest packet
}

// wellKnownPrefix is that of RFC 6052, section 2.1.
var wellKnownPrefix = netip.MustParsePrefix("64:ff9b::/96")

// TranslateIPv6 makes n a NAT64: packets to the Well-Known Prefix that it forwards leave over
// IPv4 from the address v4, which belongs to nothing else.
func (n *Namespace) TranslateIPv6(v4 string) {
	n.t.Helper()
	x := &nat64{v4: netip.MustParseAddr(v4)}
	n.Do(func() (err error) {
		x.device, err = openTUN("nat64")
		return err
	})
	n.IP("link set nat64 up")
	n.IP("route add " + wellKnownPrefix.String() + " dev nat64")
	n.IP("route add " + v4 + " dev nat64")
	n.Sysctl("ipv4/ip_forward", "1")
	n.Sysctl("ipv6/conf/all/forwarding", "1")
	done := make(chan struct{})
	go func() {
		defer close(done)
		x.run(n.t)
	}()
	n.t.Cleanup(func() {
		x.device.Close()
		<-done
	})
}

func openTUN(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("make a TUN device: %w", err)
	}
	return os.NewFile(uintptr(fd), name), nil
}

func (x *nat64) run(t testing.TB) {
	buf := make([]byte, 1<<16)
	for {
		n, err := x.device.Read(buf)
		if err != nil {
			return
		}
		packet := x.toIPv4(buf[:n])
		if n > 0 && buf[0]>>4 == 4 {
			packet = x.toIPv6(buf[:n])
		}
		if packet == nil {
			continue
		}
		if _, err := x.device.Write(packet); err != nil {
			t.Errorf("NAT64: %v", err)
			return
		}
	}
}

const (
	ipv4Header = 20
	ipv6Header = 40
)

// toIPv4 translates a packet (RFC 7915, section 5.1); nil if it is none of TCP or UDP.
func (x *nat64) toIPv4(p []byte) []byte {
	if len(p) < ipv6Header || p[0]>>4 != 6 || !translated(p[6]) {
		return nil
	}
	x.v6 = netip.AddrFrom16([16]byte(p[8:24]))
	payload := p[ipv6Header:]
	out := make([]byte, ipv4Header, ipv4Header+len(payload))
	out[0], out[1] = 0x45, p[0]<<4|p[1]>>4
	binary.BigEndian.PutUint16(out[2:], uint16(ipv4Header+len(payload)))
	out[8], out[9] = p[7]-1, p[6]
	copy(out[12:], x.v4.AsSlice())
	copy(out[16:], p[36:40])
	binary.BigEndian.PutUint16(out[10:], ^sum(0, out))
	out = append(out, payload...)
	setChecksum(out[ipv4Header:], p[6], out[12:20])
	return out
}

// toIPv6 translates a packet (RFC 7915, section 4.1); nil if it is none of TCP or UDP.
func (x *nat64) toIPv6(p []byte) []byte {
	if len(p) < ipv4Header || !translated(p[9]) || !x.v6.IsValid() {
		return nil
	}
	payload := p[4*int(p[0]&15):]
	out := make([]byte, ipv6Header, ipv6Header+len(payload))
	out[0], out[1] = 6<<4|p[1]>>4, p[1]<<4
	binary.BigEndian.PutUint16(out[4:], uint16(len(payload)))
	out[6], out[7] = p[9], p[8]-1
	prefix := wellKnownPrefix.Addr().As16()
	copy(out[8:], prefix[:12])
	copy(out[20:], p[12:16])
	copy(out[24:], x.v6.AsSlice())
	out = append(out, payload...)
	setChecksum(out[ipv6Header:], p[9], out[8:40])
	return out
}

func translated(protocol byte) bool {
	return protocol == unix.IPPROTO_TCP || protocol == unix.IPPROTO_UDP
}

// setChecksum sets the checksum of a TCP segment or a UDP datagram. addrs are the addresses
// of its pseudo header.
func setChecksum(segment []byte, protocol byte, addrs []byte) {
	at := map[byte]int{unix.IPPROTO_TCP: 16, unix.IPPROTO_UDP: 6}[protocol]
	if len(segment) < at+2 {
		return
	}
	segment[at], segment[at+1] = 0, 0
	pseudo := sum(uint32(protocol)+uint32(len(segment)), addrs)
	binary.BigEndian.PutUint16(segment[at:], ^sum(uint32(pseudo), segment))
}

// sum returns the ones' complement sum of b and initial (RFC 1071).
func sum(initial uint32, b []byte) uint16 {
	total := initial
	for i, c := range b {
		total += uint32(c) << (8 * (1 - i%2))
	}
	for total > 0xffff {
		total = total>>16 + total&0xffff
	}
	return uint16(total)
}
