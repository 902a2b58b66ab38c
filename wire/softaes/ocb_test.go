package softaes

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"testing"

	proton "github.com/ProtonMail/go-crypto/ocb"
)

// library returns the OCB that gm uses on processors with AES instructions.
func library(t testing.TB, key []byte) cipher.AEAD {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := proton.NewOCBWithNonceAndTagSize(block, nonceSize, tagSize)
	if err != nil {
		t.Fatal(err)
	}
	return aead
}

func counting(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

// TestOCBAgainstLibrary covers texts of every length up to several batches, and nonces
// with and without a cached Ktop.
func TestOCBAgainstLibrary(t *testing.T) {
	key := counting(KeySize)
	ours, theirs := NewOCB((*[KeySize]byte)(key)), library(t, key)
	for n := range 20 * BlockSize {
		nonce, plain, associated := counting(nonceSize), counting(n), counting(n%50)
		nonce[nonceSize-1], nonce[nonceSize-2] = byte(n), byte(n>>8)
		want := theirs.Seal([]byte("before"), nonce, plain, associated)
		sealed := ours.Seal([]byte("before"), nonce, plain, associated)
		if !bytes.Equal(sealed, want) {
			t.Fatalf("%d bytes sealed: %x, want %x", n, sealed, want)
		}
		opened, err := ours.Open([]byte("before"), nonce, sealed[6:], associated)
		if err != nil || !bytes.Equal(opened, append([]byte("before"), plain...)) {
			t.Fatalf("%d bytes opened: %x, %v", n, opened, err)
		}
		for _, i := range []int{6, len(sealed) - 17, len(sealed) - 1} {
			sealed[max(6, i)] ^= 0x10
			if opened, err := ours.Open(nil, nonce, sealed[6:], associated); err == nil {
				t.Fatalf("%d bytes, forged at %d, opened: %x", n, i, opened)
			}
			sealed[max(6, i)] ^= 0x10
		}
	}
	for n := range tagSize {
		if _, err := ours.Open(nil, counting(nonceSize), make([]byte, n), nil); err == nil {
			t.Errorf("%d bytes opened", n)
		}
	}
}

// A text may be sealed and opened in place.
func TestOCBInPlace(t *testing.T) {
	key, nonce := counting(KeySize), counting(nonceSize)
	o := NewOCB((*[KeySize]byte)(key))
	for n := range 9 * BlockSize {
		buffer := append(counting(n), make([]byte, tagSize)...)
		sealed := o.Seal(buffer[:0], nonce, buffer[:n], nil)
		opened, err := o.Open(sealed[:0], nonce, sealed, nil)
		if err != nil || !bytes.Equal(opened, counting(n)) || &opened[:1][0] != &buffer[0] {
			t.Fatalf("%d bytes: %x, %v", n, opened, err)
		}
	}
}

// The plaintext of a forged message is not left in memory.
func TestOCBClearsForgedText(t *testing.T) {
	key, nonce, plain := counting(KeySize), counting(nonceSize), bytes.Repeat([]byte("secret "), 20)
	o := NewOCB((*[KeySize]byte)(key))
	sealed := o.Seal(nil, nonce, plain, nil)
	sealed[len(sealed)-1] ^= 1
	buffer := make([]byte, len(plain))
	if _, err := o.Open(buffer[:0], nonce, sealed, nil); err == nil {
		t.Fatal("a forged message was opened")
	}
	if !bytes.Equal(buffer, make([]byte, len(plain))) {
		t.Errorf("the buffer holds %q", buffer)
	}
}

func FuzzOCB(f *testing.F) {
	f.Add(counting(KeySize), counting(nonceSize), counting(100), counting(3))
	f.Fuzz(func(t *testing.T, key, nonce, plain, associated []byte) {
		key, nonce = append(key, make([]byte, KeySize)...)[:KeySize], append(nonce, make([]byte, nonceSize)...)[:nonceSize]
		ours := NewOCB((*[KeySize]byte)(key))
		sealed := ours.Seal(nil, nonce, plain, associated)
		if want := library(t, key).Seal(nil, nonce, plain, associated); !bytes.Equal(sealed, want) {
			t.Errorf("sealed %x, want %x", sealed, want)
		}
		if opened, err := ours.Open(nil, nonce, sealed, associated); err != nil || !bytes.Equal(opened, plain) {
			t.Errorf("opened %x, %v", opened, err)
		}
		ours.Open(nil, nonce, plain, associated)
	})
}

func TestOCBDoesNotAllocate(t *testing.T) {
	key, nonce, plain := counting(KeySize), counting(nonceSize), counting(1200)
	o := NewOCB((*[KeySize]byte)(key))
	sealed, opened := make([]byte, 0, 1300), make([]byte, 0, 1300)
	if n := testing.AllocsPerRun(100, func() {
		sealed = o.Seal(sealed[:0], nonce, plain, nil)
		opened, _ = o.Open(opened[:0], nonce, sealed, nil)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkOCB compares softaes with the library, which uses AES instructions, or
// tables with GOARCH=386 or -tags purego.
func BenchmarkOCB(b *testing.B) {
	key := counting(KeySize)
	for _, implementation := range []struct {
		name string
		aead cipher.AEAD
	}{{"constant", NewOCB((*[KeySize]byte)(key))}, {"library", library(b, key)}} {
		for _, size := range []int{64, 1200} {
			plain, nonce := counting(size), counting(nonceSize)
			sealed := implementation.aead.Seal(nil, nonce, plain, nil)
			b.Run(fmt.Sprintf("%s/seal/%d", implementation.name, size), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					implementation.aead.Seal(sealed[:0], nonce, plain, nil)
				}
			})
			b.Run(fmt.Sprintf("%s/open/%d", implementation.name, size), func(b *testing.B) {
				sealed := implementation.aead.Seal(nil, nonce, plain, nil)
				b.SetBytes(int64(size))
				for b.Loop() {
					if _, err := implementation.aead.Open(plain[:0], nonce, sealed, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
