package probe

import (
	"encoding/binary"
	"errors"
	"time"

	"gm/wire/datagram"
)

const (
	headerSize = 1 + 4 + 4 // kind, number, delay

	// MinSize is the size of the shortest datagram, in bytes of UDP payload, MaxSize that
	// of the longest.
	MinSize = sealSize + headerSize
	MaxSize = 2048

	// sealSize is the number of bytes that sealing adds: nonce, timestamps and tag.
	sealSize = 8 + 4 + 16
)

// NoReply is the Delay of a Request without a reply.
const NoReply = time.Duration(noReply) * time.Millisecond

const (
	noReply = 1<<32 - 1
	unasked = 1 // the delay of a Reply that the host sends unasked
)

// Request is a datagram to the host.
type Request struct {
	Number uint32
	Delay  time.Duration // of the reply, in milliseconds; or NoReply
	Size   int           // of the datagram, MinSize to MaxSize
}

// Reply is a datagram to the client.
type Reply struct {
	Number  uint32
	Unasked bool
	Size    int
}

var errPayload = errors.New("malformed datagram of a probe")

func (r Request) append(dst []byte) []byte {
	return appendPayload(dst, r.Number, uint32(r.Delay.Milliseconds()), r.Size)
}

func (r Reply) append(dst []byte) []byte {
	delay := uint32(0)
	if r.Unasked {
		delay = unasked
	}
	return appendPayload(dst, r.Number, delay, r.Size)
}

func appendPayload(dst []byte, number, delay uint32, size int) []byte {
	dst = append(dst, byte(datagram.KindFragment))
	dst = binary.BigEndian.AppendUint32(dst, number)
	dst = binary.BigEndian.AppendUint32(dst, delay)
	return append(dst, make([]byte, min(max(size, MinSize), MaxSize)-MinSize)...)
}

func parsePayload(payload []byte) (number, delay uint32, err error) {
	if len(payload) < headerSize || datagram.Kind(payload[0]) != datagram.KindFragment {
		return 0, 0, errPayload
	}
	return binary.BigEndian.Uint32(payload[1:]), binary.BigEndian.Uint32(payload[5:]), nil
}

// Sealer seals and opens the datagrams of one end. It is not safe for concurrent use.
type Sealer struct {
	conn    *datagram.Conn
	payload []byte
}

// NewSealer returns the Sealer of the client (datagram.ToServer) or the host.
func NewSealer(key datagram.Key, d datagram.Direction, now time.Time) (*Sealer, error) {
	conn, err := datagram.New(key, d, now)
	if err != nil {
		return nil, err
	}
	conn.UseIdentifiers(key)
	return &Sealer{conn: conn}, nil
}

// SealRequest returns the datagram of a Request, valid until the next call.
func (s *Sealer) SealRequest(now time.Time, r Request) ([]byte, error) {
	s.payload = r.append(s.payload[:0])
	return s.conn.Seal(now, datagram.Path{}, s.payload)
}

// SealReply returns the datagram of a Reply, valid until the next call.
func (s *Sealer) SealReply(now time.Time, r Reply) ([]byte, error) {
	s.payload = r.append(s.payload[:0])
	return s.conn.Seal(now, datagram.Path{}, s.payload)
}

// OpenRequest opens a datagram from the client.
func (s *Sealer) OpenRequest(now time.Time, data []byte) (Request, error) {
	number, delay, err := s.open(now, data)
	return Request{number, time.Duration(delay) * time.Millisecond, len(data)}, err
}

// OpenReply opens a datagram from the host.
func (s *Sealer) OpenReply(now time.Time, data []byte) (Reply, error) {
	number, delay, err := s.open(now, data)
	return Reply{number, delay == unasked, len(data)}, err
}

func (s *Sealer) open(now time.Time, data []byte) (number, delay uint32, err error) {
	opened, err := s.conn.Open(now, data, datagram.Path{}, false)
	if err != nil {
		return 0, 0, err
	}
	return parsePayload(opened.Payload)
}

// Identifiers returns the identifiers of the client's datagrams, by which a port that
// sessions share is routed.
func (s *Sealer) Identifiers() []uint32 { return s.conn.AppendIdentifiers(nil) }
