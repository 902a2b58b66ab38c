package vt

import (
	"math/rand/v2"
	"testing"
)

// TestTwo reads random parameters both ways.
func TestTwo(t *testing.T) {
	const bytes = "0123456789;;;::<=>? !*/\x00\x11\x1f"
	r := rand.New(rand.NewPCG(1, 9))
	taken := 0
	for range 200_000 {
		text := make([]byte, r.IntN(10), 40)
		for i := range text {
			text[i] = bytes[r.IntN(r.IntN(len(bytes)-1)+1)]
		}
		if r.IntN(4) == 0 && len(text) > 0 {
			text[0] = "<=>?"[r.IntN(4)]
		}
		text = append(append(text, 'H'), "after, which is long enough"...)
		var fast, slow sequence
		short, n, final := shortCSI(text)
		if final != 'H' {
			t.Fatalf("%q: %q", text, final)
		}
		if !fast.two(short, n) {
			if fast != (sequence{}) {
				t.Fatalf("%q: refused, and changed", text)
			}
			continue
		}
		taken++
		if m, last := slow.many(text); m != n || last != final || head(&fast) != head(&slow) || fast.n != slow.n {
			t.Fatalf("%q: %s, want %s", text, head(&fast), head(&slow))
		}
	}
	if taken < 50_000 {
		t.Errorf("only %d of the texts were taken", taken)
	}
}

// TestTwoKnows what most programs write.
func TestTwoKnows(t *testing.T) {
	for _, text := range []string{"", "5", ";", "24;80", "999;999", ";7", "7;", "?25", "?1049", "?2026", ">4;2", "1;31"} {
		short, n, _ := shortCSI([]byte(text + "H                         "))
		if !new(sequence).two(short, n) {
			t.Errorf("%q is taken the long way", text)
		}
	}
}
