package wire

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"testing"
)

// The wanted streams are those of zlib 1.2.13.
func TestPackIsWhatZlibWrites(t *testing.T) {
	var d deflater
	for plain, want := range map[string]string{
		protocEmpty: "789ce360126090605460d0603062b0620000057d00e8",
		"080210ac0218ad0220072805320b0a07120522036c730d0a3a0a0102030405060708090a": "789c" +
			"e3601258c324b19649815d83d5889b8b5d88558939a79897cb8a8b91899985958d9d83930b00" + "587903df",
	} {
		b, _ := hex.DecodeString(plain)
		if got := hex.EncodeToString(d.pack(b)); got != want {
			t.Errorf("%s is packed as %s, want %s", plain, got, want)
		}
	}
}

// randomText gives n bytes from an alphabet of that many letters: the fewer,
// the better it packs.
func randomText(rng *rand.Rand, n, letters int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.IntN(letters))
	}
	return b
}

// Anything that fits a block is trimmed: this test fails when compress/flate
// changes its ways. Another reader of zlib streams is the judge.
func TestPackTrims(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var d deflater
	for n := range 150 {
		b := randomText(rng, 1+rng.IntN(1+n*100), 1+rng.IntN(256))
		packed := d.pack(b)
		saved := d.blocks.Len() + zlibHeader + zlibSum - len(packed)
		if saved != 4 && saved != 5 {
			t.Errorf("%d bytes are saved of %d, packed to %d", saved, len(b), len(packed))
		}
		r, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, b) {
			t.Fatalf("%d bytes do not come back: %v", len(b), err)
		}
	}
}

func TestTrimLeavesOthersAlone(t *testing.T) {
	for name, blocks := range map[string]string{
		"nothing":  "",
		"of zlib":  "e360126090605460d0603062b0620000",
		"empty":    "010000ffff",
		"no block": "0000ffff",
		"zeros":    "00000000ffff",
	} {
		b, _ := hex.DecodeString(blocks)
		if got := appendTrimmed([]byte("before"), b); string(got) != "before"+string(b) {
			t.Errorf("%s: %x becomes %x", name, b, got)
		}
	}
}

// More than one block can not be trimmed to one.
func TestPackLeavesLongOnesAlone(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var d deflater
	var i inflater
	for _, size := range []int{oneBlock, oneBlock + 1, 3 * oneBlock} {
		b := randomText(rng, size, 200)
		got, err := i.unpack(d.pack(b))
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("%d bytes do not come back: %v", size, err)
		}
	}
}

// Two blocks cut down to one do not unpack, so the check can find it.
func TestWrongTrimIsSeen(t *testing.T) {
	var d deflater
	w, err := flate.NewWriter(&d.blocks, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("one block "))
	w.Flush()
	w.Write([]byte("and another"))
	w.Close()
	text := []byte("one block and another")
	d.frame(appendTrimmed, text)
	if got, err := d.check.unpack(d.out); err == nil {
		t.Errorf("two blocks, trimmed, become %q", got)
	}
	d.frame(appendAll, text)
	if got, err := d.check.unpack(d.out); err != nil || !bytes.Equal(got, text) {
		t.Errorf("two blocks become %q, %v", got, err)
	}
}
