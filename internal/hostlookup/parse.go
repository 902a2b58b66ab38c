package hostlookup

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// ParseAddr parses an address in any form that getaddrinfo accepts: IPv6, or the forms
// of inet_addr (POSIX), in which 127.1, 0x7f.1 and 2130706433 are 127.0.0.1.
func ParseAddr(s string) (netip.Addr, error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr, nil
	}
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, errNoAddress
	}
	value := uint64(0)
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 { // the last part fills the remaining bits
			bits = 8 * (5 - len(parts))
		}
		n, err := parsePart(part, bits)
		if err != nil {
			return netip.Addr{}, errNoAddress
		}
		value = value<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), nil
}

var errNoAddress = errors.New("not an address")

// parsePart parses a number in C's notation: decimal, octal after 0, hexadecimal
// after 0x.
func parsePart(s string, bits int) (uint64, error) {
	base := 10
	if hex, ok := strings.CutPrefix(strings.ToLower(s), "0x"); ok {
		s, base = hex, 16
	} else if len(s) > 1 && s[0] == '0' {
		base = 8
	}
	return strconv.ParseUint(s, base, bits)
}
