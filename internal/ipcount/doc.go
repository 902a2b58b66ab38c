// Package ipcount reads how many packets the system has received, and how many of those it
// has dropped before they reached a program. A firewall on this machine drops packets that
// were received, one elsewhere those that never were: that is how to tell them apart
// without a right to read any rules.
package ipcount

// Count is the number of packets so far, of IPv4 and of IPv6.
type Count struct{ Received, Dropped [2]uint64 }
