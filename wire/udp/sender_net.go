//go:build !linux || 386 || s390x

package udp

import (
	"net"
	"net/netip"
)

// sender sends datagrams as package net does.
type sender struct{ udp *net.UDPConn }

func newSender(udp *net.UDPConn) sender { return sender{udp} }

func (s *sender) send(data, control []byte, to netip.AddrPort, _ bool) error {
	_, _, err := s.udp.WriteMsgUDPAddrPort(data, control, to)
	return err
}
