package plot

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// results returns the figures of bench/results, and one with everything.
func results(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../results/*.svg")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d figures: %v", len(files), err)
	}
	all := map[string][]byte{"made": figure().SVG()}
	for _, f := range files {
		if all[f], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestDark checks that each colour has another one on dark pages.
func TestDark(t *testing.T) {
	for name, document := range results(t) {
		style, rest, ok := strings.Cut(string(document), "</style>")
		if !ok || !strings.Contains(style, "prefers-color-scheme: dark") {
			t.Errorf("%s has no style for dark pages", name)
			continue
		}
		for _, parts := range elements(t, document) {
			for _, e := range parts {
				attribute := map[string]string{}
				for _, a := range e.Attr {
					attribute[a.Name.Local] = a.Value
				}
				for property, prefix := range map[string]string{"fill": "f", "stroke": "s"} {
					color, ok := strings.CutPrefix(attribute[property], "#")
					class := prefix + color
					if ok && (!strings.Contains(" "+attribute["class"]+" ", " "+class+" ") || !strings.Contains(style, "."+class+"{"+property+":")) {
						t.Errorf("%s: %s %s of <%s> is the same on dark pages", name, property, color, e.Name.Local)
					}
				}
			}
		}
		for _, outside := range []string{"href", "url(", "@import", "<script", "<image"} {
			if strings.Contains(style+rest, outside) {
				t.Errorf("%s has %s", name, outside)
			}
		}
	}
}

// TestDotsApart checks that no dot of a figure hides another one.
func TestDotsApart(t *testing.T) {
	close := Dots{X: Axis{Min: 1, Max: 1000, Log: true}, Width: 300, Groups: []Group{
		{"a", []Value{{Gray, 30, ""}, {Blue, 30, ""}, {Green, 31, ""}, {Vermillion, 33, ""}, {Gray, 900, ""}}},
		{"b", []Value{{Gray, 30, ""}}},
		{"none", nil},
	}}
	all := results(t)
	all["close"] = Figure{Columns: 1, Panels: []Panel{close}}.SVG()
	for name, document := range all {
		dots := elements(t, document)["circle"]
		for i, a := range dots {
			for _, b := range dots[:i] {
				dx, dy := number(t, a, "cx")-number(t, b, "cx"), number(t, a, "cy")-number(t, b, "cy")
				if math.Hypot(dx, dy) < 2*dotRadius {
					t.Errorf("%s: dots at %v and %v", name, a.Attr, b.Attr)
				}
			}
		}
	}
}

// TestColumns checks that panels fill the columns, and that a long legend is in the place
// that is left.
func TestColumns(t *testing.T) {
	panel := func(bars int) Panel {
		b := Bars{Title: "panel", Room: 50, Width: 100}
		for range bars {
			b.Groups = append(b.Groups, Group{"x", []Value{{Gray, 1, "1"}}})
		}
		return b
	}
	f := Figure{Columns: 2, Panels: []Panel{panel(9), panel(1), panel(2)}}
	columns := map[float64]int{}
	for _, e := range elements(t, f.SVG())["rect"][1:] {
		columns[number(t, e, "x")]++
	}
	if len(columns) != 2 || columns[margin+50] != 9 {
		t.Errorf("bars in the columns: %v", columns)
	}
	for range 5 {
		f.Legend = append(f.Legend, Entry{"name", Blue, false})
	}
	width, _ := panel(1).size()
	for _, e := range elements(t, f.SVG())["circle"] {
		if x := number(t, e, "cx"); x < margin+width {
			t.Errorf("a long legend is at %v", x)
		}
	}
	f.Legend = f.Legend[:4]
	if y := number(t, elements(t, f.SVG())["circle"][3], "cy"); y > headHeight+legendHeight {
		t.Errorf("a short legend is at %v", y)
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "a", "aa bb cc": "aa bb|cc", "longer than b": "longer|than|b"} {
		if got := strings.Join(wrap(text, 5), "|"); got != want {
			t.Errorf("%q is wrapped as %s, want %s", text, got, want)
		}
	}
}
