//go:build linux

package main

import (
	"regexp"
	"strconv"
	"sync"
	"time"

	"gm/vt"
)

// transcript checks which of the numbered lines that a program writes, from 1 on, have come
// to a terminal: into its scrollback or onto its screen.
type transcript struct {
	lines int // that the program writes

	mu      sync.Mutex
	read    uint64    // number of the next line of the scrollback to read
	saved   lineCount // of the lines in the scrollback
	shown   lineCount // of those and the lines on the screen
	last    time.Time // when the last line was there first; zero if it was not
	all     time.Time // when all lines were there first; zero if they were not
	changed chan struct{}
}

func newTranscript(lines int) *transcript {
	return &transcript{lines: lines, saved: lineCount{counts: map[int]bool{}}, changed: make(chan struct{}, 1)}
}

// look reads the lines that have come since the last call.
func (t *transcript) look(now time.Time, s *vt.Screen) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, end := s.History()
	for ; t.read < end; t.read++ {
		if n, ok := lineNumber(historyText(s, t.read)); ok {
			t.saved.add(n)
		}
	}
	t.shown = t.saved.followed()
	_, rows := s.Size()
	for y := range rows {
		if n, ok := lineNumber(s.RowText(y)); ok {
			t.shown.add(n)
		}
	}
	if t.last.IsZero() && t.shown.newest == t.lines {
		t.last = now
	}
	if t.all.IsZero() && t.shown.inOrder == t.lines {
		t.all = now
	}
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// share returns the share of the lines that are in the terminal once and in order.
func (t *transcript) share() float64 { return float64(t.shown.inOrder) / float64(t.lines) }

// lineCount counts the lines that have come once, and in order.
type lineCount struct {
	before  *lineCount   // of the lines before these; nil for none
	counts  map[int]bool // reports for each line that has come whether it counts
	newest  int          // the highest number so far
	inOrder int          // lines that count
}

// followed returns the count of the lines of c and of others that come after them. It is
// valid until c changes.
func (c *lineCount) followed() lineCount {
	return lineCount{before: c, counts: map[int]bool{}, newest: c.newest, inOrder: c.inOrder}
}

func (c *lineCount) add(number int) {
	counted, known := c.counts[number]
	if !known && c.before != nil {
		counted, known = c.before.counts[number]
	}
	counts := !known && number > c.newest
	switch {
	case counts:
		c.newest = number
		c.inOrder++
	case counted:
		c.inOrder--
	}
	c.counts[number] = counts
}

// numbered matches the lines of playLines.
var numbered = regexp.MustCompile(`^\[? *(\d+)(?:/\d+\] .*)?$`)

func lineNumber(text string) (number int, ok bool) {
	m := numbered.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	number, err := strconv.Atoi(m[1])
	return number, err == nil
}

func historyText(s *vt.Screen, n uint64) string {
	cells, _, _ := s.AppendHistory(nil, n)
	var text []byte
	for _, c := range cells {
		text = s.AppendText(text, c)
	}
	return string(text)
}
