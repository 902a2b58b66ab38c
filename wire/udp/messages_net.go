//go:build !linux || 386 || s390x

package udp

import (
	"net"
	"net/netip"
)

// messages sends and receives datagrams as package net does.
type messages struct{ udp *net.UDPConn }

func newMessages(udp *net.UDPConn) messages { return messages{udp} }

func (s *messages) receive(buf, control []byte) (n, controlSize int, from netip.AddrPort, err error) {
	n, controlSize, _, from, err = s.udp.ReadMsgUDPAddrPort(buf, control)
	return n, controlSize, from, err
}

func (s *messages) send(data, control []byte, to netip.AddrPort, _ bool) error {
	_, _, err := s.udp.WriteMsgUDPAddrPort(data, control, to)
	return err
}
