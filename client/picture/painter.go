package picture

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"

	"gm/vt"
	"gm/vt/picture"
)

// Protocol is how the user's terminal shows pictures.
type Protocol uint8

const (
	None         Protocol = iota // it does not
	Placeholders                 // kitty's graphics protocol: the cells of pictures are printed as text
	Kitty                        // the same without placeholders: pictures are placed over blanks
	ITerm2                       // files of iTerm2
	Sixel
)

// Painter draws pictures. The exported fields are set as the terminal is known. The zero
// Painter draws none.
type Painter struct {
	Reader
	Protocol Protocol
	Cell     picture.Size // of the terminal's cells, in pixels
	// Registers is the number of colours of a picture in sixels; 0 for the usual 256.
	Registers int
	// Start runs a function in a goroutine.
	Start func(func())

	ready      chan func()
	busy       bool // a picture is being prepared
	prepared   map[uint32]*prepared
	pixelBytes int      // of prepared
	frame      int      // number of the screen that is drawn
	stale      []uint32 // pictures in kitty that are to be deleted
	shown      []part   // in the terminal
	paints     int      // of the display, when shown was drawn
	lastID     uint32   // of kitty
	idByte     uint8    // see IDs
}

// defaultRegisters is the number of colours of sixels in most terminals.
const defaultRegisters = 256

const (
	// maxPrepared is the number of pictures of which pixels are kept, unless more are shown.
	maxPrepared = 8
	// maxPixels bounds the bytes of all pixels. Pictures beyond it are not shown.
	maxPixels = 128 << 20
)

// prepared is a picture as it is drawn.
type prepared struct {
	placement *picture.Placement
	cell      picture.Size
	colors    int
	pixels    *pixels  // for kitty, as long as it does not have them, and for iTerm2
	indexed   *indexed // for sixels
	id        uint32   // of kitty; 0 if the terminal does not have it
	bytes     int      // of pixels
	shown     int      // the newest frame that shows it
}

// empty reports whether there is nothing to draw.
func (c *prepared) empty(p Protocol) bool {
	return c.pixels == nil && c.indexed == nil && c.id == 0 && !(p == ITerm2 && c.isFile())
}

// isFile reports whether the data are those of a file that iTerm2 shows.
func (c *prepared) isFile() bool {
	m := c.placement.Image
	return (m.Format == picture.PNG || m.Format == picture.JPEG || m.Format == picture.GIF) && c.placement.Source.Size == m.Size
}

// part is a part of a picture in the terminal.
type part struct {
	vt.PictureRect
	of *prepared
}

// Ready returns a channel with a function for the Painter's owner to call, after which
// another picture can be drawn.
func (p *Painter) Ready() <-chan func() { return p.ready }

// Append appends the output that draws the pictures on a screen, which the terminal shows.
// paints is the number of times that the terminal was painted from scratch.
func (p *Painter) Append(dst []byte, s *vt.Screen, paints int) []byte {
	if p.Protocol == None || p.Protocol == Placeholders || s == nil || p.Cell.Width <= 0 || p.Cell.Height <= 0 {
		return dst
	}
	parts := p.parts(s)
	if paints == p.paints && slices.Equal(parts, p.shown) {
		return dst
	}
	dst = append(dst, "\x1b7"...)
	if p.Protocol == Kitty {
		dst = p.appendRemoval(dst)
	}
	_, rows := s.Size()
	for _, t := range parts {
		dst = p.appendPart(dst, t, rows)
	}
	p.shown, p.paints = parts, paints
	dst = p.discard(dst)
	return append(dst, "\x1b8"...)
}

// parts returns the parts of pictures on a screen that can be drawn now. It prepares another
// one.
func (p *Painter) parts(s *vt.Screen) (list []part) {
	p.frame++
	for _, r := range s.Pictures() {
		placement := p.placed[r.Number]
		if placement == nil || r.Row >= placement.Rows || r.Column >= placement.Cols {
			continue
		}
		c := p.prepared[r.Number]
		if c != nil {
			c.shown = p.frame
		}
		if c == nil || c.placement != placement || c.cell != p.Cell || c.colors != p.Registers {
			p.prepare(placement)
		}
		if c == nil || c.empty(p.Protocol) {
			continue
		}
		r.Rows, r.Cols = min(r.Rows, c.placement.Rows-r.Row), min(r.Cols, c.placement.Cols-r.Column)
		if r.Rows > 0 && r.Cols > 0 {
			list = append(list, part{r, c})
		}
	}
	return list
}

// prepare begins to prepare a picture, unless another one is under way or there is no room.
func (p *Painter) prepare(placement *picture.Placement) {
	c := &prepared{placement: placement, cell: p.Cell, colors: p.Registers, shown: p.frame}
	c.bytes = 4 * placement.Cols * c.cell.Width * placement.Rows * c.cell.Height
	if p.busy || p.pixelBytes+c.bytes > maxPixels {
		return
	}
	p.busy = true
	if p.ready == nil {
		p.ready, p.prepared = make(chan func(), 1), make(map[uint32]*prepared)
		p.lastID = rand.Uint32() | 1<<31 // not the small numbers of programs before gm
	}
	indexes := p.Protocol == Sixel
	p.Start(func() {
		pixels, err := canvas(c.placement, c.cell)
		switch {
		case err != nil:
			c.bytes = 0
		case indexes:
			c.indexed = reduce(pixels, cmp.Or(c.colors, defaultRegisters))
			c.bytes /= 2
		default:
			c.pixels = pixels
		}
		p.ready <- func() {
			p.busy = false
			p.remove(c.placement.Number)
			p.prepared[c.placement.Number] = c
			p.pixelBytes += c.bytes
		}
	})
}

// remove forgets a picture that is prepared, if there is one of that number.
func (p *Painter) remove(number uint32) {
	if c := p.prepared[number]; c != nil {
		p.pixelBytes -= c.bytes
		p.stale = append(p.stale, c.id)
		delete(p.prepared, number)
	}
}

func (p *Painter) appendPart(dst []byte, t part, rows int) []byte {
	c := t.of
	dst = append(dst, "\x1b["...)
	dst = strconv.AppendInt(dst, int64(t.Y+1), 10)
	dst = strconv.AppendInt(append(dst, ';'), int64(t.X+1), 10)
	dst = append(dst, 'H')
	area := picture.Rect{X: t.Column * c.cell.Width, Y: t.Row * c.cell.Height, Size: picture.Size{Width: t.Cols * c.cell.Width, Height: t.Rows * c.cell.Height}}
	switch p.Protocol {
	case Kitty:
		return p.appendKitty(dst, t, area)
	case ITerm2:
		return appendFile(dst, t, area)
	}
	if t.Y+t.Rows >= rows { // a sixel that reaches below the window would scroll it
		area.Height -= area.Height % sixelHeight
	}
	return appendSixel(dst, c.indexed, area)
}

// discard forgets pictures that the screen does not show, if there are many, those first that
// it has not shown for the longest time. It appends the deletion of all that are forgotten.
func (p *Painter) discard(dst []byte) []byte {
	hidden := slices.DeleteFunc(slices.Collect(maps.Keys(p.prepared)), func(n uint32) bool { return p.prepared[n].shown == p.frame })
	slices.SortFunc(hidden, func(a, b uint32) int { return p.prepared[a].shown - p.prepared[b].shown })
	for len(hidden) > 0 && (len(p.prepared) > maxPrepared || p.pixelBytes > maxPixels/2) {
		p.remove(hidden[0])
		hidden = hidden[1:]
	}
	for _, id := range p.stale {
		dst = appendDeletion(dst, id)
	}
	p.stale = p.stale[:0]
	return dst
}

// Stop appends the output that removes what the terminal keeps of pictures.
func (p *Painter) Stop(dst []byte) []byte {
	for n := range p.prepared {
		p.remove(n)
	}
	p.shown = nil
	return p.discard(dst)
}
