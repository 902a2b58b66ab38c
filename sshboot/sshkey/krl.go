package sshkey

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/big"

	"golang.org/x/crypto/ssh"
)

// Key revocation lists of ssh-keygen -k (OpenSSH, PROTOCOL.krl).

const (
	krlMagic   = "SSHKRL\n\x00"
	krlVersion = 1
)

// Types of sections: of a list, and of the certificate section in it.
const (
	krlCertificates      = 1
	krlKeys              = 2
	krlSHA1              = 3
	krlSignature         = 4
	krlSHA256            = 5
	krlSerials           = 0x20
	krlSerialRange       = 0x21
	krlSerialBitmap      = 0x22
	krlKeyIDs            = 0x23
	krlExtension         = 0xff
	krlCertificatesExtra = 0x39
)

var errKRL = errors.New("the key revocation list cannot be read")

// krl is a parsed key revocation list.
type krl struct {
	keys, sha1, sha256 map[string]bool // keys in SSH's wire format, and hashes of such
	certificates       []krlAuthority
}

// krlAuthority contains the revoked certificates of one authority, or of every authority
// if ca is empty.
type krlAuthority struct {
	ca      string
	keyIDs  map[string]bool
	serials []krlRange
	bitmaps []krlBitmap
}

type krlRange struct{ low, high uint64 }

// krlBitmap has bit n set for the serial number first+n.
type krlBitmap struct {
	first uint64
	bits  *big.Int
}

func (l *krl) Revokes(key ssh.PublicKey) bool {
	cert, ok := key.(*ssh.Certificate)
	if !ok {
		return l.hasKey(key)
	}
	if l.hasKey(cert.Key) || l.hasKey(cert.SignatureKey) {
		return true
	}
	for _, authority := range l.certificates {
		if authority.ca == "" || authority.ca == string(cert.SignatureKey.Marshal()) {
			if authority.keyIDs[cert.KeyId] || authority.hasSerial(cert.Serial) {
				return true
			}
		}
	}
	return false
}

func (l *krl) hasKey(key ssh.PublicKey) bool {
	blob := key.Marshal()
	short, long := sha1.Sum(blob), sha256.Sum256(blob)
	return l.keys[string(blob)] || l.sha1[string(short[:])] || l.sha256[string(long[:])]
}

// hasSerial reports whether the serial number is listed. 0 means that a certificate has
// none.
func (a krlAuthority) hasSerial(serial uint64) bool {
	if serial == 0 {
		return false
	}
	for _, r := range a.serials {
		if r.low <= serial && serial <= r.high {
			return true
		}
	}
	for _, b := range a.bitmaps {
		if serial >= b.first && serial-b.first < uint64(b.bits.BitLen()) && b.bits.Bit(int(serial-b.first)) == 1 {
			return true
		}
	}
	return false
}

// parseKRL parses a list. Unknown elements are an error, because they may revoke a key.
func parseKRL(text []byte) (*krl, error) {
	rest, ok := bytes.CutPrefix(text, []byte(krlMagic))
	if !ok {
		return nil, errKRL
	}
	r := krlReader{rest: rest}
	version := r.uint32()
	r.bytes(3 * 8) // list version, date, flags
	r.string()     // reserved
	r.string()     // comment
	if r.failed || version != krlVersion {
		return nil, errKRL
	}
	list := &krl{keys: map[string]bool{}, sha1: map[string]bool{}, sha256: map[string]bool{}}
	for len(r.rest) > 0 {
		kind, section := r.section()
		if kind == krlSignature {
			r.string() // ignored, like by OpenSSH since 9.4
		}
		if r.failed || !list.add(kind, &section) || section.failed {
			return nil, errKRL
		}
	}
	return list, nil
}

func (l *krl) add(kind byte, section *krlReader) bool {
	switch kind {
	case krlCertificates:
		return l.addCertificates(section)
	case krlKeys:
		section.strings(l.keys, 0)
	case krlSHA1:
		section.strings(l.sha1, sha1.Size)
	case krlSHA256:
		section.strings(l.sha256, sha256.Size)
	case krlSignature:
	case krlExtension:
		return section.extension()
	default:
		return false
	}
	return true
}

func (l *krl) addCertificates(section *krlReader) bool {
	a := krlAuthority{ca: string(section.string()), keyIDs: map[string]bool{}}
	section.string() // reserved
	for len(section.rest) > 0 && !section.failed {
		kind, part := section.section()
		switch kind {
		case krlSerials:
			for len(part.rest) > 0 && !part.failed {
				serial := part.uint64()
				a.serials = append(a.serials, krlRange{serial, serial})
			}
		case krlSerialRange:
			a.serials = append(a.serials, krlRange{part.uint64(), part.uint64()})
			part.failed = part.failed || len(part.rest) > 0
		case krlSerialBitmap:
			a.bitmaps = append(a.bitmaps, krlBitmap{part.uint64(), new(big.Int).SetBytes(part.string())})
			part.failed = part.failed || len(part.rest) > 0
		case krlKeyIDs:
			part.strings(a.keyIDs, 0)
		case krlCertificatesExtra:
			part.failed = !part.extension()
		default:
			return false
		}
		section.failed = section.failed || part.failed
	}
	l.certificates = append(l.certificates, a)
	return true
}

// krlReader reads fields in the wire format of RFC 4251, section 5. A truncated field sets
// failed, and all fields after it read as zero.
type krlReader struct {
	rest   []byte
	failed bool
}

func (r *krlReader) bytes(n uint64) []byte {
	if r.failed || uint64(len(r.rest)) < n {
		r.failed, r.rest = true, nil
		return nil
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

func (r *krlReader) uint64() (n uint64) {
	if b := r.bytes(8); b != nil {
		n = binary.BigEndian.Uint64(b)
	}
	return n
}

func (r *krlReader) uint32() (n uint32) {
	if b := r.bytes(4); b != nil {
		n = binary.BigEndian.Uint32(b)
	}
	return n
}

func (r *krlReader) byte() (c byte) {
	if b := r.bytes(1); b != nil {
		c = b[0]
	}
	return c
}

func (r *krlReader) string() []byte { return r.bytes(uint64(r.uint32())) }

func (r *krlReader) section() (kind byte, content krlReader) {
	kind = r.byte()
	content.rest = r.string()
	return kind, content
}

// strings adds the remaining strings to set. If length is not 0, a string of another
// length is an error.
func (r *krlReader) strings(set map[string]bool, length int) {
	for len(r.rest) > 0 && !r.failed {
		s := r.string()
		r.failed = r.failed || length != 0 && len(s) != length
		set[string(s)] = true
	}
}

// extension skips an extension and reports whether it was valid and not critical.
func (r *krlReader) extension() bool {
	r.string() // name
	critical := r.byte()
	r.string()
	return !r.failed && critical == 0
}
