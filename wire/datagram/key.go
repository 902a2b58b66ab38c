package datagram

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
)

// Key is the secret AES-128 key of a session.
type Key [16]byte

// keyText is the length of a printed key: 24 characters of base64 without the
// two "=" at its end.
const keyText = 22

var keyEncoding = base64.RawStdEncoding.Strict()

// NewKey returns a random key.
func NewKey() (Key, error) {
	var k Key
	if _, err := rand.Read(k[:]); err != nil {
		return Key{}, fmt.Errorf("make a session key: %w", err)
	}
	return k, nil
}

// ParseKey parses a printed key, 22 characters of base64. It fails if spare bits
// of the last character are not zero. No error quotes the key.
func ParseKey(s string) (Key, error) {
	var k Key
	if len(s) != keyText {
		return Key{}, fmt.Errorf("session key of %d characters instead of %d", len(s), keyText)
	}
	// Decode skips line breaks, so the number of bytes is part of the check.
	n, err := keyEncoding.Decode(k[:], []byte(s))
	if err != nil || n != len(k) {
		k.Wipe()
		return Key{}, errors.New("session key is not base64")
	}
	return k, nil
}

func (k Key) String() string { return keyEncoding.EncodeToString(k[:]) }

// Wipe overwrites the key with zeros.
func (k *Key) Wipe() { clear(k[:]) }

// Direction is the direction of a datagram.
type Direction uint8

const (
	ToServer Direction = iota
	ToClient
)

func (d Direction) opposite() Direction { return d ^ 1 }
