package stat

import (
	"math"
	"slices"
	"testing"
)

func TestQuantile(t *testing.T) {
	ten := Of([]float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1})
	for q, want := range map[float64]float64{0: 1, 0.01: 1, 0.1: 1, 0.11: 2, 0.5: 5, 0.51: 6, 0.99: 10, 1: 10} {
		if got := ten.Quantile(q); got != want {
			t.Errorf("Quantile(%v) = %v, want %v", q, got, want)
		}
	}
	if got := Of([]float64{3, 1, 2}).Median(); got != 2 {
		t.Errorf("Median = %v", got)
	}
}

func TestMean(t *testing.T) {
	if got := Of([]float64{1, 2, 6}).Mean(); got != 3 {
		t.Errorf("Mean = %v", got)
	}
}

func TestWithin(t *testing.T) {
	s := Of([]float64{1, 2, 2, 4})
	for limit, want := range map[float64]float64{0.5: 0, 1: 0.25, 1.9: 0.25, 2: 0.75, 3: 0.75, 4: 1, 5: 1} {
		if got := s.Within(limit); got != want {
			t.Errorf("Within(%v) = %v, want %v", limit, got, want)
		}
	}
}

func TestCDF(t *testing.T) {
	xs, ys := Of([]float64{5, 3}).CDF()
	if !slices.Equal(xs, []float64{3, 3, 5, 5}) || !slices.Equal(ys, []float64{0, 0.5, 0.5, 1}) {
		t.Errorf("CDF = %v, %v", xs, ys)
	}
}

func TestEmpty(t *testing.T) {
	s := Of(nil)
	for _, got := range []float64{s.Median(), s.Mean(), s.Within(1)} {
		if !math.IsNaN(got) {
			t.Errorf("a statistic of nothing is %v", got)
		}
	}
}

func TestOfKeepsItsArgument(t *testing.T) {
	values := []float64{2, 1}
	Of(values)
	if values[0] != 2 {
		t.Error("Of sorted the caller's values")
	}
}
