package vt

import (
	"fmt"
	"strings"
	"testing"
)

// benchmarkDiff measures the diff for output, written after before.
func benchmarkDiff(b *testing.B, d Dialect, before, output string) {
	term := NewTerminal(80, 24, Options{})
	term.Write([]byte(before))
	from := term.Snapshot()
	term.Write([]byte(output))
	to := term.Snapshot()
	dst := AppendDiff(nil, from, to, d)
	b.ReportAllocs()
	b.ReportMetric(float64(len(dst)), "bytes")
	for b.Loop() {
		dst = AppendDiff(dst[:0], from, to, d)
	}
}

// fullScreen returns a screen of text, coloured if colored is set.
func fullScreen(colored bool, first int) string {
	var s strings.Builder
	for y := range 24 {
		for x := range 10 {
			if colored {
				fmt.Fprintf(&s, "\x1b[3%dm", (x+y+first)%8)
			}
			fmt.Fprintf(&s, "w%06d ", (first+y)*7919*(x+1)%1000000)
		}
		if y < 23 {
			s.WriteString("\r\n")
		}
	}
	return s.String()
}

func BenchmarkDiffNothing(b *testing.B) {
	benchmarkDiff(b, Stock(), fullScreen(false, 0), "")
}

func BenchmarkDiffCharacter(b *testing.B) {
	benchmarkDiff(b, Stock(), fullScreen(false, 0)+"\x1b[5;5H", "x")
}

func BenchmarkDiffCharacterAboveBlanks(b *testing.B) {
	benchmarkDiff(b, Stock(), "$ ", "x")
}

func BenchmarkDiffRow(b *testing.B) {
	benchmarkDiff(b, Stock(), fullScreen(false, 0), "\x1b[9H"+strings.Repeat("new text ", 8))
}

func BenchmarkDiffScroll(b *testing.B) {
	benchmarkDiff(b, Stock(), fullScreen(false, 0), "\r\nanother line\r\nand one more")
}

func BenchmarkDiffScrollByRepaint(b *testing.B) {
	benchmarkDiff(b, Stock(), fullScreen(true, 0), "\x1b[H"+fullScreen(true, 3))
}

func BenchmarkDiffAll(b *testing.B) {
	benchmarkDiff(b, Stock(), fullScreen(false, 0), "\x1b[H"+fullScreen(true, 500))
}

func BenchmarkEqual(b *testing.B) {
	term := NewTerminal(80, 24, Options{})
	term.Write([]byte(fullScreen(true, 0)))
	from := term.Snapshot()
	term.Write([]byte("\x1b[H" + fullScreen(true, 0)))
	to := term.Snapshot()
	b.ReportAllocs()
	for b.Loop() {
		from.Equal(to)
	}
}
