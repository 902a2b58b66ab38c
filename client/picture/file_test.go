package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"gm/vt/picture"
)

// gradient is an image of a size with all channels in use.
func gradient(m draw.Image) draw.Image {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			m.Set(x, y, color.NRGBA64{uint16(x * 3000), uint16(y * 3000), uint16(x*y) * 100, uint16(0xffff - 500*y)})
		}
	}
	return m
}

// TestDecodeFile compares the pixels with those of package image.
func TestDecodeFile(t *testing.T) {
	r := image.Rect(0, 0, 21, 13)
	writePNG := func(m image.Image) []byte {
		var file bytes.Buffer
		png.Encode(&file, m)
		return file.Bytes()
	}
	writeGIF := func(frames ...*image.Paletted) []byte {
		var file bytes.Buffer
		all := gif.GIF{Image: frames, Delay: make([]int, len(frames)), Config: image.Config{Width: r.Dx(), Height: r.Dy()}}
		if err := gif.EncodeAll(&file, &all); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	var photo bytes.Buffer
	jpeg.Encode(&photo, gradient(image.NewRGBA(r)), nil)
	webSafe := append(color.Palette{color.Transparent}, palette.WebSafe...)
	part := gradient(image.NewPaletted(image.Rect(4, 2, 20, 9), webSafe)).(*image.Paletted)
	for name, c := range map[string]struct {
		format picture.Format
		file   []byte
	}{
		"PNG":                     {picture.PNG, writePNG(gradient(image.NewNRGBA(r)))},
		"PNG of 16 bits":          {picture.PNG, writePNG(gradient(image.NewNRGBA64(r)))},
		"PNG of grey":             {picture.PNG, writePNG(gradient(image.NewGray(r)))},
		"PNG with a palette":      {picture.PNG, writePNG(gradient(image.NewPaletted(r, webSafe)))},
		"JPEG":                    {picture.JPEG, photo.Bytes()},
		"GIF":                     {picture.GIF, writeGIF(gradient(image.NewPaletted(r, webSafe)).(*image.Paletted))},
		"GIF that begins smaller": {picture.GIF, writeGIF(part, gradient(image.NewPaletted(r, palette.Plan9)).(*image.Paletted))},
	} {
		t.Run(name, func(t *testing.T) {
			m := &picture.Image{Format: c.format, Size: picture.Size{Width: r.Dx(), Height: r.Dy()}, Data: c.file}
			got, err := decode(m)
			if err != nil {
				t.Fatal(err)
			}
			decoded, _, err := image.Decode(bytes.NewReader(c.file))
			if err != nil {
				t.Fatal(err)
			}
			want, ok := decoded.(*image.NRGBA)
			if !ok {
				want = image.NewNRGBA(r)
				draw.Draw(want, decoded.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
			}
			if !bytes.Equal(got.pix, want.Pix) {
				t.Errorf("pixels %v, want %v", got.row(5)[:20], want.Pix[5*want.Stride:][:20])
			}
			for what, wrong := range map[string]picture.Image{
				"cut short":                 {Format: c.format, Size: m.Size, Data: c.file[:len(c.file)/3]},
				"larger than its size":      {Format: c.format, Size: picture.Size{Width: 1, Height: 1}, Data: c.file},
				"of another format":         {Format: c.format, Size: m.Size, Data: []byte("BM\x00\x00\x00\x00")},
				"of a size that it has not": {Format: c.format, Size: picture.Size{Width: r.Dx(), Height: r.Dy() + 1}, Data: c.file},
			} {
				if _, err := decode(&wrong); err == nil {
					t.Errorf("a file %s is decoded", what)
				}
			}
		})
	}
}

// TestAppendPNG checks that a part of a picture is decoded to the same pixels.
func TestAppendPNG(t *testing.T) {
	m := testPixels(20, 10, 30, true)
	area := picture.Rect{X: 3, Y: 2, Size: picture.Size{Width: 10, Height: 7}}
	file := appendPNG([]byte("before"), m, area)[len("before"):]
	got, err := decode(&picture.Image{Format: picture.PNG, Size: area.Size, Data: file})
	if err != nil {
		t.Fatal(err)
	}
	for y := range area.Height {
		if want := m.row(area.Y + y)[4*area.X:][:4*area.Width]; !bytes.Equal(got.row(y), want) {
			t.Errorf("row %d: %v, want %v", y, got.row(y), want)
		}
	}
}
