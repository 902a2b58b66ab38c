package sshclient

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
)

// protectedBlock is the block size of CryptProtectMemory, in bytes.
const protectedBlock = 16

// pageantPipe returns the name of the pipe of PuTTY's agent since version 0.75. It ends
// with a hash that only this user's processes can compute. protect is CryptProtectMemory
// for all processes of the user; its failure leads to another name, as in PuTTY. user may be a
// principal, name@realm.
func pageantPipe(user string, protect func([]byte) error) string {
	name, _, _ := strings.Cut(user, "@")
	secret := make([]byte, protectedBlock) // "Pageant" and zeros
	copy(secret, "Pageant")
	if err := protect(secret); err != nil {
		clear(secret)
		copy(secret, "Pageant")
	}
	hash := sha256.New()
	hash.Write(binary.BigEndian.AppendUint32(nil, uint32(len(secret)))) // RFC 4251, string
	hash.Write(secret)
	return fmt.Sprintf(`\\.\pipe\pageant.%s.%x`, name, hash.Sum(nil))
}
