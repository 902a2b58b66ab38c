package vt

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The greatest cost of a byte of output, in cells read or written. A cell takes about a
// nanosecond, some three (BenchmarkCost).
const maxWorkPerByte = 2600

const costCols, costRows = 200, 50

// costContents fill a screen with the most expensive content: a style in each cell,
// marks, wide characters, and every second cell protected.
func costContents() []string {
	var all []string
	for _, cell := range []func(n int) string{
		func(n int) string { return fmt.Sprintf("\x1b[%d\"q\x1b[4:3m%c", n%2, 'a'+n%26) },
		func(n int) string { return fmt.Sprintf("%c\u0301", 'a'+n%26) },
		func(n int) string { return []string{"日", ""}[n%2] },
	} {
		var b strings.Builder
		for y := range costRows {
			fmt.Fprintf(&b, "\x1b[%dH", y+1)
			for x := range costCols {
				fmt.Fprintf(&b, "\x1b[38;2;%d;%d;0m", x, y)
				b.WriteString(cell(y*costCols + x))
			}
		}
		b.WriteString("\x1b[m\x1b[\"q\x1b[H")
		all = append(all, b.String())
	}
	return all
}

// costSetups are states in which functions cost more than usual.
var costSetups = []string{
	"", "\x1b[50;200H", "\x1b[41m", "\x1bV\x1b[48;2;1;2;3m",
	"\x1b[?69h\x1b[3;4s\x1b[1;3H", "\x1b[?69h\x1b[1;100s\x1b[50H", "\x1b[?69h\x1b[100s\x1b[50;200H", "\x1b[?69h\x1b[2;199s\x1b[2;2H", "\x1b[?69h\x1b[1;199s\x1b[50H",
	"\x1b[2;49r\x1b[2H", "\x1b[2;49r\x1b[49;3H", "\x1b[2;3r\x1b[50H",
	"\x1b[4h", "\x1b[?7l", "\x1b[?45h", "\x1b[3g\x1b[25H", "\x1b[?2027h", "\x1b[2*x", "\x1b(0\x1b)0", "\x1b#6\x1b[2H\x1b#3", "\x1b[?6h\x1b[5;40r",
	"\x1b[?40h", "\x1b[?2031;2048h", "\x1b[?1049h\x1b[41m\x1b[2J", "\x1b[20h\x1b[50H", "\x1b[62\"p",
}

// costQueries returns every function with short parameters, which cost most per
// byte.
func costQueries() (all []query) {
	modes := []int{3, 6, 7, 40, 45, 47, 69, 1047, 1048, 1049, 2026, 2048}
	for _, q := range csiQueries() {
		final := q.input[len(q.input)-1]
		few := q.first == -1 || q.first == 1 || q.first == 65535 || strings.IndexByte("hlrs", final) >= 0 && slices.Contains(modes, q.first)
		if few && !strings.Contains(q.input, "31337") {
			all = append(all, q)
		}
	}
	areas := []string{"1;1;25;200;1;26;1", ";;;;;2", ";;;;1", ";;;;;;2", "2;199", "88"}
	for _, q := range csiQueries() {
		if final, found := strings.CutPrefix(q.function, "CSI "); found && q.first == -1 && strings.ContainsAny(final, "$*'") {
			for _, area := range areas {
				all = append(all, query{q.function, -1, "\x1b[" + area + final})
			}
		}
	}
	for _, q := range queries() {
		if strings.HasPrefix(q.function, "C0") || strings.HasPrefix(q.function, "ESC") && (len(q.input) < 3 || q.input[1] == '#') {
			all = append(all, q)
		}
	}
	for _, c := range "xé日\u0301" {
		all = append(all, query{"print", -1, string(c)})
		for _, n := range []string{"", "9", "99", "9999", "65535"} {
			all = append(all, query{"CSI b", -1, string(c) + "\x1b[" + n + "b"})
		}
	}
	for _, list := range []string{
		"\x1bP+q" + strings.Repeat("544E;", 1000) + "\x1b\\", "\x1b]4" + strings.Repeat(";1;?", 1000) + "\a", "\x1b]104" + strings.Repeat(";1", 1000) + "\a", "\x1b]4" + strings.Repeat(";1;x", 1000) + "\a", "\x1b]4;1;red\a\x1b[?2026h\x1b]4;1;#123\a\x1b[?2026l", "\x1b]10;a;b;c;d;e;f\a", "\x1b]10;red;blue\a", "\x1b]104\a", "\x1b]4;1;red\a\x1b]104\a", "\x1b]9;a\a", "\x1b]9;a\a\x1b[?2026h\x1b]9;b\a\x1b[?2026l", "\x1b]133;A\a\n", "\x1b]22;>a\a", "\x1b]52;;\a",
		"\x1b[?" + strings.Repeat("2026;", 31) + "h", "\x1b[?" + strings.Repeat("1049;47;", 15) + "h", "\x1b[?" + strings.Repeat("3;", 31) + "h", "\x1b[?2026h\x1b[S\x1b[?2026l",
		"\x1b[1;1;25;200;1;26;1$v\x1b[25S", "\x1b[?1049h\x1b[?1049l", "\x1b[?3s\x1b[?3h\x1b[?3r",
	} {
		all = append(all, query{"list", -1, list})
	}
	slices.SortFunc(all, func(a, b query) int { return strings.Compare(a.input, b.input) })
	return slices.CompactFunc(all, func(a, b query) bool { return a.input == b.input })
}

// copied returns an independent copy of t.
func (t *Terminal) copied() *Terminal {
	c := *t
	c.screen = t.screen.Clone()
	c.parser.Performer = (*performer)(&c)
	c.screen.history, c.historyWriter = history{limit: t.screen.history.limit}, historyWriter{}
	c.tabs = slices.Clone(t.tabs)
	c.inactive, c.ring, c.scratch = slices.Clone(t.inactive), nil, nil
	return &c
}

// TestCost performs every function in every state three times and counts the work.
// The first time is not limited, because earlier input has paid for it.
func TestCost(t *testing.T) {
	asked := costQueries()
	worst := 0
	for i, content := range costContents() {
		for _, setup := range costSetups {
			if i > 0 && setup != "" {
				continue
			}
			start := NewTerminal(costCols, costRows, Options{History: 1000, Checksums: true})
			start.Write([]byte(content + setup))
			for _, q := range asked {
				term := start.copied()
				for i := range 3 {
					term.work = 0
					term.Write([]byte(q.input))
					if most := maxWorkPerByte * len(q.input); i > 0 && term.work > most {
						t.Fatalf("%q in state %q: %d cells, at most %d", q.input, setup, term.work, most)
					}
					worst = max(worst, term.work/len(q.input))
				}
			}
		}
	}
	t.Log(len(asked), "functions, at most", worst, "cells a byte")
}
