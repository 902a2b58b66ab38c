package vt

// Limits of the history.
const (
	MaxHistory      = 100_000  // lines
	maxHistoryBytes = 16 << 20 // of blocks
	historyBlock    = 16 << 10 // bytes of a block; a longer line has one of its own
)

// history is what scrolled off the main screen, oldest first: encoded lines in
// blocks. The oldest block goes whole when a limit is passed.
type history struct {
	limit  int // lines to keep; 0 keeps nothing
	blocks []*block
	newest *block // the last of blocks, or nil
	lines  int
	bytes  int      // of the blocks, as size has them
	spare  *block   // one that went, for its memory
	pens   penIndex // of the newest block
}

// push appends a row and returns how many bytes it takes.
func (h *history) push(r *row, t *tables) (size int) {
	if h.limit == 0 {
		return 0
	}
	b := h.newest
	if b == nil || len(b.data) >= historyBlock || b.from != t {
		b = h.open(t)
	}
	was := b.size()
	b.encode(r, t, &h.pens)
	b.ends = append(b.ends, uint32(len(b.data)))
	h.lines++
	size = b.size() - was
	h.bytes += size
	for len(h.blocks) > 1 && (h.lines > h.limit+len(h.blocks[0].ends) || h.bytes > maxHistoryBytes) {
		h.dropOldest()
	}
	return size
}

// open gives a new block to append to.
func (h *history) open(t *tables) *block {
	b := h.spare
	h.spare = nil
	if b == nil {
		b = &block{data: make([]byte, 0, historyBlock+historyBlock/8)}
	}
	b.reset(t)
	h.bytes += b.size()
	h.pens.reset()
	h.blocks, h.newest = append(h.blocks, b), b
	return b
}

func (h *history) dropOldest() {
	b := h.blocks[0]
	h.lines -= len(b.ends)
	h.bytes -= b.size()
	h.spare = b
	n := copy(h.blocks, h.blocks[1:])
	h.blocks[n] = nil
	h.blocks = h.blocks[:n]
}

func (h *history) clear() { *h = history{limit: h.limit} }
