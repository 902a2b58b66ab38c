package x11

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"

	"gm/internal/xauth"
)

// A client's first bytes (X Window System Protocol, chapter 8 and appendix B): the byte order,
// the version, the lengths of the name of the authorization protocol and of its data, and both.
const (
	setupHeader = 12
	bigEndian   = 'B'
	lowEndian   = 'l'
	// setupSize is the length of a setup that is accepted, in bytes.
	setupSize = setupHeader + (len(xauth.Protocol)+3)&^3 + xauth.CookieSize
)

var (
	// errShort means that more of the setup is to come.
	errShort = errors.New("incomplete setup")
	// errWrong means that the setup is not one of a client with the cookie.
	errWrong = errors.New("wrong authentication")
)

// substitute checks that b begins with the setup of a client that has the cookie fake, and
// puts the cookie real in its place.
func substitute(b []byte, fake, real xauth.Cookie) error {
	if len(b) == 0 {
		return errShort
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case b[0] == bigEndian:
		order = binary.BigEndian
	case b[0] != lowEndian:
		return errWrong
	}
	if len(b) < setupHeader {
		return errShort
	}
	if int(order.Uint16(b[6:])) != len(xauth.Protocol) || order.Uint16(b[8:]) != xauth.CookieSize {
		return errWrong
	}
	if len(b) < setupSize {
		return errShort
	}
	name, cookie := b[setupHeader:setupHeader+len(xauth.Protocol)], b[setupSize-xauth.CookieSize:setupSize]
	if string(name) != xauth.Protocol || subtle.ConstantTimeCompare(cookie, fake[:]) != 1 {
		return errWrong
	}
	copy(cookie, real[:])
	return nil
}
