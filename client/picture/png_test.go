package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"testing"

	"gm/vt/picture"
)

// standard returns the pixels that package image/png decodes.
func standard(t *testing.T, file []byte) []byte {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewNRGBA(m.Bounds())
	draw.Draw(out, out.Rect, m, image.Point{}, draw.Src)
	return out.Pix
}

// makePNG returns a PNG with random samples.
func makePNG(width, height, depth, colors int, interlaced bool, further func(file []byte) []byte) []byte {
	random := rand.New(rand.NewPCG(uint64(width), uint64(depth)))
	d := pngDecoder{depth: depth, colors: colors}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	head = append(head, byte(depth), byte(colors), 0, 0, 0)
	passes := [][4]int{{0, 0, 1, 1}}
	if interlaced {
		head[12], passes = 1, adam7[:]
	}
	var rows []byte
	for _, p := range passes {
		w, h := (width-p[0]+p[2]-1)/p[2], (height-p[1]+p[3]-1)/p[3]
		for y := 0; w > 0 && y < h; y++ {
			rows = append(rows, byte(y%5))
			for range (w*depth*d.samples() + 7) / 8 {
				rows = append(rows, byte(random.IntN(256)))
			}
		}
	}
	file := appendChunk([]byte(pngHead), "IHDR", head)
	file = further(file)
	file = appendChunk(file, "IDAT", appendDeflated(nil, rows))
	return appendChunk(file, "IEND", nil)
}

// TestPNG compares all forms of PNG with package image/png.
func TestPNG(t *testing.T) {
	palette := make([]byte, 3*256)
	for i := range palette {
		palette[i] = byte(i * 7)
	}
	for colors, depths := range map[int][]int{0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}} {
		for _, depth := range depths {
			for _, interlaced := range []bool{false, true} {
				for _, size := range []picture.Size{{Width: 1, Height: 1}, {Width: 3, Height: 9}, {Width: 33, Height: 20}} {
					name := fmt.Sprintf("colors %d, depth %d, interlaced %v, %dx%d", colors, depth, interlaced, size.Width, size.Height)
					file := makePNG(size.Width, size.Height, depth, colors, interlaced, func(file []byte) []byte {
						switch colors {
						case 0:
							file = appendChunk(file, "tRNS", []byte{0, 1})
						case 2:
							file = appendChunk(file, "tRNS", []byte{0, 1, 0, 2, 0, 3})
						case 3:
							file = appendChunk(file, "PLTE", palette[:3<<depth])
							file = appendChunk(file, "tRNS", []byte{0, 100})
						}
						return file
					})
					got, err := decode(&picture.Image{Format: picture.PNG, Size: size, Data: file})
					if err != nil {
						t.Errorf("%s: %v", name, err)
						continue
					}
					if want := standard(t, file); !near(got.pix, want) {
						t.Errorf("%s: %v, want %v", name, got.pix[:4], want[:4])
					}
				}
			}
		}
	}
}

// near reports whether pixels are equal: those that are transparent may have any colour, and
// package draw rounds colours that are partly so.
func near(a, b []byte) bool {
	for i := 0; i < len(a); i += 4 {
		if a[i+3] != b[i+3] {
			return false
		}
		for c := range 3 {
			if a[i+3] == 0xff && a[i+c] != b[i+c] {
				return false
			}
		}
	}
	return len(a) == len(b)
}

// TestAppendPNG checks that package image/png decodes a part of a picture.
func TestAppendPNG(t *testing.T) {
	m := testPixels(20, 10, 30, false)
	got, err := png.Decode(bytes.NewReader(appendPNG(nil, m, picture.Rect{X: 3, Y: 2, Size: picture.Size{Width: 10, Height: 7}})))
	if err != nil || got.Bounds() != image.Rect(0, 0, 10, 7) {
		t.Fatalf("%v, %v", got, err)
	}
	want := m.row(4)[4*5:]
	if c := color.NRGBAModel.Convert(got.At(2, 2)).(color.NRGBA); c != (color.NRGBA{want[0], want[1], want[2], 0xff}) {
		t.Errorf("%v, want %v", c, want[:4])
	}
}
