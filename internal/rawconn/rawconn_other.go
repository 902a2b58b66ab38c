//go:build !linux

package rawconn

import "net"

// New returns conn.
func New(conn net.Conn) net.Conn { return conn }
