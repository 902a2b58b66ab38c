//go:build freebsd || netbsd || dragonfly

package firewall

// pfByDefault reports whether pf runs unless rc.conf(5) turns it off.
const pfByDefault = false
