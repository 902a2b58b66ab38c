package picture

import "bytes"

// SixelPixels is called for each run of sixels: n columns from x on, of six pixels each from
// y down, of which bit 0 is the uppermost. color is the number of the register.
type SixelPixels func(x, y, n int, bits byte, color int)

// SixelColor is called when a register is set: to HLS (space 1) or to RGB (space 2).
type SixelColor func(register, space, a, b, c int)

// maxRepeat bounds a repetition, so that no sum overflows.
const maxRepeat = MaxSide + 1

// ScanSixel reads the sixels of a picture and returns its size: that of the raster attributes,
// or of the pixels that are set if those reach further. Its data are the parameters of the
// device control string, q, and the rest of it (DEC STD 070; VT330/340 graphics programming,
// chapter 14). Either function may be nil.
func ScanSixel(data []byte, pixels SixelPixels, colors SixelColor) (Size, error) {
	_, body, found := bytes.Cut(data, []byte("q"))
	if !found {
		return Size{}, ErrData
	}
	s := sixelScanner{data: body}
	x, y, color := 0, 0, 0
	var size Size
	for s.at < len(s.data) {
		c := s.data[s.at]
		s.at++
		repeat := 1
		if c == '!' {
			repeat = min(max(s.numbers()[0], 1), maxRepeat)
			if s.at == len(s.data) {
				break
			}
			c = s.data[s.at]
			s.at++
		}
		switch {
		case c >= '?' && c <= '~':
			bits := c - '?'
			if bits != 0 {
				size.Width, size.Height = max(size.Width, x+repeat), max(size.Height, y+lastBit(bits))
				if pixels != nil && size.Width <= MaxSide && size.Height <= MaxSide {
					pixels(x, y, repeat, bits, color)
				}
			}
			x += repeat
		case c == '$':
			x = 0
		case c == '-':
			x, y = 0, y+6
		case c == '#':
			v := s.numbers()
			color = v[0]
			if s.count >= 5 && colors != nil {
				colors(v[0], v[1], v[2], v[3], v[4])
			}
		case c == '"':
			if v := s.numbers(); s.count >= 4 && y == 0 && x == 0 {
				size = Size{max(size.Width, v[2]), max(size.Height, v[3])}
			}
		}
		if x > MaxSide || y > MaxSide {
			return Size{}, ErrTooLarge
		}
	}
	return size, nil
}

func lastBit(bits byte) int {
	n := 0
	for ; bits != 0; bits >>= 1 {
		n++
	}
	return n
}

type sixelScanner struct {
	data  []byte
	at    int
	count int // numbers that numbers has read
}

// numbers reads up to five numbers with semicolons between them.
func (s *sixelScanner) numbers() (list [5]int) {
	s.count = 1
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c >= '0' && c <= '9':
			if s.count <= len(list) {
				list[s.count-1] = min(list[s.count-1]*10+int(c-'0'), 1<<20)
			}
		case c == ';':
			s.count++
		default:
			return list
		}
	}
	return list
}

// ParseSixel returns the picture in a device control string. It keeps the data.
func ParseSixel(data []byte) (*Image, error) {
	if len(data) > MaxData {
		return nil, ErrTooLarge
	}
	size, err := ScanSixel(data, nil, nil)
	if err != nil {
		return nil, err
	}
	m := &Image{Format: Sixel, Size: size, Data: data}
	return m, m.Check()
}
