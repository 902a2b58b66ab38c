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

var errEmpty = errors.New("message without a version")

// ReadFrame reads one frame, of at most MaxFrame bytes, and returns its message. It reads
// nothing beyond the frame. The error is io.EOF if r ends before the frame, and
// io.ErrUnexpectedEOF if it ends within.
func ReadFrame(r io.Reader) (message []byte, err error) {
	header := make([]byte, frameHeader)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err
	}
	n, err := messageSize(header)
	if err != nil {
		return nil, err
	}
	message = make([]byte, n)
	if _, err := io.ReadFull(r, message); err == io.EOF {
		return nil, io.ErrUnexpectedEOF
	} else if err != nil {
		return nil, err
	}
	return message, nil
}

func messageSize(header []byte) (int, error) {
	n := binary.BigEndian.Uint32(header)
	if n > MaxMessage {
		return 0, fmt.Errorf("message of %d bytes, at most %d are allowed", n, MaxMessage)
	}
	return int(n), nil
}

func appendFrame(dst []byte, body func(dst []byte) []byte) []byte {
	at := len(dst)
	dst = body(append(dst, make([]byte, frameHeader)...))
	binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at-frameHeader))
	return dst
}
