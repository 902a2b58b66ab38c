package softaes

import (
	"bytes"
	"crypto/aes"
	"crypto/rand"
	"encoding/hex"
	"testing"
)

// The vector is that of FIPS 197, appendix C.1.
func TestFIPS197Vector(t *testing.T) {
	key, _ := hex.DecodeString("000102030405060708090a0b0c0d0e0f")
	plain, _ := hex.DecodeString("00112233445566778899aabbccddeeff")
	want, _ := hex.DecodeString("69c4e0d86a7b0430d8cdb78070b4c55a")
	c := New((*[KeySize]byte)(key))
	var b batch
	for lane := range lanes {
		copy(b[lane*BlockSize:], plain)
	}
	c.encrypt(&b)
	if !bytes.Equal(b[:], bytes.Repeat(want, lanes)) {
		t.Errorf("encrypted to %x", b)
	}
	c.decrypt(&b)
	if !bytes.Equal(b[:], bytes.Repeat(plain, lanes)) {
		t.Errorf("decrypted to %x", b)
	}
}

func FuzzAgainstCryptoAES(f *testing.F) {
	f.Add(make([]byte, KeySize+len(batch{})))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = append(data, make([]byte, KeySize+len(batch{}))...)
		key, b := [KeySize]byte(data), batch(data[KeySize:])
		plain := b
		block, err := aes.NewCipher(key[:])
		if err != nil {
			t.Fatal(err)
		}
		var want batch
		for lane := range lanes {
			block.Encrypt(want[lane*BlockSize:], plain[lane*BlockSize:])
		}
		c := New(&key)
		if c.encrypt(&b); b != want {
			t.Errorf("encrypted to %x, want %x", b, want)
		}
		if c.decrypt(&b); b != plain {
			t.Errorf("decrypted to %x, want %x", b, plain)
		}
	})
}

func BenchmarkEncrypt(b *testing.B) {
	var key [KeySize]byte
	rand.Read(key[:])
	c := New(&key)
	var data batch
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		c.encrypt(&data)
	}
}

func BenchmarkDecrypt(b *testing.B) {
	var key [KeySize]byte
	rand.Read(key[:])
	c := New(&key)
	var data batch
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		c.decrypt(&data)
	}
}
