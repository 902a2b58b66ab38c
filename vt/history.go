package vt

import (
	"slices"
	"sort"
)

// Limits of the history.
const (
	MaxHistory      = 100_000  // lines
	maxHistoryBytes = 16 << 20 // of all blocks but the newest
	historyBlock    = 16 << 10 // bytes of a block; a longer line has one of its own
)

// history is a log of the lines that scrolled off the main screen, oldest first:
// encoded lines in blocks. Each line has a number for the whole session, from 0. No
// number is used twice. Numbers are missing where lines went back to the screen
// (see historyWriter.retract).
//
// Copies share the blocks. Lines appended to one copy do not appear in the others.
// Dropping the oldest lines drops them from all copies, so that copies hold no
// memory beyond the limits.
type history struct {
	blocks []*block // only appended to: see add
	next   uint64   // the number of the next line
	lines  int      // in blocks
	limit  int      // lines to keep; 0 keeps nothing
}

// History returns the number of the oldest line kept of those that scrolled off the
// main screen, and the number that the next one will have. The two are equal if
// none is kept.
func (s *Screen) History() (first, end uint64) { return s.history.first(), s.history.next }

// AppendHistory appends the cells of line n of the history, as cells of s, without
// the blanks at its end. wrapped reports whether the line continues in the next
// one. kept reports whether the line exists: it may have been dropped, even after s
// was taken, or have gone back to the screen when the window grew.
func (s *Screen) AppendHistory(dst []Cell, n uint64) (cells []Cell, wrapped, kept bool) {
	b, i := s.history.find(n)
	if b == nil {
		return dst, false, false
	}
	cells, wrapped = b.decode(dst, i, s.tables)
	return cells, wrapped, true
}

// HistoryContinues reports whether line n of the history continues in the next one.
func (s *Screen) HistoryContinues(n uint64) bool {
	_, wrapped, _ := s.AppendHistory(nil, n)
	return wrapped
}

// HistoryRange is Screen.History of the screen as it is now.
func (t *Terminal) HistoryRange() (first, end uint64) { return t.screen.History() }

// HasHistory reports whether line n of the history is kept.
func (s *Screen) HasHistory(n uint64) bool {
	b, _ := s.history.find(n)
	return b != nil
}

// HistoryRun returns the first run of lines with successive numbers at line n or after it.
// It is empty, at the number of the next line, if there is none.
func (s *Screen) HistoryRun(n uint64) (first, end uint64) {
	h := &s.history
	n = max(n, h.first())
	for i, b := range h.blocks {
		stop := b.first + uint64(h.count(i))
		switch {
		case b.dropped > 0 || stop <= n:
		case first < end && b.first > end:
			return first, end
		case first < end:
			end = stop
		default:
			first, end = max(n, b.first), stop
		}
	}
	if first == end {
		return h.next, h.next
	}
	return first, end
}

// HistoryWithin returns the end of the lines from line first on that have at most so many
// bytes as they are kept; of at least one line, if it is kept.
func (s *Screen) HistoryWithin(first uint64, bytes int) (end uint64) {
	h := &s.history
	for end = first; end < h.next; end++ {
		b, i := h.find(end)
		if b == nil {
			continue
		}
		if bytes -= b.lineSize(i); bytes < 0 && end > first {
			return end
		}
	}
	return h.next
}

// SetHistory sets the number of lines that the history keeps, at most MaxHistory. With
// recall, lines go back to the screen when the window grows. Without, they stay: a user's
// terminal that has them in its own scrollback need not have them twice.
func (t *Terminal) SetHistory(lines int, recall bool) {
	t.screen.KeepHistory(lines)
	t.historyWriter.off, t.recallOff = t.screen.history.limit == 0, !recall
}

// KeepHistory sets the number of lines that the history of s, and of the screens made
// from it, keeps: at most MaxHistory.
func (s *Screen) KeepHistory(lines int) {
	s.history.limit = min(max(lines, 0), MaxHistory)
}

// ClearHistory removes all lines of the history, as ED 3 does.
func (t *Terminal) ClearHistory() {
	t.historyWriter.clear(&t.screen.history)
	t.screen.Clears++
}

func (h *history) first() uint64 {
	extra := max(h.lines-h.limit, 0)
	for i, b := range h.blocks {
		n := h.count(i)
		if extra < n && b.dropped == 0 {
			return b.first + uint64(extra)
		}
		extra = max(extra-n, 0)
	}
	return h.next
}

// find returns the block of line n and the line's index in it. The block is nil if
// the line is not kept.
func (h *history) find(n uint64) (b *block, i int) {
	if n < h.first() {
		return nil, 0
	}
	at := sort.Search(len(h.blocks), func(i int) bool { return h.blocks[i].first > n }) - 1
	if at < 0 || n-h.blocks[at].first >= uint64(h.count(at)) || h.blocks[at].dropped > 0 {
		return nil, 0
	}
	return h.blocks[at], int(n - h.blocks[at].first)
}

func (h *history) before(n uint64) (line uint64, ok bool) {
	for i, b := range slices.Backward(h.blocks) {
		if b.first < n {
			line = min(n, b.first+uint64(h.count(i))) - 1
			return line, line >= h.first()
		}
	}
	return 0, false
}

// count returns the number of lines in block i. Other copies may have appended more
// to the same block.
func (h *history) count(i int) int {
	b, end := h.blocks[i], h.next
	if i+1 < len(h.blocks) {
		end = h.blocks[i+1].first
	}
	return min(len(b.ends)+b.dropped, int(end-b.first))
}

// newest returns the last block if the next line can be appended to it, else nil.
func (h *history) newest() *block {
	if len(h.blocks) == 0 {
		return nil
	}
	if b := h.blocks[len(h.blocks)-1]; b.first+uint64(len(b.ends)) == h.next {
		return b
	}
	return nil
}

// add appends a block. The slice of blocks is shared with copies of h: if one of
// them has used the place, h moves to memory of its own.
func (h *history) add(b *block) {
	if n := len(h.blocks); n < cap(h.blocks) && h.blocks[:n+1][n] != nil {
		h.blocks = slices.Clip(h.blocks)
	}
	h.blocks = append(h.blocks, b)
}

// size returns about how many bytes of memory h holds and shared does not.
func (h *history) size(shared *history) (size int) {
	var last *block
	if len(shared.blocks) > 0 {
		last = shared.blocks[len(shared.blocks)-1]
	}
	for _, b := range slices.Backward(h.blocks) {
		if b == last {
			break
		}
		size += b.size()
	}
	return size
}

// historyWriter appends lines to the history of a terminal's screen.
type historyWriter struct {
	off   bool      // lines are not kept
	block *block    // the newest block of the history, if pens describes it, else nil
	pens  *penIndex // nil until the first line
	spare block     // memory of a dropped block
	// tables are those of the cells that Terminal.receiveLine has appended last.
	tables *tables
}

func (w *historyWriter) push(s *Screen, r *row) (size int) {
	if w.off {
		return 0
	}
	if r.wrapped && !r.full() {
		ended := *r
		ended.wrapped = false
		r = &ended
	}
	return w.append(&s.history, r, s.tables)
}

// append appends a row whose cells have the tables t, the same as those of the rows
// before it unless w.block is nil.
func (w *historyWriter) append(h *history, r *row, t *tables) (size int) {
	b := w.block
	if b == nil || b.first+uint64(len(b.ends)) != h.next || len(b.data) >= historyBlock {
		b = w.open(h)
	}
	was := len(b.data)
	b.encode(r, t, w.pens)
	b.ends = append(b.ends, uint32(len(b.data)))
	h.next++
	h.lines++
	return len(b.data) - was
}

// open returns the block to append to: the newest, or a new one if that is full or
// shared. It drops the oldest blocks before it makes a new one.
func (w *historyWriter) open(h *history) *block {
	b := h.newest()
	if b == nil || len(b.data) >= historyBlock {
		w.drop(h)
		b = w.newBlock(h.next)
		h.add(b)
	}
	if w.pens == nil {
		w.pens = new(penIndex)
	}
	*w.pens = penIndex{}
	w.block = b
	return b
}

// retract removes the newest n lines, which went back to the screen. Their numbers
// are not used again.
func (w *historyWriter) retract(h *history, n int) {
	w.block = nil
	h.lines -= n
	for n > 0 {
		last := len(h.blocks) - 1
		kept := h.count(last) - n
		if kept > 0 {
			h.blocks = append(slices.Clone(h.blocks[:last]), h.blocks[last].head(kept))
			return
		}
		h.blocks = slices.Clip(h.blocks[:last])
		n = -kept
	}
}

// drop removes the oldest blocks while all their lines are beyond the limit or the
// blocks are too large.
func (w *historyWriter) drop(h *history) {
	size := h.size(&history{})
	for len(h.blocks) > 0 && (h.lines > h.limit+h.count(0) || size > maxHistoryBytes) {
		b := h.blocks[0]
		size -= b.size()
		h.lines -= h.count(0)
		h.blocks = h.blocks[1:]
		if b.dropped == 0 {
			w.spare = b.release()
		}
	}
}

func (w *historyWriter) newBlock(first uint64) *block {
	b := w.spare
	w.spare = block{}
	if b.data == nil {
		b.data = make([]byte, 0, historyBlock+historyBlock/8)
	}
	b.reset()
	b.first = first
	return &b
}

func (w *historyWriter) clear(h *history) {
	for _, b := range h.blocks {
		if b.dropped == 0 {
			b.release()
		}
	}
	h.blocks, h.lines = nil, 0
	*w = historyWriter{off: w.off}
}

// erasedScreen decides which screens that ED 2 erases are added to the history.
type erasedScreen struct {
	allowed bool
	last    uint64 // a hash of the text of the one that was added last
}

// AllowErased makes the next ED 2 add the main screen to the history, as in many
// terminals. Others do not: a program that erases the screen for each of its frames
// would fill the history with them.
func (t *Terminal) AllowErased() { t.erased.allowed = true }

// saveErased adds the rows that are in use to the history, unless they are those that
// were added last.
func (t *Terminal) saveErased() {
	if t.altActive || !t.erased.allowed || t.historyWriter.off {
		return
	}
	used, hash := 0, uint64(0)
	for y, r := range t.screen.rows {
		if key := rowKey(r, 0); key != 0 {
			used, hash = y+1, (hash^key^uint64(y))*0x100000001b3
		}
	}
	if used == 0 || hash == t.erased.last {
		return
	}
	t.erased = erasedScreen{last: hash}
	for _, r := range t.screen.rows[:used] {
		t.work += (r.end + t.historyWriter.push(t.screen, r)) / cheapMove
	}
}
