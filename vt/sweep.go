package vt

// sweep moves the terminal to new tables that hold only what is in use. Screens
// that were taken before keep the old ones.
func (t *Terminal) sweep() {
	old, fresh := t.screen.tables, newTables()
	t.work += t.screen.cols*len(t.screen.rows) + len(old.styles.list) + len(old.clusters.list) + len(old.links.list)
	t.screen.tables = fresh
	m := mover{from: old, to: fresh, styles: make(map[uint16]uint16)}
	for _, rows := range [][]*row{t.screen.rows, t.hidden} {
		for y, r := range rows {
			rows[y] = m.row(r, t.screen.owner)
		}
	}
	t.screen.Pen = m.rendition(t.screen.Pen)
	for i := range t.saves {
		t.saves[i].pen = m.rendition(t.saves[i].pen)
	}
	fresh.styles.swept()
	fresh.clusters.swept()
	fresh.links.swept()
	t.penChanged()
}

// mover carries cells from one set of tables to another.
type mover struct {
	from, to *tables
	styles   map[uint16]uint16
}

func (m *mover) row(r *row, o *owner) *row {
	r = r.clone(o)
	for x, c := range r.cells {
		r.cells[x] = m.cell(c)
	}
	return r
}

func (m *mover) cell(c Cell) Cell {
	if c&cellCluster != 0 {
		text := m.from.clusters.list[c&cellRune]
		c = c&^(cellRune|cellCluster) | m.to.textCell(text)
	}
	if c.style() == 0 {
		return c
	}
	n, ok := m.styles[c.style()]
	if !ok {
		s := m.from.styles.list[c.style()]
		s.link = m.link(s.link)
		n = m.to.styles.number(s)
		m.styles[c.style()] = n
	}
	return c.withStyle(n)
}

func (m *mover) rendition(r Rendition) Rendition {
	r.Link = m.link(r.Link)
	return r
}

func (m *mover) link(n uint16) uint16 {
	return uint16(m.to.links.number(m.from.links.list[n]))
}
