package vt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// corpus makes about a megabyte of what programs write.
func corpus(kind string) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for i := 0; b.Len() < 1<<20; i++ {
		corpora[kind](&b, r, i)
	}
	return []byte(b.String())
}

func writeWords(b *strings.Builder, r *rand.Rand, limit int) {
	for n := 0; n < limit; {
		w := 1 + r.IntN(9)
		for range w {
			b.WriteByte(byte('a' + r.IntN(26)))
		}
		b.WriteByte(' ')
		n += w + 1
	}
}

var corpora = map[string]func(b *strings.Builder, r *rand.Rand, i int){
	"ascii": func(b *strings.Builder, r *rand.Rand, _ int) {
		writeWords(b, r, 20+r.IntN(100))
		b.WriteString("\r\n")
	},
	"seq": func(b *strings.Builder, _ *rand.Rand, i int) { fmt.Fprintf(b, "%d\r\n", 100000+i) },
	"sgrlog": func(b *strings.Builder, r *rand.Rand, i int) {
		fmt.Fprintf(b, "\x1b[0m\x1b[0;32m%12s\x1b[0m \x1b[1mcrate-%d\x1b[0m v%d.%d.%d \x1b[38;5;%dm(", "Compiling", i, r.IntN(9), r.IntN(20), r.IntN(9), r.IntN(256))
		writeWords(b, r, 20)
		b.WriteString(")\x1b[0m\r\n")
	},
	"dense": func(b *strings.Builder, r *rand.Rand, i int) {
		if i%1920 == 0 {
			b.WriteString("\x1b[H")
		}
		n := (i/1920 + i/80 + i%80) % 156
		fmt.Fprintf(b, "\x1b[38;5;%d;48;5;%d;1;3;4m%c", 100+n, 255-n, 'A'+i/1920%26)
	},
	"vim": func(b *strings.Builder, r *rand.Rand, i int) {
		fmt.Fprintf(b, "\x1b[?25l\x1b[%d;%dH\x1b[33m%3d \x1b[m\x1b[38;5;%dm", 1+r.IntN(24), 1, i%999, r.IntN(16))
		writeWords(b, r, 12)
		b.WriteString("\x1b[m\x1b[K\x1b[1;35m")
		writeWords(b, r, 8)
		fmt.Fprintf(b, "\x1b[m\x1b[%d;%dH\x1b[?25h", 1+r.IntN(24), 1+r.IntN(80))
	},
	"unicode": func(b *strings.Builder, r *rand.Rand, _ int) {
		for range 60 {
			b.WriteRune([]rune("aé→λж█│─ñß€∀∂")[r.IntN(13)])
		}
		b.WriteString("\r\n")
	},
	"cjk": func(b *strings.Builder, r *rand.Rand, _ int) {
		for range 35 {
			b.WriteRune(rune(0x4e00 + r.IntN(0x5000)))
		}
		b.WriteString("\r\n")
	},
	"region": func(b *strings.Builder, r *rand.Rand, i int) {
		if i%100 == 0 {
			b.WriteString("\x1b[3;20r")
		}
		b.WriteString("\x1b[20;1H\r\n")
		writeWords(b, r, 60)
	},
	"light": func(b *strings.Builder, r *rand.Rand, _ int) {
		b.WriteString("\x1b[H")
		for range 24 {
			b.WriteString(strings.Repeat(string(rune('A'+r.IntN(26))), 80))
		}
	},
	"rgb": func(b *strings.Builder, r *rand.Rand, _ int) {
		fmt.Fprintf(b, "\x1b[38;2;%d;%d;%dm%c", r.IntN(256), r.IntN(256), r.IntN(256), 'A'+r.IntN(26))
	},
}

// BenchmarkWrite feeds each kind in writes of 4096 bytes to a terminal of
// 80x24 that keeps 10,000 lines.
func BenchmarkWrite(b *testing.B) {
	for kind := range corpora {
		b.Run(kind, func(b *testing.B) {
			text := corpus(kind)
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
	t.Write(corpus("dense"))
	b.ReportAllocs()
	for b.Loop() {
		kept = t.Snapshot()
	}
}

var kept *Screen

// BenchmarkResume is what a client does for every frame.
func BenchmarkResume(b *testing.B) {
	s := typedInto(NewTerminal(80, 24, Options{}), string(corpus("dense"))).Snapshot()
	b.ReportAllocs()
	for b.Loop() {
		t := Resume(s)
		t.Write([]byte("\x1b[10;10Hx"))
		s = t.Snapshot()
	}
}
