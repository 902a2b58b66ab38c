// Package pipe frames datagrams on a stream of bytes, such as an SSH channel: each is
// preceded by its length (protocol, section 10.5). The datagrams are those that are sent
// over UDP, sealed, so that the stream needs neither secrecy nor authenticity of its own.
package pipe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// MaxDatagram is the length of the longest datagram, in bytes. No peer sends more
	// than datagram.MTUv4.
	MaxDatagram = 2048

	frameHeader = 2 // the length of the datagram, big endian

	// MaxFrame is the length of the longest frame, in bytes.
	MaxFrame = frameHeader + MaxDatagram
)

// ErrLength means that a length is not within 1 to MaxDatagram. The rest of the stream
// cannot be read.
var ErrLength = errors.New("bad length of a datagram")

func checkLength(n int) error {
	if n < 1 || n > MaxDatagram {
		return fmt.Errorf("%w: %d bytes", ErrLength, n)
	}
	return nil
}

// AppendFrame appends the frame of a datagram to dst. The error is ErrLength, and dst is
// unchanged, if the datagram is empty or longer than MaxDatagram.
func AppendFrame(dst, datagram []byte) ([]byte, error) {
	if err := checkLength(len(datagram)); err != nil {
		return dst, err
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(datagram)))
	return append(dst, datagram...), nil
}

// readSize is the size of the buffer of a Reader, in bytes: several datagrams of keys, or
// three of the longest that peers send.
const readSize = 4096

// Reader reads datagrams from a stream. It has a buffer of its own and may read more from
// the stream than it returns.
type Reader struct {
	stream io.Reader
	buffer [readSize]byte
	unread []byte // part of buffer
	err    error  // of the stream, after unread
}

// NewReader returns a Reader of the stream. Its memory does not grow.
func NewReader(stream io.Reader) *Reader { return &Reader{stream: stream} }

// Next returns the next datagram, which is valid until the next call. The error is io.EOF
// if the stream ends between two frames, io.ErrUnexpectedEOF if it ends within one, and
// ErrLength, or the error of the stream. After an error all calls return it.
func (r *Reader) Next() ([]byte, error) {
	header, err := r.peek(frameHeader)
	if err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(header))
	if err := checkLength(n); err != nil {
		r.unread, r.err = nil, err
		return nil, err
	}
	frame, err := r.peek(frameHeader + n)
	if err != nil {
		return nil, err
	}
	r.unread = r.unread[len(frame):]
	return frame[frameHeader:], nil
}

func (r *Reader) peek(n int) ([]byte, error) {
	for len(r.unread) < n {
		if r.err != nil {
			return nil, r.endError()
		}
		r.fill()
	}
	return r.unread[:n], nil
}

func (r *Reader) fill() {
	kept := copy(r.buffer[:], r.unread)
	var n int
	n, r.err = r.stream.Read(r.buffer[kept:])
	r.unread = r.buffer[:kept+n]
}

func (r *Reader) endError() error {
	if r.err == io.EOF && len(r.unread) > 0 {
		r.unread, r.err = nil, io.ErrUnexpectedEOF
	}
	return r.err
}
