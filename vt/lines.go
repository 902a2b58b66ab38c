package vt

// AppendLines appends the first n rows of s as lines of text with their
// renditions, for a terminal in its initial state whose cursor is at the start of a
// line: what is shown there is left behind. It ends in the same state. A line that
// goes on in the next row is one for the terminal too, if its window is as wide.
func AppendLines(dst []byte, s *Screen, n int, d Dialect) []byte {
	d.ContestedWidths = false // after such a character there is no way but to go on
	w := newDiffer(dst, s, s, d)
	w.pen, w.link, w.sure = Rendition{}, Link{}, false
	rows := s.rows[:min(n, len(s.rows))]
	for y, r := range rows {
		w.x, w.place = 0, known
		for _, c := range r.cells[:w.lineEnd(r)] {
			if !c.Tail() {
				w.print(c, 1)
			}
		}
		w.setPen(Rendition{})
		if !r.wrapped || r.cells[s.cols-1].Blank() || y+1 == len(rows) || w.lineEnd(rows[y+1]) == 0 {
			w.out = append(w.out, "\r\n"...)
		}
	}
	return w.out
}

// lineEnd returns the number of columns up to the last that shows something.
func (d *differ) lineEnd(r *row) int {
	end := d.to.cols
	for end > 0 && r.cells[end-1].Blank() && d.look(d.b, r.cells[end-1]) == (Rendition{}) {
		end--
	}
	return end
}
