package vt

// cellBytes is the size of a Cell.
const cellBytes = 8

// Weight is about how many bytes of memory s takes if it shares nothing with
// another screen. A peer that sends screens is held to a sum of it.
func (s *Screen) Weight() int {
	text := len(s.Title) + len(s.Icon) + len(s.Clipboard.Data) + len(s.Notice.Command) + len(s.Directory)
	return s.cols*len(s.rows)*cellBytes + text + s.tables.weigh()
}

// entryBytes is about what an entry of a table takes beside its text: twice
// the value, in the list and in the index.
const entryBytes = 128

// weighed is what the entries of tables weigh that were looked at.
type weighed struct{ clusters, links, text int }

// weigh gives the bytes that all entries take. Tables only grow, so each is
// looked at once.
func (t *tables) weigh() int {
	w := &t.weighed
	for ; w.clusters < len(t.clusters.list); w.clusters++ {
		w.text += len(t.clusters.list[w.clusters])
	}
	for ; w.links < len(t.links.list); w.links++ {
		w.text += len(t.links.list[w.links].ID) + len(t.links.list[w.links].URI)
	}
	return w.text + entryBytes*(len(t.styles.list)+w.clusters+w.links)
}
