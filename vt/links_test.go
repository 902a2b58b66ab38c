package vt

import (
	"fmt"
	"strings"
	"testing"
)

// linked fills a screen with links of the greatest length, a different one in each
// cell, from a number of links in turn.
func linked(term *Terminal, cells, different int) {
	for i := range cells {
		typedInto(term, fmt.Sprintf("\x1b[4%dm\x1b]8;;http://%d/%s\a%c", i%8, i%different, strings.Repeat("x", maxURI-20), 'a'+i%26))
	}
	typedInto(term, "\x1b]8;;\a")
}

// TestLinksAreBounded checks the limits of the links of a table and of a frame.
// Text and colours stay, and links that fit are shown again when the others are
// gone.
func TestLinksAreBounded(t *testing.T) {
	for _, different := range []int{50, 10_000} {
		term := NewTerminal(80, 24, Options{History: 100})
		plain := NewTerminal(80, 24, Options{})
		for range 3 {
			typedInto(term, "\x1b[H")
			linked(term, 80*24, different)
			if n := term.screen.tables.links.bytes; n > maxLinkBytes {
				t.Fatalf("%d links in turn: a table has %d bytes", different, n)
			}
			s := term.Snapshot()
			for name, d := range map[string]Dialect{"full": Full(), "xterm": UserTerminal("xterm-256color", "")} {
				diff := AppendDiff(nil, NewScreen(80, 24), s, d)
				if len(diff) > maxFrameLinks+80*24*20 {
					t.Errorf("%d links in turn: a frame of %d bytes (%s)", different, len(diff), name)
				}
			}
			checkDiff(t, NewScreen(80, 24), s, Full())
			for i := range 80 * 24 {
				typedInto(plain, fmt.Sprintf("\x1b[4%dm%c", i%8, 'a'+i%26))
			}
			for y := range 24 {
				for x := range 80 {
					a, b := s.Cell(x, y), plain.screen.Cell(x, y)
					if string(s.AppendText(nil, a)) != string(plain.screen.AppendText(nil, b)) || s.Rendition(a).Bg != plain.screen.Rendition(b).Bg {
						t.Fatalf("%d links in turn: cell %d,%d differs from that without links", different, x, y)
					}
				}
			}
			typedInto(plain, "\x1b[H")
		}
		typedInto(term, "\x1b[m\x1b[2J\x1b[H")
		for i := range maxLinks {
			typedInto(term, fmt.Sprintf("\x1b[H\x1b]8;;http://short/%d\ax", i))
		}
		s := term.Snapshot()
		if got := s.tables.links.list[s.Rendition(s.Cell(0, 0)).Link].URI; !strings.HasPrefix(got, "http://short/") {
			t.Errorf("%d links in turn: afterwards a link is %q", different, got)
		}
	}
}

// TestLinksOfTwoScreens checks that a receiver whose screen is full of links can
// show another such screen.
func TestLinksOfTwoScreens(t *testing.T) {
	half := func(from int, name string) *Screen {
		term := NewTerminal(40, 24, Options{})
		typedInto(term, strings.Repeat("y", 40*24)) // so that no erasing is needed
		for i := range 115 {
			typedInto(term, fmt.Sprintf("\x1b[%d;%dH\x1b]8;;http://%s/%d/%s\ax", from+i/20, 1+i%20*2, name, i, strings.Repeat("x", maxURI-30)))
		}
		typedInto(term, "\x1b]8;;\a\x1b[H")
		if s := term.screen; s.tables.links.used < 115 || s.tables.links.bytesFull {
			t.Fatalf("%d links fit", s.tables.links.used)
		}
		return term.Snapshot()
	}
	shown := NewScreen(40, 24)
	for i := range 6 {
		next := half([]int{1, 13, 5, 18}[i%4], fmt.Sprint(i))
		got := resumed(t, shown, AppendDiff(nil, shown, next, Full()), 40, 24)
		if !events(got, next).Equal(next) {
			t.Fatalf("step %d: %s", i, explain(got, next, Full()))
		}
		shown = got
	}
}
