package datagram

import (
	"crypto/sha256"
	"encoding/binary"
)

// With the extension "identifiers" (protocol, section 11.12) the number of a datagram
// consists of a mark, an identifier and a counter:
//
//	direction[1] || 1[1] || identifier[30] || counter[32]
//
// It stands for the sequence number index[30] || counter[32]. The identifier is the
// image of the index under a permutation that both ends derive from the key, so that
// those without the key cannot tell the identifiers of a session from those of another.
const (
	identifierMark = 1 << 62
	identifierBits = 30
	counterBits    = 32
	counterMask    = 1<<counterBits - 1
)

const (
	// IdentifiersAhead is how many identifiers a client may move on without an answer.
	IdentifiersAhead = 64

	// identifiersBehind is how many earlier identifiers a server still expects, of
	// datagrams that were overtaken.
	identifiersBehind = 8
)

// IdentifierOf returns the identifier of a datagram to a server, which need not be
// authentic. ok is false if it has none.
func IdentifierOf(datagram []byte) (identifier uint32, ok bool) {
	if !IsToServer(datagram) {
		return 0, false
	}
	number := binary.BigEndian.Uint64(datagram)
	return uint32(number &^ identifierMark >> counterBits), number&identifierMark != 0
}

// IsToServer reports whether a datagram has the length and the direction of one to a
// server.
func IsToServer(datagram []byte) bool {
	return len(datagram) >= nonceSize+tagSize && datagram[0]&(directionBit>>56) == 0
}

// Parameters of the permutation, a Feistel network of two halves.
const (
	halfBits = identifierBits / 2
	halfMask = 1<<halfBits - 1
	rounds   = 8
)

// identifierPurpose is hashed with the key, so that the hash has no other use.
const identifierPurpose = "gm identifiers "

// identifiers is the permutation of a session. Its methods return their argument if it is
// nil: without the extension, sequence numbers are numbers.
type identifiers struct {
	hashed [secretSize + 3]byte // the secret, and room for the rest of what mix hashes
	index  uint32               // of the last call, with its identifier
	image  uint32
}

const secretSize = 16

func newIdentifiers(k Key) *identifiers {
	var in [len(identifierPurpose) + len(k)]byte
	copy(in[copy(in[:], identifierPurpose):], k[:])
	sum := sha256.Sum256(in[:])
	i := &identifiers{}
	copy(i.hashed[:secretSize], sum[:])
	clear(in[:])
	clear(sum[:])
	i.image = i.permute(0)
	return i
}

func (i *identifiers) number(seq uint64) uint64 {
	if i == nil {
		return seq
	}
	if index := uint32(seq >> counterBits); index != i.index {
		i.index, i.image = index, i.permute(index)
	}
	return identifierMark | uint64(i.image)<<counterBits | seq&counterMask
}

// sequence is the inverse of number. ok is false if the number has no identifier.
func (i *identifiers) sequence(number uint64) (seq uint64, ok bool) {
	if i == nil {
		return number, true
	}
	if number&identifierMark == 0 {
		return 0, false
	}
	image := uint32(number &^ identifierMark >> counterBits)
	if image != i.image {
		i.index, i.image = i.invert(image), image
	}
	return uint64(i.index)<<counterBits | number&counterMask, true
}

func (i *identifiers) permute(index uint32) uint32 {
	left, right := index>>halfBits, index&halfMask
	for round := range byte(rounds) {
		left, right = right, left^i.mix(round, right)
	}
	return left<<halfBits | right
}

func (i *identifiers) invert(image uint32) uint32 {
	left, right := image>>halfBits, image&halfMask
	for round := byte(rounds); round > 0; round-- {
		left, right = right^i.mix(round-1, left), left
	}
	return left<<halfBits | right
}

// mix returns the first 15 bits of the hash of the secret, the round and half.
func (i *identifiers) mix(round byte, half uint32) uint32 {
	i.hashed[secretSize] = round
	binary.BigEndian.PutUint16(i.hashed[secretSize+1:], uint16(half))
	sum := sha256.Sum256(i.hashed[:])
	return uint32(binary.BigEndian.Uint16(sum[:])) >> 1
}

// UseIdentifiers makes the Conn number its datagrams with identifiers, and expect that of
// the peer's. Both ends call it with the key of the Conn before the first datagram.
func (c *Conn) UseIdentifiers(k Key) {
	c.sealer.identifiers, c.opener.identifiers = newIdentifiers(k), newIdentifiers(k)
}

// Rotate moves a client to the next identifier, so that a listener cannot relate datagrams
// from another address to the client. It does nothing if the current identifier is unused,
// without the extension, or if the client is IdentifiersAhead of the newest identifier in
// the server's datagrams.
func (c *Conn) Rotate() {
	index := c.sealer.next >> counterBits
	if c.sealer.identifiers != nil && c.sealer.next&counterMask > 0 && index < c.peerIndex()+IdentifiersAhead {
		c.sealer.skipTo((index + 1) << counterBits)
	}
}

func (c *Conn) peerIndex() uint64 { return (max(c.received.next, 1) - 1) >> counterBits }

func (c *Conn) adoptIdentifier(seq uint64) {
	if c.sealer.bit != 0 && c.sealer.identifiers != nil {
		c.sealer.skipTo(seq &^ counterMask)
	}
}

// gap returns the number of datagrams that are missing between next, the expected sequence
// number, and seq. Numbers that the peer has skipped with the rest of an identifier do not
// count.
func gap(next, seq uint64) uint64 { return seq - max(next, seq&^counterMask) }

// Identifiers returns the index of the newest identifier of the client, and whether the
// Conn uses identifiers.
func (c *Conn) Identifiers() (newest uint32, ok bool) {
	return uint32(c.peerIndex()), c.opener.identifiers != nil
}

// AppendIdentifiers appends the identifiers that the client may use next, and its last few.
// It appends none without the extension.
func (c *Conn) AppendIdentifiers(dst []uint32) []uint32 {
	if c.opener.identifiers == nil {
		return dst
	}
	newest := c.peerIndex()
	last := min(newest+IdentifiersAhead, 1<<identifierBits-1)
	for index := max(newest, identifiersBehind) - identifiersBehind; index <= last; index++ {
		dst = append(dst, c.opener.identifiers.permute(uint32(index)))
	}
	return dst
}
