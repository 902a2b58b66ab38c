package vt

import (
	"math/rand/v2"
	"testing"
)

// TestStyleTable checks that a style keeps its number and shares it with no other.
func TestStyleTable(t *testing.T) {
	var n styleTable
	n.init(3000)
	r := rand.New(rand.NewPCG(1, 9))
	numbers := map[style]uint16{{}: 0}
	for len(numbers) < 3000 {
		style := style{
			fg: Color(r.IntN(1 << 26)), bg: Color(r.IntN(3)), underline: Color(r.IntN(2)), link: uint16(r.IntN(2)),
		}
		got := n.number(style)
		if want, known := numbers[style]; known && got != want || !known && int(got) != len(numbers) {
			t.Fatalf("%+v has the number %d", style, got)
		}
		numbers[style] = got
	}
	for style, want := range numbers {
		if got := n.number(style); got != want || n.list[got] != style {
			t.Fatalf("%+v: %d, want %d", style, got, want)
		}
	}
	if !n.full() || n.number(style{fg: 1 << 30}) != 0 || n.misses != 1 {
		t.Error("there is room beyond the limit")
	}
	if len(n.slots) < 2*len(n.list) {
		t.Errorf("%d slots for %d styles", len(n.slots), len(n.list))
	}
}

// TestStyleHash checks that styles which differ in one part do not share slots,
// whatever the seed.
func TestStyleHash(t *testing.T) {
	for range 100 {
		var n styleTable
		n.init(1)
		for name, styled := range map[string]func(i int) style{
			"foreground": func(i int) style { return style{fg: Color(i)} },
			"background": func(i int) style { return style{bg: Color(i)} },
			"underline":  func(i int) style { return style{underline: Color(i)} },
			"link":       func(i int) style { return style{link: uint16(i)} },
		} {
			slots := map[uint32]bool{}
			for i := range 1000 {
				r := styled(i)
				slots[n.hash(&r)%4096] = true
			}
			if len(slots) < 500 {
				t.Errorf("seed %x: 1000 styles that differ in the %s have %d slots", n.seed, name, len(slots))
			}
		}
	}
}
