package keys

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestMouseReports(t *testing.T) {
	for _, c := range []struct {
		name, in        string
		utf8            bool
		button, x, y    int
		motion, release bool
		wheel           bool
	}{
		{"X10 press", "\x1b[M !!", false, 0, 1, 1, false, false, false},
		{"X10 release", "\x1b[M#!\"", false, 3, 1, 2, false, true, false},
		{"X10 last column", "\x1b[M \xff\xff", false, 0, 223, 223, false, false, false},
		{"X10 wheel", "\x1b[M`!!", false, 64, 1, 1, false, false, true},
		{"X10 drag", "\x1b[M@!!", false, 32, 1, 1, true, false, false},
		{"X10 motion without a button", "\x1b[MC!!", false, 35, 1, 1, true, false, false},
		{"UTF-8", "\x1b[M \u07ff!", true, 0, 2015, 1, false, false, false},
		{"UTF-8 further button", "\x1b[M\u00a0!!", true, 128, 1, 1, false, false, false},
		{"SGR press", "\x1b[<0;120;7M", false, 0, 120, 7, false, false, false},
		{"SGR release", "\x1b[<2;1;1m", false, 2, 1, 1, false, true, false},
		{"SGR button 3 is no release", "\x1b[<3;1;1M", false, 3, 1, 1, false, false, false},
		{"SGR wheel with Control", "\x1b[<81;5;6M", false, 81, 5, 6, false, false, true},
		{"urxvt press", "\x1b[32;300;9M", false, 0, 300, 9, false, false, false},
		{"urxvt release", "\x1b[35;3;9M", false, 3, 3, 9, false, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := Splitter{UTF8Mouse: c.utf8}
			tokens := split(&s, c.in)
			if len(tokens) != 1 {
				t.Fatalf("%d tokens", len(tokens))
			}
			m, ok := tokens[0].Mouse()
			if !ok || m.Button != c.button || m.X != c.x || m.Y != c.y {
				t.Errorf("%+v, %v", m, ok)
			}
			if m.Motion() != c.motion || m.Release() != c.release || m.Wheel() != c.wheel {
				t.Errorf("motion %v, release %v, wheel %v", m.Motion(), m.Release(), m.Wheel())
			}
			if out, ok := m.Append([]byte("x")); !ok || string(out) != "x"+c.in {
				t.Errorf("appended: %q, %v", out, ok)
			}
		})
	}
}

func TestIncompleteMouseReports(t *testing.T) {
	for _, in := range []string{
		"\x1b[M", "\x1b[M !", "\x1b[M \x7f", "\x1b[<M", "\x1b[<1;2M", "\x1b[<0;1;1", "\x1b[<a;1;1M", "\x1b[1;1;1M", "a", "\x1b[I", "\x1b[A",
	} {
		t.Run(fmt.Sprintf("%q", in), func(t *testing.T) {
			for _, utf8 := range []bool{false, true} {
				for _, token := range split(&Splitter{UTF8Mouse: utf8}, in) {
					if m, ok := token.Mouse(); ok {
						t.Errorf("%+v", m)
					}
				}
			}
		})
	}
}

func TestMouseCoordinatesOutOfRange(t *testing.T) {
	for _, c := range []struct {
		name string
		m    MouseReport
		fits bool
	}{
		{"X10, 223", MouseReport{X: 223, Y: 223}, true},
		{"X10, 224", MouseReport{X: 224, Y: 1}, false},
		{"UTF-8, 2015", MouseReport{X: 1, Y: 2015, form: mouseUTF8}, true},
		{"UTF-8, 2016", MouseReport{X: 1, Y: 2016, form: mouseUTF8}, false},
		{"SGR", MouseReport{X: 100_000, Y: 1, form: mouseSGR}, true},
		{"urxvt", MouseReport{X: 100_000, Y: 1, form: mouseURXVT}, true},
		{"column 0", MouseReport{X: 0, Y: 1, form: mouseSGR}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, ok := c.m.Append(nil)
			if ok != c.fits || ok != (len(out) > 0) {
				t.Errorf("%q, %v", out, ok)
			}
		})
	}
}

// TestMouseReportsFromParts splits reports in two reads at each place.
func TestMouseReportsFromParts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		m := MouseReport{Button: r.IntN(128 + 64), X: 1 + r.IntN(223), Y: 1 + r.IntN(223), form: mouseForm(r.IntN(4))}
		m.release = m.form == mouseSGR && r.IntN(2) == 0
		report, ok := m.Append(nil)
		if !ok {
			t.Fatalf("%+v has no encoding", m)
		}
		if bytes.IndexByte(report, del) >= 0 {
			continue // DEL ends a sequence
		}
		at := 1 + r.IntN(len(report)-1)
		s := Splitter{UTF8Mouse: m.form == mouseUTF8}
		tokens := split(&s, string(report[:at]), string(report[at:]))
		if got, ok := tokens[0].Mouse(); len(tokens) != 1 || !ok || got != m {
			t.Fatalf("%q at %d: %+v, %v in %d tokens, want %+v", report, at, got, ok, len(tokens), m)
		}
	}
}
