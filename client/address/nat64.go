package address

import (
	"net/netip"
	"slices"
)

// nat64Name is the name whose synthesized IPv6 addresses show the prefixes of a network's
// NAT64 (RFC 7050).
const nat64Name = "ipv4only.arpa"

// nat64Known are the IPv4 addresses of nat64Name (RFC 7050, section 2.2).
var nat64Known = []netip.Addr{netip.AddrFrom4([4]byte{192, 0, 0, 170}), netip.AddrFrom4([4]byte{192, 0, 0, 171})}

// wellKnown is the Well-Known Prefix of RFC 6052, section 2.1. It must not represent
// private IPv4 addresses (section 3.1).
var wellKnown = netip.MustParsePrefix("64:ff9b::/96")

// nat64Lengths are the lengths of prefixes in bits (RFC 6052, section 2.2).
var nat64Lengths = []int{96, 64, 56, 48, 40, 32}

// maxNAT64Prefixes bounds the prefixes of a network.
const maxNAT64Prefixes = 2

// NAT64Prefixes returns the prefixes of a network's NAT64, found in the IPv6 addresses of
// nat64Name (RFC 7050, section 3), at most maxNAT64Prefixes.
//
// If a known IPv4 address is at several places of an IPv6 address, the right place is that
// at which other answers contain the other known address.
func NAT64Prefixes(answers []netip.Addr) (prefixes []netip.Prefix) {
	found := map[netip.Prefix][]netip.Addr{}
	for _, a := range answers {
		for _, p := range possiblePrefixes(a) {
			if v4 := extract(p, a); !slices.Contains(found[p], v4) {
				found[p] = append(found[p], v4)
			}
		}
	}
	for _, a := range answers {
		in := possiblePrefixes(a)
		for _, p := range in {
			if (len(in) == 1 || len(found[p]) == len(nat64Known)) && !slices.Contains(prefixes, p) {
				prefixes = append(prefixes, p)
			}
		}
	}
	return prefixes[:min(len(prefixes), maxNAT64Prefixes)]
}

func possiblePrefixes(a netip.Addr) (prefixes []netip.Prefix) {
	if !a.Is6() || a.Is4In6() || a.As16()[8] != 0 { // RFC 6052, section 2.2: bits 64 to 71
		return nil
	}
	for _, bits := range nat64Lengths {
		p := netip.PrefixFrom(a.WithZone(""), bits).Masked()
		if slices.Contains(nat64Known, extract(p, a)) {
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}

// places returns the indices of the four bytes of an IPv4 address after a prefix. They skip
// byte 8, which is zero (RFC 6052, section 2.2).
func places(bits int) (places [4]int) {
	i := bits / 8
	for n := range places {
		if i == 8 {
			i++
		}
		places[n] = i
		i++
	}
	return places
}

func extract(p netip.Prefix, a netip.Addr) netip.Addr {
	bytes := a.As16()
	var v4 [4]byte
	for n, i := range places(p.Bits()) {
		v4[n] = bytes[i]
	}
	return netip.AddrFrom4(v4)
}

func embed(p netip.Prefix, v4 netip.Addr) netip.Addr {
	bytes := p.Masked().Addr().As16()
	for n, i := range places(p.Bits()) {
		bytes[i] = v4.As4()[n]
	}
	return netip.AddrFrom16(bytes)
}

func (n Network) throughNAT64(v4 netip.Addr) (addrs []netip.Addr) {
	for _, p := range n.NAT64 {
		if p == wellKnown && isPrivate(v4) {
			continue
		}
		addrs = append(addrs, embed(p, v4))
	}
	return addrs
}
