// Package corpus generates the output of programs that write a lot, for benchmarks of the
// terminal. The texts are the same in each run.
package corpus

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A maker appends part i of a text.
type maker func(b *bytes.Buffer, r *rand.Rand, i int)

var makers = map[string]maker{
	"words":   words,
	"light":   light,
	"seq":     func(b *bytes.Buffer, _ *rand.Rand, i int) { fmt.Fprintf(b, "%d\n", 100_000+i) },
	"y":       func(b *bytes.Buffer, _ *rand.Rand, _ int) { b.WriteString("y\n") },
	"log":     log,
	"dense":   dense,
	"rgb":     rgb,
	"vim":     vim,
	"unicode": unicode,
	"cjk":     cjk,
	"region":  region,
}

// Kinds returns the kinds of text in alphabetical order.
func Kinds() []string { return slices.Sorted(maps.Keys(makers)) }

// Text returns a text of a kind, of at least size bytes. It is the same for the same
// arguments. Lines end with a line feed, as programs write them.
func Text(kind string, size int) []byte {
	var b bytes.Buffer
	r := rand.New(rand.NewPCG(1, 2))
	for i := 0; b.Len() < size; i++ {
		makers[kind](&b, r, i)
	}
	return b.Bytes()
}

// FromTTY converts text as the kernel does between program and terminal: a line feed
// becomes CR LF (ONLCR).
func FromTTY(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")) }

func letter(r *rand.Rand) byte { return byte('a' + r.IntN(26)) }

func write(b *bytes.Buffer, r *rand.Rand, size int) {
	for n := 0; n < size; {
		w := 1 + r.IntN(9)
		for range w {
			b.WriteByte(letter(r))
		}
		b.WriteByte(' ')
		n += w + 1
	}
}

func words(b *bytes.Buffer, r *rand.Rand, _ int) {
	write(b, r, 20+r.IntN(100))
	b.WriteByte('\n')
}

func light(b *bytes.Buffer, r *rand.Rand, _ int) {
	b.WriteString("\x1b[H")
	b.WriteString(strings.Repeat(string(rune(letter(r))), 24*80))
}

func log(b *bytes.Buffer, r *rand.Rand, i int) {
	fmt.Fprintf(b, "\x1b[0m\x1b[0;32m%12s\x1b[0m \x1b[1mcrate-%d\x1b[0m v%d.%d.%d \x1b[38;5;%dm(",
		"Compiling", i, r.IntN(9), r.IntN(20), r.IntN(9), r.IntN(256))
	write(b, r, 20)
	b.WriteString(")\x1b[0m\n")
}

// dense appends a cell of a screen on which each cell has colours of its own.
func dense(b *bytes.Buffer, _ *rand.Rand, i int) {
	if i%1920 == 0 {
		b.WriteString("\x1b[H")
	}
	n := (i/1920 + i/80 + i%80) % 156
	fmt.Fprintf(b, "\x1b[38;5;%d;48;5;%d;1;3;4m%c", 100+n, 255-n, 'A'+i/1920%26)
}

func rgb(b *bytes.Buffer, r *rand.Rand, _ int) {
	fmt.Fprintf(b, "\x1b[38;2;%d;%d;%dm%c", r.IntN(256), r.IntN(256), r.IntN(256), letter(r))
}

// vim appends output of an editor: cursor movements, colours, text, erased ends of
// lines.
func vim(b *bytes.Buffer, r *rand.Rand, i int) {
	fmt.Fprintf(b, "\x1b[?25l\x1b[%d;1H\x1b[33m%3d \x1b[m\x1b[38;5;%dm", 1+r.IntN(24), i%999, r.IntN(16))
	write(b, r, 12)
	b.WriteString("\x1b[m\x1b[K\x1b[1;35m")
	write(b, r, 8)
	fmt.Fprintf(b, "\x1b[m\x1b[%d;%dH\x1b[?25h", 1+r.IntN(24), 1+r.IntN(80))
}

// unicode appends a line of narrow characters of all encoded lengths.
func unicode(b *bytes.Buffer, r *rand.Rand, _ int) {
	text := []rune("aé→λж█│─ñß€∀∂")
	for range 60 {
		b.WriteRune(text[r.IntN(len(text))])
	}
	b.WriteByte('\n')
}

func cjk(b *bytes.Buffer, r *rand.Rand, _ int) {
	for range 35 {
		b.WriteRune(rune(0x4e00 + r.IntN(0x5000)))
	}
	b.WriteByte('\n')
}

func region(b *bytes.Buffer, r *rand.Rand, i int) {
	if i%100 == 0 {
		b.WriteString("\x1b[3;20r")
	}
	b.WriteString("\x1b[20;1H\n")
	write(b, r, 60)
}
