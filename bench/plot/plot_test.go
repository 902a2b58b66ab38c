package plot

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// figure has one panel of each kind, and names that need care.
func figure() Figure {
	awkward := `a<b & "c"`
	return Figure{
		Title: awkward, Subtitle: awkward, Note: awkward, Columns: 2,
		Legend: []Entry{{awkward, Blue, true}, {"é", Vermillion.Dash(), true}, {"x", Gray, false}},
		Panels: []Panel{
			Lines{
				Title: awkward, X: Axis{Label: awkward, Min: 1, Max: 10000, Log: true, Format: Duration}, Y: Axis{Label: awkward, Max: 1, Format: Percent},
				Series: []Curve{{Blue, []float64{1, 100, 1e9}, []float64{0, 0.5, 1}}},
			},
			Bars{Title: awkward, X: Axis{Label: awkward}, Groups: []Group{{awkward, []Value{{Gray, 17, awkward}}}}, Room: 80, Width: 200},
			Dots{Title: awkward, X: Axis{Min: 1, Max: 1000, Log: true, Format: Size}, Groups: []Group{{awkward, []Value{{Green, 30, ""}}}}, Room: 80, Width: 200},
		},
	}
}

// elements gives the elements of a document by name; it fails if that is not
// well-formed.
func elements(t *testing.T, document []byte) map[string][]xml.StartElement {
	t.Helper()
	all := map[string][]xml.StartElement{}
	for d := xml.NewDecoder(bytes.NewReader(document)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if e, ok := token.(xml.StartElement); ok {
			all[e.Name.Local] = append(all[e.Name.Local], e.Copy())
		}
	}
}

func TestWellFormed(t *testing.T) {
	document := figure().SVG()
	all := elements(t, document)
	for name, least := range map[string]int{"svg": 1, "text": 20, "path": 3, "circle": 2, "rect": 2, "line": 10} {
		if len(all[name]) < least {
			t.Errorf("%d elements %s, want at least %d", len(all[name]), name, least)
		}
	}
	if bytes.Contains(document, []byte("NaN")) || bytes.Contains(document, []byte("Inf")) {
		t.Errorf("a number is none in\n%s", document)
	}
}

// Everything is drawn inside of the picture.
func TestInside(t *testing.T) {
	all := elements(t, figure().SVG())
	size := func(name string) float64 { return number(t, all["svg"][0], name) }
	for _, e := range all["text"] {
		if x, y := number(t, e, "x"), number(t, e, "y"); x < 0 || x > size("width") || y < 0 || y > size("height") {
			t.Errorf("a text at %v, %v of %v, %v", x, y, size("width"), size("height"))
		}
	}
	for _, e := range all["circle"] {
		if x := number(t, e, "cx"); x < 0 || x > size("width") {
			t.Errorf("a dot at %v", x)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, test := range []struct {
		axis Axis
		want []float64
	}{
		{Axis{Min: 0, Max: 1}, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{Axis{Min: 0, Max: 70}, []float64{0, 20, 40, 60}},
		{Axis{Min: 1, Max: 1000, Log: true}, []float64{1, 10, 100, 1000}},
		{Axis{Min: 30, Max: 2000, Log: true}, []float64{100, 1000}},
	} {
		got := test.axis.ticks()
		if !slices.EqualFunc(got, test.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
			t.Errorf("ticks of %+v are %v, want %v", test.axis, got, test.want)
		}
	}
	if got := (Axis{Min: 5, Max: 30, Log: true}).minorTicks(); !slices.Equal(got, []float64{5, 6, 7, 8, 9, 20, 30}) {
		t.Errorf("minor ticks are %v", got)
	}
}

func TestPosition(t *testing.T) {
	log := Axis{Min: 1, Max: 100, Log: true}
	for v, want := range map[float64]float64{1: 0, 10: 0.5, 100: 1, 1000: 1, 0: 0} {
		if got := log.position(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v is at %v, want %v", v, got, want)
		}
	}
}

func TestCover(t *testing.T) {
	for most, want := range map[float64]float64{17: 20, 100: 100, 101: 150, 0.7: 0.8} {
		if got := (Axis{}).cover(most).Max; math.Abs(got-want) > 1e-9 {
			t.Errorf("an axis for %v ends at %v, want %v", most, got, want)
		}
	}
}

func TestFormats(t *testing.T) {
	got := strings.Join([]string{Duration(1), Duration(250), Duration(1500), Duration(10000), Size(12), Size(1500), Size(2.5e6), Size(3e9), Percent(0.995)}, ", ")
	if want := "1 ms, 250 ms, 1.5 s, 10 s, 12 B, 1.5 kB, 2.5 MB, 3 GB, 100%"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func number(t *testing.T, e xml.StartElement, name string) float64 {
	t.Helper()
	for _, a := range e.Attr {
		if a.Name.Local != name {
			continue
		}
		v, err := strconv.ParseFloat(a.Value, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	t.Fatalf("%v has no %s", e, name)
	return 0
}

// TestManyPoints draws a line of 100,000 points with those that can be seen.
func TestManyPoints(t *testing.T) {
	var c Curve
	for i := range 100_001 {
		c.Xs, c.Ys = append(c.Xs, float64(i)), append(c.Ys, float64(i)/100_000)
	}
	l := Lines{X: Axis{Max: 100_000}, Y: Axis{Max: 1}}
	at := l.points(box{width: 300, height: 200}, c)
	if n := len(at); n < 500 || n > 2000 {
		t.Errorf("%d points", n)
	}
	if first, last := at[0], at[len(at)-1]; first != [2]float64{0, 200} || last != [2]float64{300, 0} {
		t.Errorf("from %v to %v", first, last)
	}
}
