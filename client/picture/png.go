package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"

	"gm/vt/picture"
)

// pngHead is the signature of a PNG (PNG specification, 5.2).
const pngHead = "\x89PNG\r\n\x1a\n"

// Colour types of PNG are sums of these bits.
const (
	pngPalette = 1 << iota
	pngColor
	pngAlpha
)

// pngDecoder decodes a PNG. Package image/png would make gm larger by 90 kB.
type pngDecoder struct {
	out         *pixels
	depth       int // bits of a sample
	colors      int // the colour type
	interlaced  bool
	palette     []byte // four bytes a colour
	transparent []byte // the colour that is transparent, as in a row; nil for none
	data        []byte // of all IDAT chunks
}

// decodePNG returns the pixels of a PNG.
func decodePNG(m *picture.Image) (*pixels, error) {
	d := pngDecoder{}
	rest, ok := bytes.CutPrefix(m.Data, []byte(pngHead))
	for ok && len(rest) >= 12 {
		n := binary.BigEndian.Uint32(rest)
		if uint64(n)+12 > uint64(len(rest)) || !d.chunk(string(rest[4:8]), rest[8:8+n], m.Size) {
			return nil, errData
		}
		rest = rest[12+n:]
	}
	if d.out == nil {
		return nil, errData
	}
	data, err := inflater(bytes.NewReader(d.data))
	if err != nil {
		return nil, err
	}
	return d.out, d.read(data)
}

// chunk handles a chunk. It reports whether it is well-formed.
func (d *pngDecoder) chunk(name string, data []byte, size picture.Size) bool {
	switch {
	case name == "IHDR":
		return d.out == nil && d.header(data, size)
	case d.out == nil:
		return false
	case name == "PLTE":
		for ; len(data) >= 3 && len(d.palette) < 4*256; data = data[3:] {
			d.palette = append(d.palette, data[0], data[1], data[2], 0xff)
		}
	case name == "tRNS" && d.colors&pngPalette != 0:
		for i, alpha := range data[:min(len(data), len(d.palette)/4)] {
			d.palette[4*i+3] = alpha
		}
	case name == "tRNS":
		d.transparent = data
	case name == "IDAT":
		d.data = append(d.data, data...)
	}
	return true
}

func (d *pngDecoder) header(data []byte, size picture.Size) bool {
	if len(data) != 13 || int(binary.BigEndian.Uint32(data)) != size.Width || int(binary.BigEndian.Uint32(data[4:])) != size.Height {
		return false
	}
	d.depth, d.colors, d.interlaced = int(data[8]), int(data[9]), data[12] == 1
	depths := map[int][]byte{
		0: {1, 2, 4, 8, 16}, pngColor: {8, 16}, pngColor | pngPalette: {1, 2, 4, 8}, pngAlpha: {8, 16}, pngColor | pngAlpha: {8, 16},
	}
	if !bytes.Contains(depths[d.colors], data[8:9]) || data[10] != 0 || data[11] != 0 || data[12] > 1 {
		return false
	}
	d.out = newPixels(size)
	return true
}

// samples returns the number of samples of a pixel.
func (d *pngDecoder) samples() int {
	switch d.colors {
	case pngColor:
		return 3
	case pngAlpha:
		return 2
	case pngColor | pngAlpha:
		return 4
	}
	return 1
}

// adam7 are the first column and row, and the distances, of the passes of an interlaced
// image.
var adam7 = [...][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}

func (d *pngDecoder) read(data io.Reader) error {
	if !d.interlaced {
		return d.pass(data, [4]int{0, 0, 1, 1})
	}
	for _, pass := range adam7 {
		if err := d.pass(data, pass); err != nil {
			return err
		}
	}
	return nil
}

// pass reads the rows of a pass, each after the number of its filter.
func (d *pngDecoder) pass(data io.Reader, p [4]int) error {
	width, height := (d.out.Width-p[0]+p[2]-1)/p[2], (d.out.Height-p[1]+p[3]-1)/p[3]
	if width == 0 || height == 0 {
		return nil
	}
	bits := d.depth * d.samples()
	row, above := make([]byte, 1+(width*bits+7)/8), make([]byte, 1+(width*bits+7)/8)
	for y := range height {
		if _, err := io.ReadFull(data, row); err != nil {
			return err
		}
		if row[0] > 4 {
			return errData
		}
		unfilter(row[1:], above[1:], row[0], max(bits/8, 1))
		out := d.out.row(p[1] + y*p[3])
		for x := range width {
			d.pixel(out[4*(p[0]+x*p[2]):][:4], row[1:], x)
		}
		row, above = above, row
	}
	return nil
}

// unfilter undoes the filter of a row (PNG specification, 9). n is the number of bytes of a
// pixel.
func unfilter(row, above []byte, filter byte, n int) {
	for i := range row {
		var left, corner byte
		if i >= n {
			left, corner = row[i-n], above[i-n]
		}
		switch filter {
		case 1:
			row[i] += left
		case 2:
			row[i] += above[i]
		case 3:
			row[i] += byte((int(left) + int(above[i])) / 2)
		case 4:
			row[i] += paeth(left, above[i], corner)
		}
	}
}

// paeth returns which of three neighbours is nearest to a+b-c.
func paeth(a, b, c byte) byte {
	distance := func(v int) int { return max(v, -v) }
	p := int(a) + int(b) - int(c)
	pa, pb, pc := distance(p-int(a)), distance(p-int(b)), distance(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

// pixel sets out to pixel x of a row.
func (d *pngDecoder) pixel(out, row []byte, x int) {
	if d.depth < 8 {
		sample := int(row[x*d.depth/8]>>(8-d.depth-x*d.depth%8)) & (1<<d.depth - 1)
		d.small(out, sample)
		return
	}
	bytes, n := d.depth/8, d.samples()
	from := row[x*bytes*n:][:bytes*n]
	at := func(i int) byte { return from[i*bytes] }
	switch d.colors {
	case pngColor | pngPalette:
		d.small(out, int(from[0]))
		return
	case 0, pngAlpha:
		out[0], out[1], out[2] = at(0), at(0), at(0)
	default:
		out[0], out[1], out[2] = at(0), at(1), at(2)
	}
	out[3] = 0xff
	if d.colors&pngAlpha != 0 {
		out[3] = at(n - 1)
	} else if d.isTransparent(from, bytes) {
		out[3] = 0
	}
}

// small sets out to a pixel of one sample of up to eight bits: a colour of the palette, or
// grey.
func (d *pngDecoder) small(out []byte, sample int) {
	if d.colors&pngPalette != 0 {
		if 4*sample < len(d.palette) {
			copy(out, d.palette[4*sample:4*sample+4])
		}
		return
	}
	grey := byte(sample * 255 / (1<<d.depth - 1))
	out[0], out[1], out[2], out[3] = grey, grey, grey, 0xff
	if len(d.transparent) == 2 && int(binary.BigEndian.Uint16(d.transparent)) == sample {
		out[3] = 0
	}
}

// isTransparent reports whether samples of some bytes each are those of tRNS, which has two
// bytes for each.
func (d *pngDecoder) isTransparent(samples []byte, size int) bool {
	if len(d.transparent) != 2*len(samples)/size {
		return false
	}
	for i := 0; i < len(samples); i += size {
		want := d.transparent[2*i/size:][:2]
		if !bytes.Equal(samples[i:i+size], want[2-size:]) {
			return false
		}
	}
	return true
}

// appendPNG appends a part of a picture as a PNG.
func appendPNG(dst []byte, m *pixels, area picture.Rect) []byte {
	var head, rows []byte
	head = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(head, uint32(area.Width)), uint32(area.Height))
	head = append(head, 8, pngColor|pngAlpha, 0, 0, 0)
	for y := range area.Height {
		rows = append(append(rows, 0), m.row(area.Y + y)[4*area.X:4*(area.X+area.Width)]...)
	}
	dst = appendChunk(append(dst, pngHead...), "IHDR", head)
	dst = appendChunk(dst, "IDAT", appendDeflated(nil, rows))
	return appendChunk(dst, "IEND", nil)
}

func appendChunk(dst []byte, name string, data []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(data)))
	start := len(dst)
	dst = append(append(dst, name...), data...)
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[start:]))
}
