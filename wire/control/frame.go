package control

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Version is the version of the protocol that this package speaks. A session answers
// requests of every version.
const Version = 1

const (
	// MaxMessage is the size of the largest message, in bytes. Messages of this
	// package are smaller, as their texts and lists are bounded.
	MaxMessage = 64 << 10

	frameHeader = 4 // the length of the message, big endian

	// MaxFrame is the size of the largest frame, in bytes.
	MaxFrame = frameHeader + MaxMessage
)

var (
	errMalformed = errors.New("malformed message")
	errEmpty     = errors.New("message without a version")
)

// ReadFrame reads one frame into buf and returns its message, which is a part of buf. It
// reads nothing beyond the frame. buf has MaxFrame bytes; a message that does not fit into
// it is an error. The error is io.EOF if r ends before the frame, and
// io.ErrUnexpectedEOF if it ends within.
func ReadFrame(r io.Reader, buf []byte) (message []byte, err error) {
	header := buf[:frameHeader]
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err
	}
	n, body := binary.BigEndian.Uint32(header), buf[frameHeader:]
	if uint64(n) > uint64(len(body)) {
		return nil, fmt.Errorf("message of %d bytes, at most %d are allowed", n, len(body))
	}
	if _, err := io.ReadFull(r, body[:n]); err == io.EOF {
		return nil, io.ErrUnexpectedEOF
	} else if err != nil {
		return nil, err
	}
	return body[:n], nil
}

func appendFrame(dst []byte, body func(dst []byte) []byte) []byte {
	at := len(dst)
	dst = body(append(dst, make([]byte, frameHeader)...))
	binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at-frameHeader))
	return dst
}
