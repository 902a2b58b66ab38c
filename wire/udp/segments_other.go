//go:build !linux || 386 || s390x

package udp

import (
	"errors"
	"net/netip"
)

// canSegment reports whether the system sends several datagrams at once.
func (s *sender) canSegment() bool { return false }

func (s *sender) sendSegments(_, _ []byte, _ int, _ netip.AddrPort, _ bool) error {
	return errors.ErrUnsupported
}
