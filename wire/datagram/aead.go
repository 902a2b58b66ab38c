package datagram

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"

	"github.com/ProtonMail/go-crypto/ocb"

	"gm/wire/softaes"
)

// newAEAD returns AES-128-OCB3. It is not safe for concurrent use, and each
// direction has its own.
//
// Where the processor has no instructions for AES, crypto/aes looks up tables,
// and the time of the lookups reveals the key to other users of the processor's
// cache. There the bitsliced AES of package softaes is used, which takes up to
// 5 times as long (BenchmarkOCB).
func newAEAD(k Key) (cipher.AEAD, error) {
	if !hasAES {
		return softaes.NewOCB((*[softaes.KeySize]byte)(&k)), nil
	}
	return newHardwareAEAD(k)
}

func newHardwareAEAD(k Key) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, fmt.Errorf("set up AES: %w", err)
	}
	aead, err := ocb.NewOCBWithNonceAndTagSize(block, ocbNonceSize, tagSize)
	if err != nil {
		return nil, fmt.Errorf("set up OCB: %w", err)
	}
	return aead, nil
}
