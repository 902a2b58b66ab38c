package picture

import (
	"bytes"
	"io"
	"math"
	"strconv"

	"gm/vt/picture"
)

// decodeSixel returns the pixels of a picture in sixels. Those that are not set are
// transparent.
func decodeSixel(m *picture.Image) (*pixels, error) {
	data, err := sixels(m)
	if err != nil {
		return nil, err
	}
	out := newPixels(m.Size)
	colors := initialRegisters()
	_, err = picture.ScanSixel(data, func(x, y, n int, bits byte, register int) {
		c := colors[register%len(colors)]
		for row := y; bits != 0 && row < m.Height; row, bits = row+1, bits>>1 {
			for at := x; bits&1 != 0 && at < min(x+n, m.Width); at++ {
				copy(out.row(row)[4*at:], append(c[:], 0xff))
			}
		}
	}, func(register, space, a, b, c int) {
		if space == 1 {
			colors[register%len(colors)] = hls(a, b, c)
		} else {
			colors[register%len(colors)] = rgb{percent(a), percent(b), percent(c)}
		}
	})
	return out, err
}

// sixels returns the data of a picture in sixels as the program has sent them.
func sixels(m *picture.Image) ([]byte, error) {
	if !m.Compressed {
		return m.Data, nil
	}
	data, err := inflater(bytes.NewReader(m.Data))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(data, picture.MaxData+1))
	if len(plain) > picture.MaxData {
		err = errData
	}
	return plain, err
}

// initialRegisters are the colours of a VT340, in per cent of red, green and blue, and black.
func initialRegisters() (list [1024]rgb) {
	for i, c := range [16][3]int{
		{0, 0, 0}, {20, 20, 80}, {80, 13, 13}, {20, 80, 20}, {80, 20, 80}, {20, 80, 80}, {80, 80, 20}, {53, 53, 53},
		{26, 26, 26}, {33, 33, 60}, {60, 26, 26}, {33, 60, 33}, {60, 33, 60}, {33, 60, 60}, {60, 60, 33}, {80, 80, 80},
	} {
		list[i] = rgb{percent(c[0]), percent(c[1]), percent(c[2])}
	}
	return list
}

func percent(n int) uint8 { return uint8((min(n, 100)*255 + 50) / 100) }

// hls returns a colour of DEC's hue, lightness and saturation. Its hue is 120 degrees from
// that of others: blue is 0.
func hls(hue, lightness, saturation int) rgb {
	h := math.Mod(float64(hue)+240, 360) / 60
	l, s := float64(min(lightness, 100))/100, float64(min(saturation, 100))/100
	chroma := (1 - math.Abs(2*l-1)) * s
	x := chroma * (1 - math.Abs(math.Mod(h, 2)-1))
	base := l - chroma/2
	parts := [6][3]float64{{chroma, x, 0}, {x, chroma, 0}, {0, chroma, x}, {0, x, chroma}, {x, 0, chroma}, {chroma, 0, x}}[int(h)%6]
	channel := func(v float64) uint8 { return uint8(math.Round((v + base) * 255)) }
	return rgb{channel(parts[0]), channel(parts[1]), channel(parts[2])}
}

// appendSixel appends a part of a picture as sixels. Transparent pixels are not set.
func appendSixel(dst []byte, m *indexed, part picture.Rect) []byte {
	dst = append(dst, "\x1bP0;1;0q\"1;1;"...)
	dst = strconv.AppendInt(dst, int64(part.Width), 10)
	dst = strconv.AppendInt(append(dst, ';'), int64(part.Height), 10)
	for i, c := range m.palette { // first, as xterm shows others wrongly
		dst = appendRegister(dst, i, c)
	}
	lines := make([][]byte, len(m.palette)+1) // the sixels of a band by colour; nil for none
	for top := part.Y; top < part.Y+part.Height; top += sixelHeight {
		clear(lines)
		for y := top; y < min(top+sixelHeight, part.Y+part.Height); y++ {
			for x, c := range m.pix[y*m.Width+part.X:][:part.Width] {
				if c == 0 {
					continue
				}
				if lines[c] == nil {
					lines[c] = make([]byte, part.Width)
				}
				lines[c][x] |= 1 << (y - top)
			}
		}
		if top > part.Y {
			dst = append(dst, '-')
		}
		separator := ""
		for c, line := range lines {
			if line == nil {
				continue
			}
			dst = strconv.AppendInt(append(append(dst, separator...), '#'), int64(c-1), 10)
			separator = "$"
			dst = appendSixelLine(dst, line)
		}
	}
	return append(dst, "\x1b\\"...)
}

// sixelHeight is the height of a sixel in pixels.
const sixelHeight = 6

// appendRegister sets a register to a colour, in per cent.
func appendRegister(dst []byte, i int, c rgb) []byte {
	dst = append(strconv.AppendInt(append(dst, '#'), int64(i), 10), ";2"...)
	for _, v := range c {
		dst = strconv.AppendInt(append(dst, ';'), (int64(v)*100+127)/255, 10)
	}
	return dst
}

// appendSixelLine appends a line of sixels, with runs of four or more as repetitions.
func appendSixelLine(dst, line []byte) []byte {
	for len(line) > 0 && line[len(line)-1] == 0 {
		line = line[:len(line)-1]
	}
	for len(line) > 0 {
		n := 1
		for n < len(line) && line[n] == line[0] {
			n++
		}
		if n > 3 {
			dst = strconv.AppendInt(append(dst, '!'), int64(n), 10)
			dst = append(dst, line[0]+'?')
		} else {
			for range n {
				dst = append(dst, line[0]+'?')
			}
		}
		line = line[n:]
	}
	return dst
}
