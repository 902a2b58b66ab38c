package plot

import (
	"math"
	"strconv"
)

// Axis is the range from Min to Max, Min below Max. With Log set both are above 0.
type Axis struct {
	Label    string
	Min, Max float64
	Log      bool
	// Format formats a number beside its tick; nil is the shortest decimal.
	Format func(float64) string
}

// position returns the position of v on the axis, 0..1. Values outside of the axis are
// at its ends.
func (a Axis) position(v float64) float64 {
	from, to := a.Min, a.Max
	if a.Log {
		from, to, v = math.Log(from), math.Log(to), math.Log(v)
	}
	return min(max((v-from)/(to-from), 0), 1)
}

// wantedTicks is the approximate number of intervals of a linear axis.
const wantedTicks = 5

// ticks returns round numbers on the axis: powers of ten on a logarithmic one.
func (a Axis) ticks() (at []float64) {
	if a.Log {
		for e := math.Floor(math.Log10(a.Min)); e <= math.Ceil(math.Log10(a.Max)); e++ {
			at = a.keep(at, math.Pow(10, e))
		}
		return at
	}
	step := roundStep((a.Max - a.Min) / wantedTicks)
	for i := math.Ceil(a.Min / step); i*step <= a.Max*(1+1e-9); i++ {
		at = append(at, i*step)
	}
	return at
}

func (a Axis) minorTicks() (at []float64) {
	if !a.Log {
		return nil
	}
	for e := math.Floor(math.Log10(a.Min)); e <= math.Log10(a.Max); e++ {
		for m := 2.0; m < 10; m++ {
			at = a.keep(at, m*math.Pow(10, e))
		}
	}
	return at
}

// keep appends v if it is on the axis, within a rounding error.
func (a Axis) keep(at []float64, v float64) []float64 {
	if v >= a.Min*(1-1e-9) && v <= a.Max*(1+1e-9) {
		return append(at, v)
	}
	return at
}

// roundStep returns the least of 1, 2 and 5 times a power of ten that is at least least.
func roundStep(least float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= least*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

func (a Axis) format(v float64) string {
	if a.Format != nil {
		return a.Format(v)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// cover returns the axis with a round Max that is at least most.
func (a Axis) cover(most float64) Axis {
	if a.Max == 0 {
		step := roundStep(max(most-a.Min, 1e-9) / wantedTicks)
		a.Max = math.Ceil(most/step) * step
	}
	return a
}

// Duration formats milliseconds for reading.
func Duration(ms float64) string {
	if ms >= 1000 {
		return strconv.FormatFloat(ms/1000, 'g', 3, 64) + " s"
	}
	return strconv.FormatFloat(ms, 'g', 3, 64) + " ms"
}

// Size formats bytes for reading, in powers of 1000.
func Size(bytes float64) string {
	for _, unit := range []string{"B", "kB", "MB"} {
		if bytes < 1000 {
			return strconv.FormatFloat(bytes, 'g', 3, 64) + " " + unit
		}
		bytes /= 1000
	}
	return strconv.FormatFloat(bytes, 'g', 3, 64) + " GB"
}

// Percent formats a share of 0..1.
func Percent(share float64) string { return strconv.Itoa(int(math.Round(share*100))) + "%" }
