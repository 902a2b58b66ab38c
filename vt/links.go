package vt

// maxFrameLinks bounds the links that it takes to paint a screen, in bytes. Where cells
// have so many and long ones in turn that they are more, some of the rows have none, the upper ones first.
const maxFrameLinks = 256 << 10

// linkFrame is how many bytes OSC 8 has beside a link's text, about.
const linkFrame = 16

// limitLinks takes away links, so that those that remain fit into a frame.
func (s *Screen) limitLinks() {
	if s.cols*len(s.rows)*(s.tables.links.longest+linkFrame) <= maxFrameLinks || s.tables.links.bytes == 0 {
		return
	}
	sum := 0
	for y := len(s.rows) - 1; y >= 0; y-- {
		if n := s.linkBytes(s.rows[y]); sum+n <= maxFrameLinks {
			sum += n
		} else {
			s.dropLinks(y)
		}
	}
}

// linkBytes returns how many bytes the links of a row take.
func (s *Screen) linkBytes(r *row) (sum int) {
	var style Cell
	link := uint16(0)
	for _, c := range r.cells[:r.end] {
		if look := c & (cellStyle | cellDirect); look != style {
			style = look
			if now := s.tables.link(c); now != link {
				link = now
				sum += linkFrame + s.tables.links.list[link].size()
			}
		}
	}
	return sum
}

// dropLinks takes away the links of row y, if it has some.
func (s *Screen) dropLinks(y int) {
	for x, c := range s.rows[y].cells[:s.rows[y].end] {
		if s.tables.link(c) != 0 {
			r := s.tables.rendition(c)
			r.Link = 0
			s.writable(y).cells[x] = c.withRendition(s.tables.renditionBits(r))
		}
	}
}

// link returns the number of a cell's link.
func (t *tables) link(c Cell) uint16 {
	if c&cellDirect != 0 {
		return 0
	}
	return t.styles.list[uint16(c>>cellStyleShift)].link
}
