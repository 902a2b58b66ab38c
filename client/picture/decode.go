package picture

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"io"

	"gm/vt/picture"
)

// pixels are those of an image: red, green, blue and alpha, not premultiplied.
type pixels struct {
	picture.Size
	pix []byte
}

func newPixels(size picture.Size) *pixels {
	return &pixels{size, make([]byte, 4*size.Width*size.Height)}
}

// row returns the pixels of a row.
func (p *pixels) row(y int) []byte { return p.pix[4*y*p.Width:][:4*p.Width] }

var errData = errors.New("the data are malformed")

// decode returns the pixels of an image, whose size was checked. What it allocates is bounded
// by that size.
func decode(m *picture.Image) (*pixels, error) {
	switch m.Format {
	case picture.RGB, picture.RGBA:
		return decodeRaw(m)
	case picture.Sixel:
		return decodeSixel(m)
	}
	return decodeFile(m)
}

func decodeRaw(m *picture.Image) (*pixels, error) {
	var data io.Reader = bytes.NewReader(m.Data)
	if m.Compressed {
		var err error
		if data, err = inflater(data); err != nil {
			return nil, err
		}
	}
	out := newPixels(m.Size)
	if m.Format == picture.RGBA {
		_, err := io.ReadFull(data, out.pix)
		return out, err
	}
	row := make([]byte, 3*m.Width)
	for y := range m.Height {
		if _, err := io.ReadFull(data, row); err != nil {
			return nil, err
		}
		pix := out.row(y)
		for x := range m.Width {
			copy(pix[4*x:], row[3*x:3*x+3])
			pix[4*x+3] = 0xff
		}
	}
	return out, nil
}

// inflater returns a reader of zlib's format (RFC 1950). It ignores the checksum: the client
// has checked the hash of all data.
func inflater(r io.Reader) (io.Reader, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	if head[0]&0xf != 8 || binary.BigEndian.Uint16(head[:])%31 != 0 || head[1]&0x20 != 0 {
		return nil, errData
	}
	return flate.NewReader(r), nil
}

// appendDeflated appends data in zlib's format.
func appendDeflated(dst []byte, data []byte) []byte {
	out := bytes.NewBuffer(append(dst, 0x78, 0x9c))
	w, _ := flate.NewWriter(out, flate.DefaultCompression)
	w.Write(data)
	w.Close()
	return binary.BigEndian.AppendUint32(out.Bytes(), adler32.Checksum(data))
}

// canvas returns the pixels of the rectangle of cells of a placement, in a terminal with cells
// of that size.
func canvas(p *picture.Placement, cell picture.Size) (*pixels, error) {
	src, err := decode(p.Image)
	if err != nil {
		return nil, err
	}
	out := newPixels(picture.Size{Width: p.Cols * cell.Width, Height: p.Rows * cell.Height})
	scale(out, target(p, out.Size), src, p.Source)
	return out, nil
}

// target returns where the image of a placement is in a rectangle of another size than its
// box.
func target(p *picture.Placement, size picture.Size) picture.Rect {
	t := p.Target
	x, y := t.X*size.Width/p.Box.Width, t.Y*size.Height/p.Box.Height
	return picture.Rect{X: x, Y: y, Size: picture.Size{
		Width: (t.X+t.Width)*size.Width/p.Box.Width - x, Height: (t.Y+t.Height)*size.Height/p.Box.Height - y,
	}}
}

// scale draws a part of an image into a rectangle. Each pixel is the mean of those that it
// covers.
func scale(dst *pixels, to picture.Rect, src *pixels, from picture.Rect) {
	for y := range to.Height {
		y0, y1 := covered(y, to.Height, from.Y, from.Height)
		row := dst.row(to.Y + y)
		for x := range to.Width {
			x0, x1 := covered(x, to.Width, from.X, from.Width)
			var red, green, blue, alpha, n uint64
			for sy := y0; sy < y1; sy++ {
				for pix := src.row(sy)[4*x0 : 4*x1]; len(pix) >= 4; pix = pix[4:] {
					a := uint64(pix[3])
					red, green, blue, alpha, n = red+a*uint64(pix[0]), green+a*uint64(pix[1]), blue+a*uint64(pix[2]), alpha+a, n+1
				}
			}
			if alpha > 0 {
				half := alpha / 2
				copy(row[4*(to.X+x):], []byte{uint8((red + half) / alpha), uint8((green + half) / alpha), uint8((blue + half) / alpha), uint8((alpha + n/2) / n)})
			}
		}
	}
}

// covered returns the pixels of n from first on that pixel i of another number of them covers.
func covered(i, of, first, n int) (from, to int) {
	from = first + i*n/of
	return from, max(first+(i+1)*n/of, from+1)
}
