package sshkey

import (
	"crypto/sha512"
	"encoding/binary"

	//lint:ignore SA1019 OpenSSH's key derivation requires it
	"golang.org/x/crypto/blowfish"
)

// bcryptBlock is the length of a bcryptHash, in bytes.
const bcryptBlock = 32

// bcryptKey derives a key of n bytes like OpenBSD's bcrypt_pbkdf(3): PBKDF2 with
// bcryptHash, whose output blocks are interleaved. rounds must be at least 1.
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

// bcryptHash returns the bcrypt hash with a cost of 6, a plaintext of 32 bytes, and inputs
// of 64 bytes.
func bcryptHash(secret, salt [sha512.Size]byte) (out [bcryptBlock]byte) {
	c, err := blowfish.NewSaltedCipher(secret[:], salt[:])
	if err != nil {
		panic(err) // only for a bad key length, and 64 is valid
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
	for i := 0; i < bcryptBlock; i += 4 { // the output is little-endian
		binary.LittleEndian.PutUint32(out[i:], binary.BigEndian.Uint32(out[i:]))
	}
	return out
}
