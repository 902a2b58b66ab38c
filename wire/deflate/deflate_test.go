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

// unpack reads what was packed; it must end where the block ends.
func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	src := bytes.NewReader(packed)
	got, err := io.ReadAll(flate.NewReader(src))
	if err != nil || src.Len() > 0 {
		t.Fatalf("%d bytes are left of %x: %v", src.Len(), packed, err)
	}
	return got
}

func check(t *testing.T, e *Encoder, text []byte) (size int) {
	t.Helper()
	packed := e.Append([]byte("before"), text)
	if !bytes.HasPrefix(packed, []byte("before")) {
		t.Fatalf("what was before is gone: %q", packed)
	}
	if got := unpack(t, packed[6:]); !bytes.Equal(got, text) {
		t.Fatalf("%d bytes do not come back: %q is %q", len(text), text, got)
	}
	return len(packed) - 6
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

func TestTextsComeBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var e Encoder
	for n := range 100 {
		check(t, &e, randomText(rng, n, 1+rng.IntN(256)))
		check(t, &e, randomText(rng, rng.IntN(Most+1), 1+rng.IntN(256)))
	}
}

func TestAtTheLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var e Encoder
	for name, c := range map[string]struct {
		text []byte
		most int
	}{
		"nothing":      {nil, 2},
		"one letter":   {bytes.Repeat([]byte("a"), Most), 30},
		"far away":     {append(randomText(rng, Most/2, 256), randomText(rand.New(rand.NewPCG(1, 2)), Most/2, 256)...), Most/2 + 100},
		"a period":     {[]byte(strings.Repeat("abcdefgh", Most/8)), 40},
		"noise":        {randomText(rng, Most, 256), Most + storedHeader},
		"every length": {lengthsOf(maxMatch), 1200},
		"rare letters": {fibonacci(), 3000},
	} {
		if got := check(t, &e, c.text); got > c.most {
			t.Errorf("%s: %d bytes are packed to %d, want at most %d", name, len(c.text), got, c.most)
		}
	}
}

// lengthsOf gives repetitions of lengths up to most, as far as there is room.
func lengthsOf(most int) (text []byte) {
	long := randomText(rand.New(rand.NewPCG(3, 4)), most, 256)
	text = append(text, long...)
	for n := minMatch; n <= most && len(text)+n+1 < Most; n += 9 {
		text = append(append(text, byte(n)), long[:n]...)
	}
	return text
}

// fibonacci gives a text whose best code is longer than a code may be.
func fibonacci() (text []byte) {
	for letter, a, b := byte(0), 1, 1; len(text)+a < Most; letter, a, b = letter+1, b, a+b {
		text = append(text, bytes.Repeat([]byte{letter}, a)...)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	rng.Shuffle(len(text), func(i, j int) { text[i], text[j] = text[j], text[i] })
	return text
}

func TestCodesAreWithinTheirLimit(t *testing.T) {
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
				t.Errorf("of at most %d bits: %v", limit, lengths)
				break
			}
			sum += 1 << (limit - int32(l))
		}
		if sum != 1<<limit {
			t.Errorf("of at most %d bits: %v is no whole code", limit, lengths)
		}
	}
}

// TestSmallerThanFlate packs what programs drew, in pieces as frames have them,
// and holds that against package compress/flate.
func TestSmallerThanFlate(t *testing.T) {
	all, err := recording.All()
	if err != nil {
		t.Fatal(err)
	}
	var e Encoder
	judge, err := flate.NewWriter(nil, flate.BestCompression)
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
				ours += check(t, &e, piece)
				theirs += flateSize(judge, piece)
			}
		}
		t.Logf("pieces of %4d bytes: %d become %d, %d with compress/flate", size, plain, ours, theirs)
		if ours > theirs*985/1000 {
			t.Errorf("pieces of %d bytes: %d become %d, %d with compress/flate", size, plain, ours, theirs)
		}
	}
}

// flateSize is the size by compress/flate without the empty block at its end.
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
	for _, size := range []int{70, 500, Most} {
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

// output is all that a program wrote, as far as it takes part here.
func output(r recording.Recording) (text []byte) {
	for _, e := range r.Events {
		text = append(text, e.Output...)
	}
	return text[:min(len(text), 1<<12)]
}

func FuzzAppend(f *testing.F) {
	f.Add([]byte("some text, and some text"))
	var e Encoder
	f.Fuzz(func(t *testing.T, text []byte) { check(t, &e, text[:min(len(text), Most)]) })
}
