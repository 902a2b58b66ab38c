package datagram

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
)

// Key is the secret of a session, AES-128.
type Key [16]byte

// keyText is the length of a printed key: 24 characters of base64 less the
// two "=" at its end.
const keyText = 22

var keyEncoding = base64.RawStdEncoding.Strict()

// NewKey makes a key.
func NewKey() (Key, error) {
	var k Key
	if _, err := rand.Read(k[:]); err != nil {
		return Key{}, fmt.Errorf("make a session key: %w", err)
	}
	return k, nil
}

// ParseKey reads a key as it is printed: 22 characters of base64. A last
// character with spare bits that are not zero is an error. No error quotes the
// key.
func ParseKey(s string) (Key, error) {
	var k Key
	if len(s) != keyText {
		return Key{}, fmt.Errorf("session key of %d characters instead of %d", len(s), keyText)
	}
	// Decode skips line breaks, so the count is part of the check.
	n, err := keyEncoding.Decode(k[:], []byte(s))
	if err != nil || n != len(k) {
		k.Wipe()
		return Key{}, errors.New("session key is not base64")
	}
	return k, nil
}

// String gives the 22 characters.
func (k Key) String() string { return keyEncoding.EncodeToString(k[:]) }

// Wipe overwrites the key.
func (k *Key) Wipe() { clear(k[:]) }

// Direction is which way a datagram goes.
type Direction uint8

const (
	ToServer Direction = iota
	ToClient
)

// opposite is the direction of the answers.
func (d Direction) opposite() Direction { return d ^ 1 }
