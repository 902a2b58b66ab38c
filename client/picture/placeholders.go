package picture

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gm/vt"
)

// IDs returns the first byte of the ids of pictures in kitty, which differs from session to
// session: programs that were in the terminal before have other ids.
func (p *Painter) IDs() uint8 {
	for p.idByte == 0 {
		p.idByte = uint8(rand.Uint32())
	}
	return p.idByte
}

// AppendNew appends the pictures on a screen that the terminal does not have, if they are shown
// by placeholders, and returns the screen as it can be painted then: with blanks in place of
// pictures that have not arrived. Placeholders that kitty draws while it reads their picture
// would stay blank. repaint is called if the placeholders on the screen must be printed again.
func (p *Painter) AppendNew(dst []byte, s *vt.Screen, repaint func()) ([]byte, *vt.Screen) {
	if p.Protocol != Placeholders || p.Cell.Width <= 0 || p.Cell.Height <= 0 {
		return dst, s
	}
	ready := make(map[uint32]bool)
	for _, t := range p.parts(s) {
		c := t.of
		ready[t.Number] = true
		if c.id != 0 {
			continue
		}
		c.id = uint32(p.IDs())<<24 | t.Number
		if i := slices.Index(p.stale, c.id); i >= 0 { // another size of cells
			p.stale = slices.Delete(p.stale, i, i+1)
			repaint()
		}
		dst = p.appendTransmission(dst, c, fmt.Sprintf("a=T,U=1,c=%d,r=%d", c.placement.Cols, c.placement.Rows))
	}
	return p.discard(dst), s.WithoutPictures(func(n uint32) bool { return ready[n] })
}
