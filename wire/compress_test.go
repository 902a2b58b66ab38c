package wire

import (
	"bytes"
	"compress/zlib"
	"errors"
	"testing"

	"gm/wire/deflate"
)

func TestPackAndUnpack(t *testing.T) {
	var d deflater
	var i inflater
	for _, b := range [][]byte{
		nil, []byte("a"), noise(deflate.MaxLen), noise(deflate.MaxLen + 1), bytes.Repeat([]byte("abc"), 10_000), noise(100_000), []byte("after"),
	} {
		packed := d.pack(b)
		got, err := i.unpack(packed)
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("%d bytes, packed to %d, become %d, %v", len(b), len(packed), len(got), err)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	var d deflater
	good := bytes.Clone(d.pack([]byte("some text that is packed")))
	wrongSum := bytes.Clone(good)
	wrongSum[len(wrongSum)-1] ^= 1
	var i inflater
	for name, b := range map[string][]byte{
		"nothing":      {},
		"one byte":     good[:1],
		"no zlib":      []byte("plain text"),
		"dictionary":   append([]byte{0x78, 0xbb}, good[2:]...),
		"window":       append([]byte{0x88, 0x1c}, good[2:]...),
		"method":       append([]byte{0x79, 0x9b}, good[2:]...),
		"header check": append([]byte{0x78, 0x9d}, good[2:]...),
		"cut":          good[:len(good)-1],
		"no sum":       good[:len(good)-4],
		"no end":       good[:len(good)-6],
		"header alone": good[:2],
		"wrong sum":    wrongSum,
	} {
		if got, err := i.unpack(b); err == nil {
			t.Errorf("%s: unpacked %q", name, got)
		}
		if got, err := i.unpack(good); err != nil || string(got) != "some text that is packed" {
			t.Errorf("after %s: %q, %v", name, got, err)
		}
	}
}

func TestUnpackBounds(t *testing.T) {
	var i inflater
	if got, err := i.unpack(zeros(t, maxPacked)); err != nil || len(got) != maxPacked {
		t.Errorf("at the limit: %d bytes, %v", len(got), err)
	}
	if _, err := i.unpack(zeros(t, maxPacked+1)); !errors.Is(err, errTooLong) {
		t.Errorf("over the limit: %v", err)
	}
	if _, err := i.unpack(zeros(t, 16*maxPacked)); !errors.Is(err, errTooLong) {
		t.Errorf("a bomb: %v", err)
	}
	if cap(i.out) > 2*maxPacked {
		t.Errorf("%d bytes were held of a bomb", cap(i.out))
	}
	i.unpack(zeros(t, 1))
	if cap(i.out) > maxIdle {
		t.Errorf("%d bytes are kept after a bomb", cap(i.out))
	}
}

// zeros returns n zeros, packed.
func zeros(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 1<<20)
	for ; n > 0; n -= len(chunk) {
		if _, err := w.Write(chunk[:min(n, len(chunk))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackFreesMemory(t *testing.T) {
	var d deflater
	d.pack(noise(1 << 20))
	d.pack(nil)
	if got := cap(d.out); got > maxIdle {
		t.Errorf("%d bytes are kept after a large instruction", got)
	}
}
