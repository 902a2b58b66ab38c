package picture

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"gm/vt/picture"
)

// testPixels returns a picture with that many colours, of which sixels can have all, and
// transparent pixels.
func testPixels(width, height, colors int, transparent bool) *pixels {
	random := rand.New(rand.NewPCG(1, 2))
	palette := make([]rgb, colors)
	for i := range palette {
		palette[i] = rgb{percent(i % 101), percent(i / 101 * 7), percent(random.IntN(101))}
	}
	m := newPixels(picture.Size{Width: width, Height: height})
	for y := range height {
		for x := range width {
			if !transparent || random.IntN(4) > 0 {
				copy(m.row(y)[4*x:], append(palette[(x/3+y*7)%colors][:], 0xff))
			}
		}
	}
	return m
}

// TestSixelRoundTrip checks that a picture is the same after encoding and decoding.
func TestSixelRoundTrip(t *testing.T) {
	for _, test := range []struct {
		width, height, colors int
		transparent           bool
	}{{1, 1, 1, false}, {163, 97, 70, false}, {40, 6, 256, true}, {7, 13, 3, true}, {300, 200, 256, false}} {
		m := testPixels(test.width, test.height, test.colors, test.transparent)
		text := appendSixel(nil, reduce(m, 256), picture.Rect{Size: m.Size})
		data := bytes.TrimSuffix(bytes.TrimPrefix(text, []byte("\x1bP")), []byte("\x1b\\"))
		parsed, err := picture.ParseSixel(data)
		if err != nil {
			t.Fatalf("%v: %v", test, err)
		}
		got, err := decodeSixel(parsed)
		if err != nil || !bytes.Equal(got.pix, m.pix) {
			t.Errorf("%v: other pixels, %v", test, err)
		}
	}
}
