package sshkey

import (
	"crypto/sha512"
	"encoding/binary"

	//lint:ignore SA1019 the key derivation of OpenSSH's keys is defined with it
	"golang.org/x/crypto/blowfish"
)

// bcryptBlock is the length of what bcryptHash returns, in bytes.
const bcryptBlock = 32

// bcryptKey derives a key of n bytes as bcrypt_pbkdf(3) of OpenBSD does: PBKDF2 with
// bcryptHash, and its output spread over the key. rounds is at least 1.
func bcryptKey(passphrase, salt []byte, rounds, n int) []byte {
	secret := sha512.Sum512(passphrase)
	blocks := (n + bcryptBlock - 1) / bcryptBlock
	key := make([]byte, blocks*bcryptBlock)
	for block := range blocks {
		hashed := sha512.Sum512(binary.BigEndian.AppendUint32(append([]byte{}, salt...), uint32(block+1)))
		out := bcryptHash(secret, hashed)
		sum := out
		for range rounds - 1 {
			out = bcryptHash(secret, sha512.Sum512(out[:]))
			for i, b := range out {
				sum[i] ^= b
			}
		}
		for i, b := range sum {
			key[i*blocks+block] = b
		}
	}
	return key[:n]
}

// bcryptHash is bcrypt with a cost of 6, 32 bytes of text, and no other limits.
func bcryptHash(secret, salt [sha512.Size]byte) (out [bcryptBlock]byte) {
	c, err := blowfish.NewSaltedCipher(secret[:], salt[:])
	if err != nil {
		panic(err) // of the length of the key, which is 64
	}
	for range 1 << 6 {
		blowfish.ExpandKey(salt[:], c)
		blowfish.ExpandKey(secret[:], c)
	}
	copy(out[:], "OxychromaticBlowfishSwatDynamite")
	for i := 0; i < bcryptBlock; i += blowfish.BlockSize {
		for range 64 {
			c.Encrypt(out[i:], out[i:])
		}
	}
	for i := 0; i < bcryptBlock; i += 4 { // its words are little-endian
		binary.LittleEndian.PutUint32(out[i:], binary.BigEndian.Uint32(out[i:]))
	}
	return out
}
