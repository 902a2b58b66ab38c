package vt

import (
	"testing"

	"gm/vt/corpus"
)

// output returns a megabyte of output of a kind, as read from a pty.
func output(kind string) []byte { return corpus.FromTTY(corpus.Text(kind, 1<<20)) }

// BenchmarkWrite writes each kind in chunks of 4096 bytes to a terminal of 80x24
// that keeps 10,000 lines.
func BenchmarkWrite(b *testing.B) {
	for _, kind := range corpus.Kinds() {
		b.Run(kind, func(b *testing.B) {
			text := output(kind)
			t := NewTerminal(80, 24, Options{History: 10000})
			t.Write(text)
			t.Write(text)
			b.SetBytes(4096)
			b.ReportAllocs()
			at := 0
			for b.Loop() {
				t.Write(text[at : at+4096])
				if at += 4096; at+4096 > len(text) {
					at = 0
				}
			}
		})
	}
}

func BenchmarkSnapshot(b *testing.B) {
	t := NewTerminal(80, 24, Options{})
	t.Write(output("dense"))
	b.ReportAllocs()
	for b.Loop() {
		kept = t.Snapshot()
	}
}

var kept *Screen

// BenchmarkResume measures the work of a client for each frame.
func BenchmarkResume(b *testing.B) {
	s := typedInto(NewTerminal(80, 24, Options{}), string(output("dense"))).Snapshot()
	b.ReportAllocs()
	for b.Loop() {
		t := Resume(s)
		t.Write([]byte("\x1b[10;10Hx"))
		s = t.Snapshot()
	}
}
