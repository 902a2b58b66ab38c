package datagram

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sizes and limits of a datagram, nonce[8] || ciphertext || tag[16] (protocol,
// section 2).
const (
	nonceSize = 8
	tagSize   = 16

	// ocbNonceSize is the size of the cipher's nonce: four zero bytes and the
	// eight of the datagram.
	ocbNonceSize = 12

	// directionBit of the nonce is set in datagrams to the client. The other bits
	// are the sequence number.
	directionBit = 1 << 63

	// numbers is how many sequence numbers there are. Those with an identifier have one
	// bit less; no key seals so many blocks.
	numbers = 1 << 62

	// maxBlocks is the maximum of blocks of 16 bytes that one side seals with a
	// key: half of the 2^48 that RFC 7253, section 5.1, allows, since two sides
	// share the key.
	maxBlocks = 1 << 47
)

// ErrExhausted means that the key has sealed as much as it safely can. It ends the
// session.
var ErrExhausted = errors.New("session key is used up")

// ErrForged means that a datagram was not sealed by the peer with this key. Another
// key may open it.
var ErrForged = errors.New("datagram is not authentic")

var (
	errShortDatagram = fmt.Errorf("%w: it is too short", ErrForged)
	errReflected     = fmt.Errorf("%w: it is one of our own", ErrForged)
	errUnidentified  = fmt.Errorf("%w: its number has no identifier", ErrForged)
)

// sealer seals the datagrams of one direction, numbered from 0.
type sealer struct {
	aead        cipher.AEAD
	streams     cipher.AEAD  // of packets of streams; nil without them
	bit         uint64       // directionBit or 0
	identifiers *identifiers // nil without the extension
	next        uint64       // sequence number
	blocks      uint64       // sealed so far
	nonce       [ocbNonceSize]byte
}

func newSealer(k Key, d Direction) (sealer, error) {
	aead, err := newAEAD(k)
	return sealer{aead: aead, bit: uint64(d) * directionBit}, err
}

// seal appends the datagram of plain, sealed with one of the ciphers. No two have the same
// nonce. The only error is ErrExhausted.
func (s *sealer) seal(aead cipher.AEAD, dst, plain []byte) ([]byte, error) {
	blocks := uint64(len(plain)+aes.BlockSize-1) / aes.BlockSize
	if s.blocks+blocks > maxBlocks || s.next >= numbers {
		return dst, ErrExhausted
	}
	s.blocks += blocks
	binary.BigEndian.PutUint64(s.nonce[ocbNonceSize-nonceSize:], s.bit|s.identifiers.number(s.next))
	s.next++
	dst = append(dst, s.nonce[ocbNonceSize-nonceSize:]...)
	return aead.Seal(dst, s.nonce[:], plain, nil), nil
}

// skipTo makes the number the next one, unless it is below those used already.
func (s *sealer) skipTo(number uint64) { s.next = max(s.next, number) }

// opener opens the datagrams of one direction.
type opener struct {
	aead        cipher.AEAD
	streams     cipher.AEAD  // of packets of streams; nil without them
	bit         uint64       // directionBit or 0
	identifiers *identifiers // nil without the extension
	nonce       [ocbNonceSize]byte
}

func newOpener(k Key, d Direction) (opener, error) {
	aead, err := newAEAD(k)
	return opener{aead: aead, bit: uint64(d) * directionBit}, err
}

// open appends the plaintext of a datagram and returns its sequence number, and whether it
// is sealed with the cipher of streams, which is tried first, as it is fast. It does not
// modify the datagram.
func (o *opener) open(dst, datagram []byte) (plain []byte, seq uint64, streams bool, err error) {
	if len(datagram) < nonceSize+tagSize {
		return dst, 0, false, errShortDatagram
	}
	number := binary.BigEndian.Uint64(datagram)
	if number&directionBit != o.bit {
		return dst, 0, false, errReflected
	}
	copy(o.nonce[ocbNonceSize-nonceSize:], datagram)
	if o.streams != nil {
		plain, err = o.streams.Open(dst, o.nonce[:], datagram[nonceSize:], nil)
		streams = err == nil
	}
	if !streams {
		plain, err = o.aead.Open(dst, o.nonce[:], datagram[nonceSize:], nil)
	}
	if err != nil {
		return dst, 0, false, ErrForged
	}
	seq, ok := o.identifiers.sequence(number &^ directionBit)
	if !ok {
		return dst, 0, false, errUnidentified
	}
	return plain, seq, streams, nil
}
