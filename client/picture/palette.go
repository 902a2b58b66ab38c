package picture

import (
	"slices"

	"gm/vt/picture"
)

// rgb is red, green and blue.
type rgb [3]uint8

// indexed is a picture with few colours. Index 0 is transparent, and index i the colour
// palette[i-1].
type indexed struct {
	picture.Size
	pix     []uint16
	palette []rgb
}

// maxShades is the number of colours above which those that differ in their last bits only
// count as one.
const maxShades = 1 << 15

// reduce returns the picture with at most that many colours. If it has more, they are
// dithered.
func reduce(m *pixels, colors int) *indexed {
	out := &indexed{Size: m.Size, pix: make([]uint16, m.Width*m.Height)}
	counts, lost := make(map[rgb]int), uint8(0)
	eachPixel(m, lost, func(_ int, c rgb) { counts[c]++ })
	if len(counts) > maxShades {
		clear(counts)
		lost = 7
		eachPixel(m, lost, func(_ int, c rgb) { counts[c]++ })
	}
	shades := make([]*shade, 0, len(counts))
	for c, n := range counts {
		shades = append(shades, &shade{c, n})
	}
	slices.SortFunc(shades, func(a, b *shade) int { return slices.Compare(a.rgb[:], b.rgb[:]) })
	index := make(map[rgb]uint16)
	for _, box := range split(shades, colors) {
		out.palette = append(out.palette, meanOf(box))
		index[box[0].rgb] = uint16(len(out.palette))
	}
	if len(shades) > colors {
		out.dither(m)
	} else {
		eachPixel(m, lost, func(i int, c rgb) { out.pix[i] = index[c] })
	}
	return out
}

// dither sets the pixels to the nearest colours. The error of each is spread over its
// neighbours, as by Floyd and Steinberg.
func (x *indexed) dither(m *pixels) {
	var known [maxShades]uint16 // the nearest colour by the upper five bits of each part
	row, below := make([][3]int, m.Width+2), make([][3]int, m.Width+2)
	for y := range m.Height {
		clear(below)
		pix := m.row(y)
		for i := range m.Width {
			if pix[4*i+3] < 0x80 {
				continue
			}
			var want rgb
			for c := range want {
				want[c] = uint8(min(max(int(pix[4*i+c])+row[i+1][c]/16, 0), 255))
			}
			key := int(want[0])>>3<<10 | int(want[1])>>3<<5 | int(want[2])>>3
			if known[key] == 0 {
				known[key] = x.nearest(want)
			}
			n := known[key]
			x.pix[y*m.Width+i] = n
			for c := range want {
				e := int(want[c]) - int(x.palette[n-1][c])
				row[i+2][c] += 7 * e
				below[i][c] += 3 * e
				below[i+1][c] += 5 * e
				below[i+2][c] += e
			}
		}
		row, below = below, row
	}
}

// nearest returns the index of the colour nearest to c.
func (x *indexed) nearest(c rgb) (index uint16) {
	best := 1 << 30
	for i, p := range x.palette {
		distance := 0
		for k := range p {
			d := int(p[k]) - int(c[k])
			distance += d * d
		}
		if distance < best {
			best, index = distance, uint16(i+1)
		}
	}
	return index
}

// eachPixel calls f for each pixel that is at least half opaque, with its index. The bits lost
// of its colour are 0.
func eachPixel(m *pixels, lost uint8, f func(i int, c rgb)) {
	for i := 0; i+3 < len(m.pix); i += 4 {
		if m.pix[i+3] >= 0x80 {
			f(i/4, rgb{m.pix[i] &^ lost, m.pix[i+1] &^ lost, m.pix[i+2] &^ lost})
		}
	}
}

// shade is a colour and the number of its pixels.
type shade struct {
	rgb
	n int
}

func (s shade) channel(i int) int { return int(s.rgb[i]) }

// split parts shades into at most n boxes, by Heckbert's median cut: the box with the most
// pixels in the widest range of a channel is cut where half of its pixels are on either side.
func split(shades []*shade, n int) (boxes [][]*shade) {
	if len(shades) == 0 {
		return nil
	}
	if len(shades) <= n {
		for i := range shades {
			boxes = append(boxes, shades[i:i+1])
		}
		return boxes
	}
	type box struct {
		shades          []*shade
		channel, weight int
	}
	measured := func(shades []*shade) box {
		channel, weight := spread(shades)
		return box{shades, channel, weight}
	}
	list := []box{measured(shades)}
	for len(list) < n {
		heaviest := &list[0]
		for i := range list {
			if list[i].weight > heaviest.weight {
				heaviest = &list[i]
			}
		}
		if heaviest.weight == 0 {
			break
		}
		shades, channel := heaviest.shades, heaviest.channel
		slices.SortStableFunc(shades, func(a, b *shade) int { return a.channel(channel) - b.channel(channel) })
		at := median(shades, channel)
		*heaviest = measured(shades[:at])
		list = append(list, measured(shades[at:]))
	}
	for _, b := range list {
		boxes = append(boxes, b.shades)
	}
	return boxes
}

// spread returns the channel with the widest range in a box, and the square of that width
// for each pixel: 0 if all shades are the same.
func spread(box []*shade) (channel, weight int) {
	width, count := 0, 0
	for c := range 3 {
		low, high := 255, 0
		for _, s := range box {
			low, high = min(low, s.channel(c)), max(high, s.channel(c))
		}
		if high-low > width {
			channel, width = c, high-low
		}
	}
	for _, s := range box {
		count += s.n
	}
	return channel, width * width * count
}

// median returns where to cut a box that is sorted by a channel: not between equal values.
func median(box []*shade, channel int) int {
	total, half := 0, 0
	for _, s := range box {
		total += s.n
	}
	at := 0
	for ; at < len(box)-1 && half <= total/2; at++ {
		half += box[at].n
	}
	cut := at
	for cut < len(box) && box[cut].channel(channel) == box[cut-1].channel(channel) {
		cut++
	}
	if cut == len(box) {
		for cut = at; cut > 1 && box[cut-1].channel(channel) == box[cut].channel(channel); cut-- {
		}
	}
	return cut
}

func meanOf(box []*shade) rgb {
	var sum [3]int
	n := 0
	for _, s := range box {
		n += s.n
		for c := range 3 {
			sum[c] += s.n * s.channel(c)
		}
	}
	return rgb{uint8((sum[0] + n/2) / n), uint8((sum[1] + n/2) / n), uint8((sum[2] + n/2) / n)}
}
