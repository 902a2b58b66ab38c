package deflate

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gm/vt/recording"
)

// decompress decodes compressed, which must end with the last block.
func decompress(t *testing.T, compressed []byte) []byte {
	t.Helper()
	src := bytes.NewReader(compressed)
	got, err := io.ReadAll(flate.NewReader(src))
	if err != nil || src.Len() > 0 {
		t.Fatalf("%d bytes left of %x: %v", src.Len(), compressed, err)
	}
	return got
}

// checkRoundTrip compresses and decompresses text, and returns its compressed size.
func checkRoundTrip(t *testing.T, e *Encoder, text []byte) (size int) {
	t.Helper()
	compressed := e.Append([]byte("before"), text)
	if !bytes.HasPrefix(compressed, []byte("before")) {
		t.Fatalf("Append changes dst: %q", compressed)
	}
	if got := decompress(t, compressed[6:]); !bytes.Equal(got, text) {
		t.Fatalf("%d bytes: %q becomes %q", len(text), text, got)
	}
	return len(compressed) - 6
}

// randomText returns n bytes from an alphabet of this many letters. The fewer there
// are, the better the text compresses.
func randomText(rng *rand.Rand, n, letters int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.IntN(letters))
	}
	return b
}

func TestRandomTextsRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var e Encoder
	for n := range 100 {
		checkRoundTrip(t, &e, randomText(rng, n, 1+rng.IntN(256)))
		checkRoundTrip(t, &e, randomText(rng, rng.IntN(MaxLen+1), 1+rng.IntN(256)))
	}
}

func TestCompressedSizes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var e Encoder
	for name, c := range map[string]struct {
		text []byte
		max  int
	}{
		"empty":        {nil, 2},
		"one letter":   {bytes.Repeat([]byte("a"), MaxLen), 30},
		"far away":     {append(randomText(rng, MaxLen/2, 256), randomText(rand.New(rand.NewPCG(1, 2)), MaxLen/2, 256)...), MaxLen/2 + 100},
		"period":       {[]byte(strings.Repeat("abcdefgh", MaxLen/8)), 40},
		"noise":        {randomText(rng, MaxLen, 256), MaxLen + storedHeader},
		"every length": {lengthsOf(maxMatch), 1200},
		"rare letters": {fibonacci(), 3000},
	} {
		t.Run(name, func(t *testing.T) {
			if got := checkRoundTrip(t, &e, c.text); got > c.max {
				t.Errorf("%d bytes compress to %d, want at most %d", len(c.text), got, c.max)
			}
		})
	}
}

// lengthsOf returns a text with matches of lengths up to longest, as far as they fit.
func lengthsOf(longest int) (text []byte) {
	long := randomText(rand.New(rand.NewPCG(3, 4)), longest, 256)
	text = append(text, long...)
	for n := minMatch; n <= longest && len(text)+n+1 < MaxLen; n += 9 {
		text = append(append(text, byte(n)), long[:n]...)
	}
	return text
}

// fibonacci returns a text whose optimal code exceeds maxCode bits.
func fibonacci() (text []byte) {
	for letter, a, b := byte(0), 1, 1; len(text)+a < MaxLen; letter, a, b = letter+1, b, a+b {
		text = append(text, bytes.Repeat([]byte{letter}, a)...)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	rng.Shuffle(len(text), func(i, j int) { text[i], text[j] = text[j], text[i] })
	return text
}

func TestCodeLengthsAreWithinLimit(t *testing.T) {
	for limit, n := range map[int32]int{maxCode: 30, maxLengthCode: lengthCodes} {
		counts := make([]int32, n)
		for i, a, b := 0, int32(1), int32(1); i < n; i, a, b = i+1, b, a+b {
			counts[i] = a
		}
		lengths := make([]uint8, n)
		new(huffman).lengths(lengths, counts, limit)
		sum := 0
		for _, l := range lengths {
			if l == 0 || int32(l) > limit {
				t.Errorf("limit %d: %v", limit, lengths)
				break
			}
			sum += 1 << (limit - int32(l))
		}
		if sum != 1<<limit {
			t.Errorf("limit %d: %v is not a complete code", limit, lengths)
		}
	}
}

// TestSmallerThanFlate compresses the output of programs, in pieces of the size of
// frames, and compares the sizes with those of package compress/flate.
func TestSmallerThanFlate(t *testing.T) {
	all, err := recording.All()
	if err != nil {
		t.Fatal(err)
	}
	var e Encoder
	reference, err := flate.NewWriter(nil, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{100, 400, 1500} {
		var plain, ours, theirs int
		for _, r := range all {
			if r.Cols != 80 {
				continue
			}
			for piece := range slices.Chunk(output(r), size) {
				plain += len(piece)
				ours += checkRoundTrip(t, &e, piece)
				theirs += flateSize(reference, piece)
			}
		}
		t.Logf("pieces of %4d bytes: %d become %d, %d with compress/flate", size, plain, ours, theirs)
		if ours > theirs*985/1000 {
			t.Errorf("pieces of %d bytes: %d become %d, %d with compress/flate", size, plain, ours, theirs)
		}
	}
}

// flateSize returns the compressed size by w without the empty block at its end.
func flateSize(w *flate.Writer, text []byte) int {
	var b bytes.Buffer
	w.Reset(&b)
	w.Write(text)
	w.Close()
	return b.Len() - len("\x00\x00\xff\xff")
}

func BenchmarkAppend(b *testing.B) {
	all, err := recording.All()
	if err != nil {
		b.Fatal(err)
	}
	text := output(all[0])
	for _, size := range []int{70, 500, MaxLen} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			piece := text[:min(size, len(text))]
			var e Encoder
			var dst []byte
			b.SetBytes(int64(len(piece)))
			for b.Loop() {
				dst = e.Append(dst[:0], piece)
			}
		})
	}
}

// output returns the first 4 KB that a program wrote.
func output(r recording.Recording) (text []byte) {
	for _, e := range r.Events {
		text = append(text, e.Output...)
	}
	return text[:min(len(text), 1<<12)]
}

func FuzzAppend(f *testing.F) {
	f.Add([]byte("some text, and some text"))
	var e Encoder
	f.Fuzz(func(t *testing.T, text []byte) { checkRoundTrip(t, &e, text[:min(len(text), MaxLen)]) })
}
