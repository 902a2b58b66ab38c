package sshclient

import "gm/sshboot/sshconfig"

// Family selects the address families that are tried, as in mosh --family.
type Family string

const (
	Inet        Family = "inet"
	Inet6       Family = "inet6"
	PreferInet  Family = "prefer-inet"
	PreferInet6 Family = "prefer-inet6"
	Auto        Family = "auto"
	All         Family = "all"
)

// AddressFamily returns AddressFamily if it is set to one family, and otherwise asked, the
// family of gm's command line.
func AddressFamily(c *sshconfig.Config, asked Family) Family {
	switch c.Word("addressfamily") {
	case "inet":
		return Inet
	case "inet6":
		return Inet6
	}
	return asked
}
