package picture

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"gm/vt/picture"
)

// codec decodes files of a format: their size, and their pixels.
type codec struct {
	config func(io.Reader) (image.Config, error)
	pixels func(io.Reader) (image.Image, error)
}

var codecs = [...]codec{
	picture.PNG:  {png.DecodeConfig, png.Decode},
	picture.JPEG: {jpeg.DecodeConfig, jpeg.Decode},
	picture.GIF:  {gif.DecodeConfig, gif.Decode},
}

// decodeFile returns the pixels of a PNG or a JPEG, or of the first frame of a GIF.
func decodeFile(m *picture.Image) (*pixels, error) {
	file := codecs[m.Format]
	config, err := file.config(bytes.NewReader(m.Data))
	if err != nil || config.Width != m.Width || config.Height != m.Height {
		return nil, errData
	}
	frame, err := file.pixels(bytes.NewReader(m.Data))
	if err != nil {
		return nil, errData
	}
	return convert(frame, m.Size), nil
}

// convert returns the pixels of an image of a size, of which the frame may be a part.
func convert(frame image.Image, size picture.Size) *pixels {
	out := newPixels(size)
	if m, ok := frame.(*image.NRGBA); ok {
		copy(out.pix, m.Pix)
		return out
	}
	src, dst, area := frame.(image.RGBA64Image), out.image(), frame.Bounds()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			dst.SetRGBA64(x, y, src.RGBA64At(x, y))
		}
	}
	return out
}

// appendPNG appends a part of a picture as a PNG.
func appendPNG(dst []byte, m *pixels, area picture.Rect) []byte {
	out := bytes.NewBuffer(dst)
	part := m.image().SubImage(image.Rect(area.X, area.Y, area.X+area.Width, area.Y+area.Height))
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	encoder.Encode(out, part) // which fails only for empty parts
	return out.Bytes()
}

// image returns the pixels as an image.
func (p *pixels) image() *image.NRGBA {
	return &image.NRGBA{Pix: p.pix, Stride: 4 * p.Width, Rect: image.Rect(0, 0, p.Width, p.Height)}
}
