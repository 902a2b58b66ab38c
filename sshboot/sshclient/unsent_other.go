//go:build !linux && !darwin

package sshclient

import "net"

// limitUnsent does nothing: the system has no limit of its own for bytes that were not
// sent.
func limitUnsent(net.Conn) {}
