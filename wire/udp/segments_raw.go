//go:build linux && !386 && !s390x

package udp

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// segmentation is what the system can do, and the control messages to ask for it.
type segmentation struct {
	state   segmentState
	control []byte
}

type segmentState uint8

const (
	segmentsUnknown segmentState = iota
	segmentsWork
	segmentsFail
)

// canSegment reports whether the system sends several datagrams at once. Linux does since 4.18.
func (s *sender) canSegment() bool {
	if s.segments.state == segmentsUnknown {
		s.segments.state = segmentsFail
		s.raw.Control(func(fd uintptr) {
			if _, err := unix.GetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT); err == nil {
				s.segments.state = segmentsWork
			}
		})
	}
	return s.segments.state == segmentsWork
}

// sendSegments sends datagrams of that size, but for the last. After an error nothing was sent.
// If the MTU of the path is smaller, or its device cannot do it, the socket sends no more in
// this way.
func (s *sender) sendSegments(data, source []byte, size int, to netip.AddrPort, v6 bool) error {
	s.segments.control = appendSegmentSize(append(s.segments.control[:0], source...), size)
	err := s.send(data, s.segments.control, to, v6)
	for _, lasting := range []error{unix.EINVAL, unix.EMSGSIZE, unix.EIO, unix.EOPNOTSUPP} {
		if errors.Is(err, lasting) {
			s.segments.state = segmentsFail
		}
	}
	return err
}

// appendSegmentSize appends a control message with a 16-bit number.
func appendSegmentSize(control []byte, size int) []byte {
	at := len(control)
	control = append(control, make([]byte, unix.CmsgSpace(2))...)
	h := (*unix.Cmsghdr)(unsafe.Pointer(&control[at]))
	h.Level, h.Type = unix.SOL_UDP, unix.UDP_SEGMENT
	h.SetLen(unix.CmsgLen(2))
	binary.NativeEndian.PutUint16(control[at+unix.CmsgLen(0):], uint16(size))
	return control
}
