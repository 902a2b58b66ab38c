package vt

// Partway returns from with about half of the rows that are different in s, as
// s has them, in the size of s. All else is as in from. It reports false if fewer
// than two rows are different.
func (s *Screen) Partway(from *Screen) (*Screen, bool) {
	if from.cols != s.cols || len(from.rows) != len(s.rows) {
		from = from.Resized(s.cols, len(s.rows))
	}
	part := from.Clone()
	part.tables = s.tables
	part.tables.shared = true
	c := tableCopier{from: from.tables, to: s.tables, styles: make([]uint16, len(from.tables.styles.list))}
	cells := newEye(from, s, Full())
	different := 0
	for y, r := range s.rows {
		if !cells.sameRow(from.rows[y], r) {
			different++
		}
	}
	taken := 0
	for y, r := range s.rows {
		if taken < different/2 && !cells.sameRow(from.rows[y], r) {
			part.rows[y] = r
			taken++
		} else if from.tables != s.tables {
			part.rows[y] = c.row(from.rows[y], part.owner)
		}
	}
	part.Pen.Link = c.link(from.Pen.Link)
	part.enlarged = from.enlarged || s.enlarged
	return part, taken > 0
}
