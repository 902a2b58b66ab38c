package sshkey

import (
	"encoding/pem"
	"testing"
)

func FuzzDecryptPKCS8(f *testing.F) {
	f.Add([]byte{0x30, 0})
	f.Fuzz(func(t *testing.T, der []byte) {
		if key, err := Decrypt(pem.EncodeToMemory(&pem.Block{Type: encryptedPKCS8, Bytes: der}), []byte("x")); err == nil {
			t.Errorf("key %T from %x", key, der)
		}
	})
}
