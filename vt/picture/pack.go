package picture

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash"
	"hash/adler32"
	"hash/crc32"
)

// packLevel is the level of flate that is best in bytes and time for pixels.
const packLevel = 4

// Packer makes an image smaller, a part at a time: pixels become a PNG, and sixels are
// compressed.
type Packer struct {
	image *Image
	rest  []byte // that was not read yet
	row   []byte // with its filter
	out   bytes.Buffer
	zlib  *flate.Writer
	sum   hash.Hash32 // of what zlib was given
}

// NewPacker returns a Packer for an image; nil if it cannot become smaller.
func NewPacker(m *Image) *Packer {
	if m.packed || m.Compressed || m.PixelBytes() == 0 && m.Format != Sixel {
		return nil
	}
	p := &Packer{image: m, rest: m.Data, sum: adler32.New()}
	p.out.Write([]byte{0x78, 0x5e}) // RFC 1950: deflate, a window of 32 kB, a low level
	p.zlib, _ = flate.NewWriter(&p.out, packLevel)
	return p
}

// Step reads so many bytes of the image, or a row. It reports whether all were read.
func (p *Packer) Step(n int) (done bool) {
	for n > 0 && len(p.rest) > 0 {
		n -= p.read(n)
	}
	return len(p.rest) == 0
}

// read reads at most n bytes of sixels, or one row of pixels.
func (p *Packer) read(n int) (read int) {
	bytes := p.image.PixelBytes()
	if bytes == 0 {
		read = min(n, len(p.rest))
		p.write(p.rest[:read])
	} else {
		read = bytes * p.image.Width
		p.row = appendFiltered(p.row[:0], p.rest[:read], bytes)
		p.write(p.row)
	}
	p.rest = p.rest[read:]
	return read
}

func (p *Packer) write(data []byte) {
	p.zlib.Write(data)
	p.sum.Write(data)
}

// appendFiltered appends a row of a PNG with the filter Sub (PNG specification, 9.2): the
// differences of pixels, which have so many bytes.
func appendFiltered(dst, row []byte, bytes int) []byte {
	dst = append(append(dst, 1), row[:bytes]...)
	for i := bytes; i < len(row); i++ {
		dst = append(dst, row[i]-row[i-bytes])
	}
	return dst
}

// finish replaces the image's data if those that were made are fewer.
func (p *Packer) finish() {
	p.zlib.Close()
	m := p.image
	m.packed = true
	data := p.sum.Sum(p.out.Bytes())
	format, compressed := m.Format, true
	if m.Format != Sixel {
		data, format, compressed = m.appendPNG(data), PNG, false
	}
	if len(data) < len(m.Data) {
		m.Data, m.Format, m.Compressed = bytes.Clone(data), format, compressed
		m.Sum()
	}
}

// appendPNG returns a PNG with rows that are compressed.
func (m *Image) appendPNG(rows []byte) []byte {
	var head []byte
	head = binary.BigEndian.AppendUint32(head, uint32(m.Width))
	head = binary.BigEndian.AppendUint32(head, uint32(m.Height))
	const depth, color, alpha = 8, 2, 4
	if head = append(head, depth, color, 0, 0, 0); m.Format == RGBA {
		head[9] |= alpha
	}
	dst := appendChunk([]byte(pngHead), "IHDR", head)
	dst = appendChunk(dst, "IDAT", rows)
	return appendChunk(dst, "IEND", nil)
}

// pngHead is the signature of a PNG (PNG specification, 5.2).
const pngHead = "\x89PNG\r\n\x1a\n"

func appendChunk(dst []byte, name string, data []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(data)))
	start := len(dst)
	dst = append(append(dst, name...), data...)
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[start:]))
}

// Pack makes the image of a placement smaller, if it can become so, for which it reads so many
// bytes of it or of another one. It reports whether the image is as it is to be sent.
func (s *Store) Pack(m *Image, n int) (done bool) {
	if s.packer == nil {
		if s.packer = NewPacker(m); s.packer == nil {
			return true
		}
	}
	p := s.packer
	if !p.Step(n) {
		return false
	}
	before := len(p.image.Data)
	p.finish()
	if s.has(p.image) {
		s.bytes += len(p.image.Data) - before
	}
	s.packer = nil
	return p.image == m
}

func (s *Store) has(m *Image) bool {
	for _, i := range s.images {
		if i.Image == m {
			return true
		}
	}
	return false
}
