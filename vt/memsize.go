package vt

import "slices"

// cellBytes is the size of a Cell.
const cellBytes = 8

// MemSize returns about how many bytes of memory s holds and shared does not.
// shared may be nil. A receiver of screens bounds the sum of it.
func (s *Screen) MemSize(shared *Screen) int {
	if shared == nil {
		size := s.textSize() + s.cols*len(s.rows)*cellBytes + s.tables.memSize()
		if s.Colors != nil {
			size += colorsBytes
		}
		return size + s.Events.memSize() + s.history.size(&history{})
	}
	size := s.history.size(&shared.history)
	for y, r := range s.rows {
		if y >= len(shared.rows) || r != shared.rows[y] {
			size += len(r.cells) * cellBytes
		}
	}
	if s.tables != shared.tables {
		size += s.tables.memSize()
	}
	if s.Colors != nil && s.Colors != shared.Colors {
		size += colorsBytes
	}
	if s.Events != shared.Events {
		size += s.Events.memSize()
	}
	if !slices.Equal(s.Clipboards, shared.Clipboards) || s.Title != shared.Title || s.Icon != shared.Icon ||
		s.Directory != shared.Directory || !slices.Equal(s.Notes, shared.Notes) {
		size += s.textSize()
	}
	return size
}

func (s *Screen) textSize() int {
	size := len(s.Title) + len(s.Icon) + len(s.Directory) + len(s.Pointer)
	for _, n := range s.Notes {
		size += len(n.Name) + len(n.Value)
	}
	for _, c := range s.Clipboards {
		size += len(c.Data)
	}
	return size
}

// entryBytes is about the size of a table's entry beside its text: the value in the
// list and in the index.
const entryBytes = 128

// textMeasure counts the entries of the tables measured so far and the bytes of
// their text.
type textMeasure struct{ clusters, links, text int }

// memSize returns about how many bytes all entries take. Clusters and links are
// never removed, so each is measured once.
func (t *tables) memSize() int {
	m := &t.textMeasure
	for ; m.clusters < len(t.clusters.list); m.clusters++ {
		m.text += len(t.clusters.list[m.clusters])
	}
	for ; m.links < len(t.links.list); m.links++ {
		m.text += t.links.list[m.links].size()
	}
	return m.text + entryBytes*(len(t.styles.list)+m.clusters+m.links)
}
