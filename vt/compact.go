package vt

// compactTables makes room in tables that are full. It reclaims styles, unless
// another screen may hold their numbers; else it moves to new tables.
func (t *Terminal) compactTables() {
	old := t.screen.tables
	t.work += t.screen.cols*len(t.screen.rows) + old.styles.used + len(old.clusters.list) + len(old.links.list)
	if old.shared || old.clusters.nearlyFull() || old.links.nearlyFull() {
		t.moveTables()
	} else {
		t.reclaimStyles()
	}
	t.compactions++
	t.blankOf = impossibleColor
	t.historyWriter.block = nil
	t.penChanged()
}

func (t *Terminal) reclaimStyles() {
	tables := t.screen.tables
	tables.styles.unmark()
	for _, rows := range [][]*row{t.screen.rows, t.inactive} {
		for _, r := range rows {
			tables.styles.mark(r.cells[:r.end])
		}
	}
	tables.styles.reclaim()
	tables.forgetRecent()
}

// moveTables copies the values in use to new tables. Screens taken before keep the
// old ones.
func (t *Terminal) moveTables() {
	old, fresh := t.screen.tables, newTables()
	fresh.widths, fresh.recent = old.widths, old.recent
	fresh.links.limit, fresh.links.maxBytes = old.links.limit, old.links.maxBytes
	fresh.forgetRecent()
	fresh.pictures = old.pictures
	old.recent = nil
	fresh.styles.reclaimAt = old.styles.reclaimAt
	t.screen.tables = fresh
	m := tableCopier{from: old, to: fresh, styles: make([]uint16, len(old.styles.list))}
	for _, rows := range [][]*row{t.screen.rows, t.inactive} {
		for y, r := range rows {
			rows[y] = m.row(r, t.screen.owner)
		}
	}
	t.screen.Pen.Link = m.link(t.screen.Pen.Link)
	for i := range t.savedCursors {
		t.savedCursors[i].pen.Link = m.link(t.savedCursors[i].pen.Link)
	}
	fresh.styles.settle()
	fresh.clusters.markCompacted()
	fresh.links.markCompacted()
}

// tableCopier copies cells from one set of tables to another.
type tableCopier struct {
	from, to *tables
	styles   []uint16 // numbers in to by those in from; 0 if not copied yet
}

func (m *tableCopier) row(r *row, o *owner) *row {
	if r.owner != o {
		r = r.clone(o)
	}
	for x, c := range r.cells[:r.end] {
		r.cells[x] = m.cell(c)
	}
	return r
}

func (m *tableCopier) cell(c Cell) Cell {
	if c&cellCluster != 0 {
		text := m.from.clusters.list[c&cellRune]
		c = c&^(cellRune|cellCluster) | m.to.textCell(text)
	}
	if c.style() == 0 {
		return c
	}
	n := m.styles[c.style()]
	if n == 0 {
		s := m.from.styles.list[c.style()]
		s.link = m.link(s.link)
		n = m.to.styles.number(s)
		m.styles[c.style()] = n
	}
	return c.withStyle(n)
}

func (m *tableCopier) link(n uint16) uint16 {
	return uint16(m.to.links.number(m.from.links.list[n]))
}

// maxFrameLinks bounds the links needed to paint a screen, in bytes. If adjacent
// cells have so many long links that they exceed it, upper rows are shown without
// links.
const maxFrameLinks = 256 << 10

// linkFrame is about the number of bytes of OSC 8 beside the link's text.
const linkFrame = 16

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

func (s *Screen) linkBytes(r *row) (sum int) {
	var style Cell
	link := uint16(0)
	for _, c := range r.cells[:r.end] {
		if now := c & (cellStyle | cellDirect); now != style {
			style = now
			if now := s.tables.link(c); now != link {
				link = now
				sum += linkFrame + s.tables.links.list[link].size()
			}
		}
	}
	return sum
}

func (s *Screen) dropLinks(y int) {
	for x, c := range s.rows[y].cells[:s.rows[y].end] {
		if s.tables.link(c) != 0 {
			r := s.tables.rendition(c)
			r.Link = 0
			s.writable(y).cells[x] = c.withRendition(s.tables.renditionBits(r))
		}
	}
}

func (t *tables) link(c Cell) uint16 {
	if c&cellDirect != 0 {
		return 0
	}
	return t.styles.list[uint16(c>>cellStyleShift)].link
}
