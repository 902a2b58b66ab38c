package vt

import "gm/vt/parser"

// tabStops is a bit for each column; nil is a stop at every eighth, as after
// RIS.
type tabStops []uint64

const everyEighth = 0x0101010101010101

func (s tabStops) has(x int) bool {
	if s == nil {
		return x%8 == 0
	}
	return s[x/64]>>(x%64)&1 != 0
}

// put sets or clears the stop at column x.
func (s *tabStops) put(x int, on bool) {
	if *s == nil {
		s.eighths()
	}
	(*s)[x/64] &^= 1 << (x % 64)
	if on {
		(*s)[x/64] |= 1 << (x % 64)
	}
}

func (s *tabStops) eighths() {
	*s = make(tabStops, MaxCols/64+1)
	for i := range *s {
		(*s)[i] = everyEighth
	}
}

// tab moves n stops to the right, to the margin at most (HT, CHT). With the fix
// for more(1) (?41) a pending wrap is done first, to the first column, and then
// one stop is gone to, as in xterm.
func (t *Terminal) tab(n int) {
	c := &t.screen.Cursor
	if c.PendingWrap && t.modes.has(moreFix) {
		t.index()
		c.X, n = 0, 1
	}
	limit := t.rightLimit()
	c.X = min(c.X, limit)
	t.work += limit - c.X
	for ; n > 0 && c.X < limit; n-- {
		for c.X++; c.X < limit && !t.tabs.has(c.X); {
			c.X++
		}
	}
}

// backTab moves n stops to the left (CBT). A pending wrap stays, as in xterm.
func (t *Terminal) backTab(n int) {
	c := &t.screen.Cursor
	limit := 0
	if t.modes.has(decom) {
		limit = t.leftLimit()
	}
	t.work += max(c.X-limit, 0)
	for ; n > 0 && c.X > limit; n-- {
		for c.X--; c.X > limit && !t.tabs.has(c.X); {
			c.X--
		}
	}
}

func (t *Terminal) setTab()                { t.tabs.put(t.screen.Cursor.X, true) }
func (t *Terminal) cht(s *parser.Sequence) { t.tab(s.Count(0)) }
func (t *Terminal) cbt(s *parser.Sequence) { t.backTab(s.Count(0)) }

// tbc clears the stop at the cursor, or all of them (TBC).
func (t *Terminal) tbc(s *parser.Sequence) {
	switch s.At(0, 0) {
	case 0:
		t.tabs.put(t.screen.Cursor.X, false)
	case 3:
		t.tabs = make(tabStops, MaxCols/64+1)
	}
}

// decst8c sets a stop at every eighth column (DECST8C).
func (t *Terminal) decst8c(s *parser.Sequence) {
	if s.At(0, 0) == 5 {
		t.tabs = nil
	}
}
