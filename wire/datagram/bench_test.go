package datagram

import (
	"fmt"
	"testing"
)

var sizes = []int{100, MTUv4 - overhead}

func BenchmarkSeal(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			client, _ := pair(b, 0)
			payload := make([]byte, size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Seal(epoch, Path{}, payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			client, server := pair(b, 0)
			d, err := client.Seal(epoch, Path{}, make([]byte, size))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := server.Open(epoch, d, Path{}, false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// freeAEAD is a cipher that costs nothing and encrypts nothing.
type freeAEAD struct{}

func (freeAEAD) NonceSize() int { return ocbNonceSize }
func (freeAEAD) Overhead() int  { return tagSize }

func (freeAEAD) Seal(dst, _, plain, _ []byte) []byte {
	return append(append(dst, plain...), make([]byte, tagSize)...)
}

func (freeAEAD) Open(dst, _, sealed, _ []byte) ([]byte, error) {
	return append(dst, sealed[:len(sealed)-tagSize]...), nil
}

// TestNoAllocations checks that nothing but the cipher allocates for a datagram.
func TestNoAllocations(t *testing.T) {
	client, server := pair(t, 0)
	client.sealer.aead, server.opener.aead = freeAEAD{}, freeAEAD{}
	payload := make([]byte, 100)
	exchange := func() {
		d, err := client.Seal(epoch, Path{}, payload)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.Open(epoch, d, Path{}, false); err != nil {
			t.Fatal(err)
		}
	}
	exchange()
	if got := testing.AllocsPerRun(1000, exchange); got != 0 {
		t.Errorf("%v allocations for a datagram sealed and opened", got)
	}
}
