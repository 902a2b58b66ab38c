package parser

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestParseTwo parses random parameters the fast and the general way.
func TestParseTwo(t *testing.T) {
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
		var fast, slow Sequence
		short, n, final := shortCSI(text)
		if final != 'H' {
			t.Fatalf("%q: %q", text, final)
		}
		if !fast.parseTwo(short, n) {
			if fast != (Sequence{}) {
				t.Fatalf("%q: refused, and changed", text)
			}
			continue
		}
		taken++
		if m, last := slow.parseParameters(text); m != n || last != final || head(&fast) != head(&slow) || fast.N != slow.N {
			t.Fatalf("%q: %s, want %s", text, head(&fast), head(&slow))
		}
	}
	if taken < 50_000 {
		t.Errorf("only %d of the texts were taken", taken)
	}
}

func TestParseTwoTakesCommonSequences(t *testing.T) {
	for _, text := range []string{"", "5", ";", "24;80", "999;999", ";7", "7;", "?25", "?1049", "?2026", ">4;2", "1;31"} {
		short, n, _ := shortCSI([]byte(text + "H                         "))
		if !new(Sequence).parseTwo(short, n) {
			t.Errorf("%q is not taken", text)
		}
	}
}

// TestDirectColors parses random direct colours the fast and the general way.
func TestDirectColors(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 10))
	part := func() string {
		if r.IntN(20) == 0 {
			return []string{"", "0", "00", "007", "0255", "256", "999", "1000", "x", "1:2", "?"}[r.IntN(11)]
		}
		return fmt.Sprint(r.IntN(256))
	}
	taken := 0
	for range 100_000 {
		var text []byte
		for i := range 1 + r.IntN(3) {
			if i > 0 {
				text = append(text, ';')
			}
			text = fmt.Appendf(text, "%s;2;%s;%s;%s", []string{"38", "48", "58", "3", "38;5"}[r.IntN(r.IntN(5)+1)], part(), part(), part())
		}
		text = append(text, "m, and enough text after it for the sequence to be parsed at once"...)
		var fg, bg uint32
		n := 0
		if beginsDirect(text) {
			fg, bg, n = directColors(text)
		}
		if n == 0 {
			continue
		}
		taken++
		var s Sequence
		if m, final := s.parseParameters(text); m+1 != n || final != 'm' || s.Sub != 0 {
			t.Fatalf("%q: %d bytes, want %d", text, n, m+1)
		}
		var want [2]uint32
		for v := s.Value[:s.N]; len(v) > 0; v = v[5:] {
			if (v[0] != 38 && v[0] != 48) || v[1] != 2 || max(v[2], v[3], v[4]) > 255 {
				t.Fatalf("%q is parsed as direct colours", text)
			}
			want[(v[0]-38)/10] = DirectColor | uint32(v[2]<<16|v[3]<<8|v[4])
		}
		if want != [2]uint32{fg, bg} {
			t.Fatalf("%q: %x and %x, want %x", text, fg, bg, want)
		}
	}
	if taken < 25_000 {
		t.Errorf("only %d of the texts were taken", taken)
	}
}
