package vt

import (
	"fmt"
	"strings"
	"testing"
)

// pushLines appends lines of a text and their number to the history of s.
func pushLines(w *historyWriter, s *Screen, n int, text string) {
	line := NewTerminal(MaxCols, 1, Options{})
	for range n {
		typedInto(line, fmt.Sprintf("\r\x1b[K%d %s", s.history.next, text))
		w.push(s, line.screen.rows[0])
	}
}

// checkLines fails unless each line of s has its number and the text for it.
func checkLines(t *testing.T, name string, s *Screen, text func(n uint64) string) {
	t.Helper()
	for n, line := range keptLines(s) {
		if want := fmt.Sprintf("%d %s", n, text(n)); line != want {
			t.Fatalf("%s: line %d is %.20q, want %.20q", name, n, line, want)
		}
	}
}

// TestHistoryBlocksAreNotShared appends a block to each of two copies of a history that has
// room for one more.
func TestHistoryBlocksAreNotShared(t *testing.T) {
	const long = 200
	s := NewTerminal(MaxCols, 1, Options{History: 10_000}).screen
	var w historyWriter
	for len(s.history.blocks) < 3 {
		pushLines(&w, s, 1, strings.Repeat("x", long))
	}
	start := s.history.next
	copies := map[string]*Screen{"a": s.Clone(), "b": s.Clone()}
	for name, c := range copies {
		var w historyWriter
		pushLines(&w, c, historyBlock/long+20, strings.Repeat(name, long))
	}
	for name, c := range copies {
		checkLines(t, name, c, func(n uint64) string {
			if n < start {
				return strings.Repeat("x", long)
			}
			return strings.Repeat(name, long)
		})
	}
}

// TestHistoryWriterLeavesSharedBlock has a copy append to the block that the writer of the
// original is in.
func TestHistoryWriterLeavesSharedBlock(t *testing.T) {
	s := NewTerminal(MaxCols, 1, Options{History: 1000}).screen
	var first, second historyWriter
	pushLines(&first, s, 5, "both")
	c := s.Clone()
	pushLines(&second, c, 3, "copy")
	pushLines(&first, s, 4, "original")
	for name, s := range map[string]*Screen{"original": s, "copy": c} {
		checkLines(t, name, s, func(n uint64) string {
			if n < 5 {
				return "both"
			}
			return name
		})
	}
}

// TestHistoryMemoryIsUsedOnce fills several blocks after one was dropped: only the first may
// take its memory.
func TestHistoryMemoryIsUsedOnce(t *testing.T) {
	s := NewTerminal(MaxCols, 1, Options{History: 3000}).screen
	var w historyWriter
	pushLines(&w, s, 8000, "short")
	start := s.history.next
	pushLines(&w, s, 300, strings.Repeat("long", 300))
	checkLines(t, "history", s, func(n uint64) string {
		if n < start {
			return "short"
		}
		return strings.Repeat("long", 300)
	})
}

// TestHistoryDropsNoMoreThanNeeded fills a history beyond its limits of lines and of bytes.
func TestHistoryDropsNoMoreThanNeeded(t *testing.T) {
	t.Run("lines", func(t *testing.T) {
		s := NewTerminal(MaxCols, 1, Options{History: 10}).screen
		var w historyWriter
		pushLines(&w, s, 10_000, "short")
		if n := len(s.history.blocks); n > 2 {
			t.Errorf("%d blocks for 10 lines", n)
		}
	})
	t.Run("bytes", func(t *testing.T) {
		s := NewTerminal(MaxCols, 1, Options{History: MaxHistory}).screen
		var w historyWriter
		line := typedInto(NewTerminal(MaxCols, 1, Options{}), strings.Repeat("0123456789", MaxCols/10)).screen.rows[0]
		for range maxHistoryBytes/MaxCols + 200 {
			w.push(s, line)
		}
		h := &s.history
		if n := h.size(&history{}) - h.newest().size(); n > maxHistoryBytes || n < maxHistoryBytes*9/10 {
			t.Errorf("%d bytes are kept, the limit is %d", n, maxHistoryBytes)
		}
	})
}

// TestHistoryOfOrdinaryText: 10,000 lines of text in colour take at most 2 MB.
func TestHistoryOfOrdinaryText(t *testing.T) {
	term := NewTerminal(120, 40, Options{History: 10_000})
	for i := range 20_000 {
		fmt.Fprintf(term, "-rw-r--r-- 1 root root %8d Nov 30 12:%02d \x1b[01;34mdirectory/of/packages/file-%d.go\x1b[0m: %s\r\n", i*37, i%60, i, strings.Repeat("word ", i%8))
	}
	s := term.Snapshot()
	if first, end := s.History(); end-first != 10_000 {
		t.Errorf("%d lines", end-first)
	}
	size := 0
	for _, b := range s.history.blocks {
		size += cap(b.data) + 4*cap(b.ends) + penBytes*cap(b.pens) + linkBytes*cap(b.links)
	}
	t.Logf("%d bytes", size)
	if size > 2<<20 {
		t.Errorf("%d bytes", size)
	}
}
