package vt

// compactTables makes room in tables that are full: of styles by taking back
// numbers, unless another screen may hold some, else by moving to new tables.
func (t *Terminal) compactTables() {
	old := t.screen.tables
	t.work += t.screen.cols*len(t.screen.rows) + old.styles.used + len(old.clusters.list) + len(old.links.list)
	if old.shared || old.clusters.nearlyFull() || old.links.nearlyFull() {
		t.moveTables()
	} else {
		t.reclaimStyles()
	}
	t.compactions++
	t.blankOf = noColor
	t.history.pens.reset()
	t.penChanged()
}

// reclaimStyles gives the numbers of styles anew that no cell has.
func (t *Terminal) reclaimStyles() {
	tables := t.screen.tables
	tables.styles.unmark()
	for _, rows := range [][]*row{t.screen.rows, t.hidden} {
		for _, r := range rows {
			tables.styles.mark(r.cells[:r.end])
		}
	}
	tables.styles.reclaim()
	tables.forget()
}

// moveTables moves the terminal to new tables that hold only what is in use. Screens
// that were taken before keep the old ones.
func (t *Terminal) moveTables() {
	old, fresh := t.screen.tables, newTables()
	fresh.widths, fresh.recent = old.widths, old.recent
	fresh.links.limit, fresh.links.most = old.links.limit, old.links.most
	fresh.forget()
	old.recent = nil
	fresh.styles.enough = old.styles.enough
	t.screen.tables = fresh
	m := tableCopier{from: old, to: fresh, styles: make([]uint16, len(old.styles.list))}
	for _, rows := range [][]*row{t.screen.rows, t.hidden} {
		for y, r := range rows {
			rows[y] = m.row(r, t.screen.owner)
		}
	}
	t.screen.Pen.Link = m.link(t.screen.Pen.Link)
	for i := range t.saves {
		t.saves[i].pen.Link = m.link(t.saves[i].pen.Link)
	}
	fresh.styles.settle()
	fresh.clusters.markCompacted()
	fresh.links.markCompacted()
}

// tableCopier carries cells from one set of tables to another.
type tableCopier struct {
	from, to *tables
	styles   []uint16 // the numbers in to; 0 for those not known yet
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
