//go:build unix

package server

import (
	"errors"
	"net/netip"
	"testing"

	"gm/wire/datagram"
)

func TestPacketBuffersAreBounded(t *testing.T) {
	b := newPacketBuffers()
	quit := make(chan struct{})
	first := b.get(quit)
	b.put(first)
	for i := range datagramBuffers {
		d := b.get(quit)
		if d == nil {
			t.Fatalf("there are %d buffers", i)
		}
		if i == 0 && d != first {
			t.Error("another buffer is allocated while one is free")
		}
	}
	close(quit)
	if b.get(quit) != nil {
		t.Errorf("there are more than %d buffers", datagramBuffers)
	}
}

// queueSocket keeps datagrams until Flush.
type queueSocket struct {
	*fakeSocket
	queued, sent int
	err          error
}

func (s *queueSocket) Queue([]byte, datagram.Path) error {
	s.queued++
	return nil
}

func (s *queueSocket) Flush() error {
	s.sent, s.queued = s.sent+s.queued, 0
	return s.err
}

func TestSocketsAreFlushed(t *testing.T) {
	failed := errors.New("failed")
	one := &queueSocket{fakeSocket: socketAt("192.0.2.1:60001"), err: failed}
	other := &queueSocket{fakeSocket: socketAt("192.0.2.2:60001"), err: errors.New("failed later")}
	s := sockets{open: []*boundSocket{{one, netip.Addr{}}, {socketAt("192.0.2.3:60001"), netip.Addr{}}, {other, netip.Addr{}}}}
	for range 2 {
		s.write([]byte("data"), datagram.Path{Local: netip.MustParseAddr("192.0.2.1"), LocalPort: 60001})
		s.write([]byte("data"), datagram.Path{Local: netip.MustParseAddr("192.0.2.2"), LocalPort: 60001})
	}
	if err := s.flush(); err != failed {
		t.Errorf("flush: %v, want the first error", err)
	}
	if one.sent != 2 || other.sent != 2 {
		t.Errorf("%d and %d datagrams are sent, want 2 each", one.sent, other.sent)
	}
}
