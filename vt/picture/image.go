package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// Limits of pictures. Beyond them a picture is refused, or the oldest of the session's are
// dropped.
const (
	MaxData   = 8 << 20 // bytes of one picture, as it came
	MaxSide   = 4096    // pixels of a side
	MaxMemory = 32 << 20
)

// Format is the encoding of an image.
type Format uint8

const (
	PNG   Format = iota + 1
	JPEG         // JFIF and Exif
	GIF          // the first frame is shown
	RGB          // three bytes a pixel
	RGBA         // four bytes a pixel
	Sixel        // parameters, q, and data, as in a device control string
	lastFormat
)

// Size is a size in pixels.
type Size struct{ Width, Height int }

// Rect is a rectangle of pixels.
type Rect struct {
	X, Y int
	Size
}

// Image is an image as a program has sent it.
type Image struct {
	Format     Format
	Compressed bool // RGB, RGBA and Sixel: with zlib (RFC 1950)
	Size
	Data []byte
	// Hash is the first half of a SHA-256, in hexadecimal: see Sum. A client gets the data of a
	// hash once.
	Hash string

	packed bool // does not become smaller
}

// Sum sets Hash: that of the format, the width and the height, each as in a target and with a
// NUL, and of the data.
func (m *Image) Sum() {
	h := sha256.New()
	h.Write(fmt.Appendf(nil, "%s\x00%d\x00%d\x00", m.formatName(), m.Width, m.Height))
	h.Write(m.Data)
	m.Hash = hex.EncodeToString(h.Sum(nil)[:hashBytes])
}

const hashBytes = sha256.Size / 2

// Errors of images.
var (
	ErrTooLarge = errors.New("the picture is too large")
	ErrFormat   = errors.New("the format of the picture is not known")
	ErrData     = errors.New("the picture's data are malformed")
)

// Check reports an error if the image exceeds a limit, or if data without compression are
// not those of its size.
func (m *Image) Check() error {
	if err := m.checkSize(); err != nil {
		return err
	}
	if len(m.Data) > MaxData {
		return ErrTooLarge
	}
	if n := m.PixelBytes(); n > 0 && !m.Compressed && len(m.Data) != n*m.Width*m.Height {
		return ErrData
	}
	return nil
}

// checkSize is Check without the data.
func (m *Image) checkSize() error {
	if m.Width <= 0 || m.Height <= 0 || m.Format == 0 || m.Format >= lastFormat {
		return ErrData
	}
	if m.Width > MaxSide || m.Height > MaxSide {
		return ErrTooLarge
	}
	return nil
}

// PixelBytes returns the bytes of a pixel of raw data; 0 for other formats.
func (m *Image) PixelBytes() int {
	switch m.Format {
	case RGB:
		return 3
	case RGBA:
		return 4
	}
	return 0
}

// File returns the image in a file, by its header.
func File(data []byte) (*Image, error) {
	m := &Image{Data: data}
	switch {
	case bytes.HasPrefix(data, []byte(pngHead)) && len(data) >= 24 && string(data[12:16]) == "IHDR":
		width, height := binary.BigEndian.Uint32(data[16:]), binary.BigEndian.Uint32(data[20:])
		if width > MaxSide || height > MaxSide {
			return nil, ErrTooLarge
		}
		m.Format, m.Size = PNG, Size{int(width), int(height)}
	case bytes.HasPrefix(data, []byte("GIF8")) && len(data) >= 10:
		m.Format, m.Size = GIF, Size{int(binary.LittleEndian.Uint16(data[6:])), int(binary.LittleEndian.Uint16(data[8:]))}
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		m.Format, m.Size = JPEG, jpegSize(data)
	default:
		return nil, ErrFormat
	}
	return m, m.Check()
}

// jpegSize returns the size in the frame header of a JPEG (ITU T.81, B.2.2); zero if there is
// none.
func jpegSize(data []byte) Size {
	for at := 2; at+9 <= len(data) && data[at] == 0xff; {
		marker := data[at+1]
		switch {
		case marker == 0xff:
			at++
			continue
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			return Size{int(binary.BigEndian.Uint16(data[at+7:])), int(binary.BigEndian.Uint16(data[at+5:]))}
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
	}
	return Size{}
}
